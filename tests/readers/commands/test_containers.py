from aicheck.readers.commands.json_hosts import read_json_commands
from aicheck.readers.commands.yaml_hosts import read_yaml_commands
from tests.readers.commands.shown import show

COMPOSE = """\
services:
  web:
    image: x
    environment: [A=b]
    command: ["sh", "-c", "prisma migrate reset --force"]
    healthcheck: {test: ["CMD-SHELL", "curl -f x"]}
  db: {image: y, entrypoint: /bin/start --x}
  job: {image: y, entrypoint: [python], command: [run.py]}
"""
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      initContainers:
      - name: migrate
        command: [sh, -c]
        args:
        - |
          python manage.py flush
      containers:
      - name: web
        image: registry.test:5000/bitnami/kubectl:1
        args: [delete, ns]
        lifecycle: {preStop: {exec: {command: [rm, -rf, /data]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: j}
spec: {template: {spec: {containers: [{name: c, command: [a, b]}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: j, annotations: {helm.sh/hook: test}}
spec: {containers: [{name: c, command: [a, b]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: deny}
data: {command: rm -rf /}
"""
TASK = """\
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: t}
spec:
  steps:
  - name: s
    image: x
    script: |
      #!/bin/sh
      rm -rf x
  - name: p
    image: x
    script: |
      #!/usr/bin/env python
      import os
"""


def commands(path: str, text: str) -> list[str]:
    return show(read_yaml_commands(path, text.encode()))


def test_compose() -> None:
    assert commands("docker-compose.yml", COMPOSE) == [
        "5:28 prisma migrate reset --force | web | start-up | with A=b | by sh",
        "6:40 curl -f x | web | start-up | with A=b",
        "7:30 start --x | db | start-up",
        "8:32 python run.py | job | start-up",
    ]
    assert all("| test" in line for line in commands("docker-compose.test.yml", COMPOSE))
    assert all("| developer" in line for line in commands(".devcontainer/docker-compose.yml", COMPOSE))


def test_kubernetes() -> None:
    assert commands("k8s/web.yaml", DEPLOYMENT) == [
        "12:11 python manage.py flush | Deployment/web migrate | start-up | by sh",
        "15:16 kubectl delete ns | Deployment/web web | start-up",
        "17:48 rm -rf /data | Deployment/web | start-up",
        "22:59 a b | Job/j c | deploy",
        "27:41 a b | Pod/j c | test",
    ]


def test_steps_with_scripts() -> None:
    assert commands("tekton/t.yaml", TASK) == ["10:7 rm -rf x | Task/t s | job"]


def test_helm_values() -> None:
    text = "web:\n  command: [terraform, destroy]\n  note: {command: rm -rf /}\n"
    assert commands("charts/x/values.yaml", text) == ["2:13 terraform destroy | web | start-up"]


def test_cloud_build() -> None:
    text = "steps:\n- name: gcr.io/cloud-builders/gcloud\n  id: ship\n  args: [run, deploy]\n"
    text += "- {name: x, entrypoint: bash, args: [-c, make x]}\n"
    assert commands("cloudbuild.yaml", text) == ["2:9 gcloud run deploy | step ship | deploy", "5:42 make x | step 2 | job | by bash"]


def test_task_definitions() -> None:
    text = b'{"containerDefinitions": [{"name": "web", "command": ["npm", "start"], "environment": [{"name": "A", "value": "b"}]}]}'
    assert show(read_json_commands("task.json", text)) == ["1:55 npm start | web | start-up | with A=b"]
