"""env-recreate/state-surgery."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.commands import CommandOfKind

WORKFLOW = "jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: %s\n"


class StateSurgery(CommandOfKind):
    """Finds commands that change what an infrastructure tool believes, rather than the infrastructure."""

    id = "env-recreate/state-surgery"
    table = "state"
    does = "overrides"
    title = "The state of an infrastructure tool is changed by hand"
    why = "The next apply creates what exists already, or deletes what it no longer finds; a lock broken by force lets two runs at once."
    instead = "Write the move or removal into the configuration (`moved`, `removed`, `import` blocks) so that a plan shows it."
    severity = "high"
    cwe = (284,)
    examples = (
        bad_change(
            WORKFLOW % "terraform plan",
            WORKFLOW % "terraform state rm aws_db_instance.main",
            "the database is nobody's any more",
            path=".github/workflows/deploy.yml",
        ),
        bad_change(
            "#!/bin/sh\nterraform plan -out tf.plan\n",
            '#!/bin/sh\nterraform force-unlock -force "$LOCK"\nterraform plan -out tf.plan\n',
            "another run may still hold the lock",
            path="deploy/plan.sh",
        ),
        good_change(
            WORKFLOW % "terraform plan",
            WORKFLOW % "terraform state list && terraform state show aws_db_instance.main",
            "only reads",
            path=".github/workflows/deploy.yml",
        ),
        good_change(
            "#!/bin/sh\n",
            "#!/bin/sh\n# terraform state rm aws_db_instance.main\necho 'run terraform force-unlock ID'\n",
            "a hint",
            path="deploy/plan.sh",
        ),
    )
