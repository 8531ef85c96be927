"""safeguard-removal/dry-run-off."""

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import turned_off, turned_on
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.setting_words import TEST_TOOLS
from aicheck.authoring.value_delta import CONFIGURATION, SOURCE, Row, ValueDelta


class DryRunOff(ValueDelta):
    """Finds a default or setting of a dry run or a question that is switched off."""

    id = "safeguard-removal/dry-run-off"
    title = "Dry run or confirmation switched off"
    why = "What only said what it would do, or asked first, now does it: for everybody who runs it as they always did."
    instead = "Keep the harmless way the default and let the caller ask for the real one by name."
    severity = "high"
    confidence = "medium"
    languages = (*CONFIGURATION, *SOURCE)
    cwe = (862,)
    rows = (
        Row(
            (named("dry run", "dryrun", "noop", "simulate", "simulation", "check only", "report only", "audit mode", whole=True),),
            (turned_off("high"), turned_off("medium", removed=True)),
        ),
        Row(
            (
                named(
                    "confirm",
                    "require confirmation",
                    "confirmation required",
                    "interactive",
                    "ask confirmation",
                    whole=True,
                    outside=TEST_TOOLS,
                ),
            ),
            (turned_off("medium"),),
        ),
        Row(
            (named("auto approve", "assume yes", "skip confirmation", "skip confirm", "no confirm", "no input", "yes", whole=True),),
            (turned_on("medium"),),
        ),
    )
    examples = (
        bad_change("cleanup:\n  dry_run: true\n", "cleanup:\n  dry_run: false\n", "does it now", path="config/jobs.yaml"),
        bad_change('{"apply": {"autoApprove": false}}', '{"apply": {"autoApprove": true}}', "no question", path="deploy.json"),
        bad_change("def purge(dry_run=True):\n    pass\n", "def purge(dry_run=False):\n    pass\n", "a default", path="purge.py"),
        good_change("cleanup:\n  dry_run: false\n", "cleanup:\n  dry_run: true\n", "the other way", path="config/jobs.yaml"),
        good_change("cleanup:\n  dry_run: true\n", "cleanup:\n  dryRun: true\n", "spelled otherwise", path="config/jobs.yaml"),
        good_change("cleanup:\n  a: 1\n", "cleanup:\n  a: 1\n  dry_run: true\n", "added", path="config/jobs.yaml"),
        good_change(
            "jobs:\n  a:\n    steps:\n    - id: dry-run\n      uses: acme/draft@v1\n    - run: make\n",
            "jobs:\n  a:\n    steps:\n    - id: draft\n      uses: acme/draft@v2\n    - run: make\n",
            "a step that is called so",
            path=".github/workflows/draft.yml",
        ),
    )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """A value, not a block that is called so."""
        return not step.block
