"""access-broadening/workflow-permissions-widened."""

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import Added, Becomes, Removed
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.value_delta import Row, ValueDelta
from aicheck.readers.place import place_of

WORKFLOW = ".github/workflows/check.yml"
TEXT = "on:\n  {event}:\n{permissions}jobs:\n  check:\n    runs-on: ubuntu-24.04\n    steps:\n    - run: make check\n"
READ = "permissions:\n  contents: read\n"


class WorkflowPermissionsWidened(ValueDelta):
    """Finds a workflow whose token may write what it could only read, or that runs on a stranger's change with secrets."""

    id = "access-broadening/workflow-permissions-widened"
    title = "Workflow may do more than before"
    why = "Whatever runs in the job, a dependency or a stranger's change among it, can push, publish or release with this token."
    instead = "Give the one permission that the step needs, in the one job that needs it, and never on events that strangers cause."
    severity = "medium"
    confidence = "high"
    languages = ("yaml",)
    cwe = (250,)
    security = True
    rows = (
        Row((named("permissions", whole=True),), (Becomes("high", frozenset({"write-all"}), added=True), Removed("medium"))),
        Row(
            (named("contents", "packages", "actions", "deployments", "id token", "workflows", whole=True, within=("permissions",)),),
            (Becomes("medium", frozenset({"write"})),),
        ),
        Row((named("pull request target", whole=True),), (Added("high"),)),
    )
    examples = (
        bad_change(
            TEXT.format(event="push", permissions=READ),
            TEXT.format(event="push", permissions="permissions:\n  contents: write\n"),
            "may push",
            path=WORKFLOW,
        ),
        bad_change(TEXT.format(event="push", permissions=READ), TEXT.format(event="push", permissions=""), "the default", path=WORKFLOW),
        bad_change(
            TEXT.format(event="push", permissions=""),
            TEXT.format(event="push", permissions="permissions: write-all\n"),
            "everything",
            path=WORKFLOW,
        ),
        good_change(
            TEXT.format(event="push", permissions="permissions:\n  contents: write\n"),
            TEXT.format(event="push", permissions=READ),
            "narrowed",
            path=WORKFLOW,
        ),
        good_change(TEXT.format(event="push", permissions=""), TEXT.format(event="push", permissions=READ), "said at last", path=WORKFLOW),
        good_change(
            TEXT.format(event="push", permissions=READ),
            TEXT.format(event="push", permissions="").replace("  check:\n", "  check:\n    permissions:\n      contents: read\n"),
            "said in its only job",
            path=WORKFLOW,
        ),
    )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """Only in workflow files, and not where each job, or the workflow around the job, says what it may do."""
        if place_of(pair.path) != "workflow":
            return False
        keys = [setting.key for setting in pair.facts("after").settings]
        if step.after or "permissions" not in step.key:
            return True
        jobs = {key[1] for key in keys if key[:1] == ("jobs",) and len(key) > 1}
        limited = {key[1] for key in keys if key[:1] == ("jobs",) and key[2:3] == ("permissions",)}
        return not (any(key[:1] == ("permissions",) for key in keys) or (jobs and jobs <= limited))
