from aicheck.readers.commands.yaml_hosts import read_yaml_commands
from tests.readers.commands.shown import show

PIPELINE = """\
stages: [build, release]
variables: {SCRIPT: rm -rf /}
.setup:
  script: &setup
    - helm repo add x
default:
  before_script: [ls here]
production:
  stage: deploy
  environment: {name: production}
  allow_failure: true
  rules:
    - if: $CI_COMMIT_TAG
  script:
    - !reference [.setup, script]
    - *setup
    - |
      kubectl delete ns x
unit tests:
  script: make check
  when: manual
"""


def test_jobs() -> None:
    assert show(read_yaml_commands(".gitlab-ci.yml", PIPELINE.encode())) == [
        "5:7 helm repo add x | job .setup | build",
        "5:7 helm repo add x | job production | deploy | masked | if $CI_COMMIT_TAG",
        "7:19 ls here | default | job",
        "18:7 kubectl delete ns x | job production | deploy | masked | if $CI_COMMIT_TAG",
        "20:11 make check | job unit tests | test | if when: manual",
    ]


def test_an_included_part_is_known_by_its_stages() -> None:
    text = b"web:\n  stage: x\n  script: [make web]\n"
    assert show(read_yaml_commands("ci/web.yml", text)) == ["3:12 make web | job web | job"]


def test_a_script_key_elsewhere_is_no_job() -> None:
    assert read_yaml_commands("data/films.yml", b"film:\n  script: [rm -rf /]\n") == ()
