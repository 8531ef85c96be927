import pytest

from aicheck.readers.commands.yaml_hosts import read_yaml_commands
from tests.readers.commands.shown import show

CIRCLECI = """\
version: 2.1
jobs:
  deploy-prod:
    steps:
      - checkout
      - run: make << parameters.x >>
      - run:
          name: Ship
          when: always
          environment: {A: b}
          command: |
            terraform destroy
      - run: {shell: /usr/bin/python, command: import os}
"""
AZURE = """\
trigger: [main]
stages:
- stage: Prod
  jobs:
  - deployment: Web
    condition: succeeded()
    environment: prod
    strategy:
      runOnce:
        deploy:
          steps:
          - script: terraform apply
            displayName: Apply
            continueOnError: true
          - powershell: rm x
          - task: AzureCLI@2
            inputs: {inlineScript: az group delete}
"""
BITBUCKET = """\
pipelines:
  branches:
    main:
      - step:
          name: Ship
          deployment: production
          script:
            - terraform apply
            - pipe: atlassian/x:1
          after-script: [make clean]
"""
BUILDKITE = """\
steps:
  - label: Deploy
    command: make migrate
    soft_fail: true
    if: build.branch == "main"
  - commands: [make a, make b]
"""
DRONE = """\
kind: pipeline
steps:
- name: wipe
  image: x
  commands:
  - rm -rf x
"""
TRAVIS = """\
language: python
script:
  - make check
deploy:
  provider: script
  script: make ship
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            ".circleci/config.yml",
            CIRCLECI,
            [
                "6:14 make '<< parameters.x >>' | job deploy-prod | deploy",
                "12:13 terraform destroy | job deploy-prod / Ship | deploy | if when: always | with A=b",
            ],
        ),
        (
            "azure-pipelines.yml",
            AZURE,
            [
                "12:21 terraform apply | job Prod / Apply | deploy | masked | if succeeded()",
                "17:36 az group delete | job Prod / Web | deploy | if succeeded()",
            ],
        ),
        (
            "bitbucket-pipelines.yml",
            BITBUCKET,
            ["8:15 terraform apply | job main / Ship | deploy", "10:26 make clean | job main / Ship | deploy"],
        ),
        (
            ".buildkite/pipeline.yml",
            BUILDKITE,
            [
                '3:14 make migrate | job Deploy | deploy | masked | if build.branch == "main"',
                "6:16 make a |  | job",
                "6:24 make b |  | job",
            ],
        ),
        (".drone.yml", DRONE, ["6:5 rm -rf x | job wipe | job"]),
        (".travis.yml", TRAVIS, ["3:5 make check |  | job", "6:11 make ship |  | job"]),
    ],
)
def test_pipelines(path: str, text: str, expected: list[str]) -> None:
    assert show(read_yaml_commands(path, text.encode())) == expected


def test_azure_is_known_by_its_shape() -> None:
    text = b"pool: x\nsteps:\n- script: make\n"
    assert show(read_yaml_commands("build/templates/web.yml", text)) == ["3:11 make |  | job"]
