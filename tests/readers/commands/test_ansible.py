from aicheck.readers.commands.yaml_hosts import read_yaml_commands
from tests.readers.commands.shown import show

TASKS = """\
- name: wipe
  shell: "rm -rf {{ dir }}/x chdir=/tmp"
  ignore_errors: yes
  when: x is defined
- block:
  - name: two
    ansible.builtin.command:
      argv: [terraform, destroy]
    failed_when: false
    environment: {A: b}
  rescue:
  - command:
      cmd: ls here
  when: [a, b]
- cron: {name: c, job: "find / -delete"}
- local_action: command rm x
- name: d
  debug: {msg: "rm -rf /"}
- name: e
  shell: import os
  args: {executable: /usr/bin/python}
"""
PLAY = """\
- hosts: web
  tasks:
  - name: go
    raw: reboot now
  - import_tasks: rm.yml
"""


def commands(path: str, text: str) -> list[str]:
    return show(read_yaml_commands(path, text.encode()))


def test_tasks() -> None:
    assert commands("roles/x/tasks/main.yml", TASKS) == [
        "2:11 rm -rf '{{ dir }}/x' | wipe | deploy | masked | if x is defined",
        "8:14 terraform destroy | two | deploy | masked | if a and b | with A=b",
        "13:12 ls here |  | deploy | if a and b",
        "15:25 find / -delete |  | job",
        "16:25 rm x |  | deploy",
    ]


def test_plays() -> None:
    assert commands("site.yml", PLAY) == ["4:10 reboot now | go | deploy"]
    assert commands("roles/x/molecule/default/verify.yml", PLAY) == ["4:10 reboot now | go | test"]


def test_a_list_with_a_key_called_command_is_no_task() -> None:
    assert commands("data/scores.yml", "- model: x\n  command: rm -rf /\n") == []
