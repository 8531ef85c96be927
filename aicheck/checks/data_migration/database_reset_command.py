"""data-migration/database-reset-command."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.command_patterns import Kind
from aicheck.authoring.commands import CommandOfKind, is_throwaway, placed
from aicheck.model.facts import Command
from aicheck.model.rule import Severity

JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: migration}
spec:
  template:
    spec:
      containers:
        - name: m
          command: ["/bin/sh", "-c", "%s"]
"""


class DatabaseResetCommand(CommandOfKind):
    """Finds new commands that empty or drop a database, wherever they are run."""

    id = "data-migration/database-reset-command"
    table = "database"
    does = "drops or empties"
    title = "A command that empties or drops a database"
    why = "It takes one connection string of the wrong environment, and start-up and deployment commands run with the right one."
    instead = (
        "Apply forward migrations only (`migrate deploy`); reset databases in scripts that refuse to run against anything but a local one."
    )
    severity = "high"
    cwe = (284,)
    examples = (
        bad_change(
            'FROM node:20\nCMD ["sh", "-c", "prisma migrate deploy && node server.js"]\n',
            'FROM node:20\nCMD ["sh", "-c", "prisma migrate reset --force && node server.js"]\n',
            "at every start of the container",
            path="Dockerfile",
        ),
        bad_change(
            '{"scripts": {"start": "node server.js"}}\n',
            '{"scripts": {"start": "prisma db push --force-reset --accept-data-loss && node server.js"}}\n',
            "at every start",
            path="package.json",
        ),
        bad_change(
            "release: python manage.py migrate\n", "release: python manage.py flush --no-input\n", "at every release", path="Procfile"
        ),
        bad_change(
            JOB % "atlas migrate apply --url $URL",
            JOB % "atlas schema clean --auto-approve && atlas migrate apply --url $URL",
            "the migration job begins with an empty schema",
            path="k8s/migration.yaml",
        ),
        bad_change(
            "#!/bin/sh\nset -e\nalembic upgrade head\n",
            '#!/bin/sh\nset -e\npsql "$DATABASE_URL" -c "DROP SCHEMA public CASCADE"\nalembic upgrade head\n',
            "SQL handed to a client",
            path="deploy/migrate.sh",
        ),
        good_change(
            '{"scripts": {"start": "node server.js"}}\n',
            '{"scripts": {"start": "prisma migrate deploy && node server.js"}}\n',
            "forward only",
            path="package.json",
        ),
        good_change(
            "services: {}\n",
            "services:\n  db:\n    command: sh -c 'rails db:drop db:create && rails s'\n",
            "a database for tests",
            path="tests/docker-compose.test.yml",
        ),
        good_change(
            "jobs:\n  test:\n    steps:\n      - run: pytest\n",
            "jobs:\n  test:\n    steps:\n      - run: dropdb --if-exists shop\n      - run: pytest\n",
            "a test job",
            path=".github/workflows/test.yml",
        ),
        good_change(
            "#!/bin/sh\n",
            "#!/bin/sh\necho 'never run: prisma migrate reset'\ngrep -q 'DROP TABLE' dump.sql\n",
            "text",
            path="deploy/migrate.sh",
        ),
    )

    def judge_place(self, kind: Kind, command: Command) -> Severity | None:
        """Critical where a deployment or start runs it, a line from the author where a person does."""
        severity = placed(kind.severity, command)
        if command.where == "developer" and severity is not None and not is_throwaway(command):
            return "medium"
        return "high" if severity == "critical" and command.where == "job" else severity
