from aicheck.readers.commands.yaml_hosts import read_yaml_commands
from tests.readers.commands.shown import show

WORKFLOW = """\
name: CI
on: [push]
jobs:
  web:
    runs-on: ubuntu-latest
    if: ${{ github.ref == 'x' }}
    env: {OUTER: 1}
    steps:
      - uses: actions/checkout@v4
      - name: Wipe é
        continue-on-error: true
        if: always()
        env: {A: b}
        run: |
          rm -rf ${{ github.workspace }}/x
          ls "${{ toJSON('a b') }}"
      - id: folded
        run: >-
          terraform destroy
          -auto-approve
  production:
    environment: production
    steps: [{run: 'terraform apply ''-auto'' '}]
"""


def commands(text: str, path: str = ".github/workflows/ci.yml") -> list[str]:
    return show(read_yaml_commands(path, text.encode()))


def one(step: str, job: str = "") -> list[str]:
    return commands(f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n{job}    steps:\n{step}")


def test_steps_with_their_job_and_conditions() -> None:
    assert commands(WORKFLOW) == [
        "15:11 rm -rf '${{ github.workspace }}/x' | job web / Wipe é | job | masked | if github.ref == 'x' && always() | with A=b",
        "16:11 ls '${{ toJSON('a b') }}' | job web / Wipe é | job | masked | if github.ref == 'x' && always() | with A=b",
        "19:11 terraform destroy -auto-approve | job web / folded | job | if github.ref == 'x'",
        "23:20 terraform apply -auto | job production / 1 | deploy",
    ]


def test_carriage_returns_change_nothing() -> None:
    assert commands(WORKFLOW.replace("\n", "\r\n")) == commands(WORKFLOW)


def test_other_shells_are_passed_by() -> None:
    assert one("      - {shell: python, run: import os}\n") == []
    assert one("      - {shell: pwsh, run: rm x}\n") == []
    assert one("      - {shell: 'bash -l {0}', run: rm x}\n") == ["6:37 rm x | job a / 1 | job"]
    assert one("      - {run: rm x}\n", "    defaults: {run: {shell: pwsh}}\n") == []


def test_a_windows_job_speaks_another_shell() -> None:
    text = "on: push\njobs:\n  a:\n    runs-on: windows-latest\n    steps:\n      - run: rm x\n"
    assert commands(text) == []
    assert commands(text.replace("steps", "defaults: {run: {shell: bash}}\n    steps")) == ["7:14 rm x | job a / 1 | job"]


def test_inputs_of_actions() -> None:
    assert one("      - {uses: pulumi/actions@v5, with: {command: destroy}}\n") == ["6:51 pulumi destroy | job a / 1 | job"]
    assert one("      - {uses: nick-fields/retry@v3, with: {command: make x}}\n") == ["6:54 make x | job a / 1 | job"]
    assert one("      - {uses: azure/cli@v2, with: {inlineScript: az group delete}}\n") == ["6:51 az group delete | job a / 1 | job"]
    assert one("      - {uses: actions/github-script@v7, with: {script: rm(x)}}\n") == []
    assert one("      - {uses: someone/action@v1, with: {args: --all}}\n") == []


def test_names_and_messages_are_no_commands() -> None:
    assert one("      - {name: rm -rf /, uses: x/y@v1, with: {message: terraform destroy}, env: {X: rm -rf /}}\n") == []


def test_composite_actions() -> None:
    text = "name: x\nruns:\n  using: composite\n  steps:\n    - {shell: bash, name: Go, run: make}\n"
    assert commands(text, "tools/action.yml") == ["5:36 make | action / Go | job"]


def test_a_step_whose_name_tells_more_than_its_job() -> None:
    assert one("      - {name: Deploy to production, run: make x}\n") == ["6:43 make x | job a / Deploy to production | deploy"]
    assert one("      - {name: Run tests, run: make x}\n") == ["6:32 make x | job a / Run tests | test"]
