"""dependency/action-unpinned."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import DangerousStep
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.value_delta import ValueDelta
from aicheck.authoring.wording import clip
from aicheck.regex import regex

WORKFLOW = ".github/workflows/check.yml"
STEP = "on: push\njobs:\n  check:\n    steps:\n    - uses: actions/checkout@{ref}\n    - run: make check\n"
COMMIT = "8f4b7f84864484a7bf31766abe9204da3cbe65b3"
OTHER = "08eba0b27e820071cde6df949e0beb9ba4906955"
_PINNED = regex(r"(.+)@(?:sha256:)?[0-9a-f]{40}(?:[0-9a-f]{24})?")


class LosesItsCommit(DangerousStep, frozen=True):
    """An action or image that was named by its content is named by a branch, a tag or nothing."""

    def describe(self, step: SettingStep) -> str:
        """As in `no longer names a commit: actions/checkout@v4`."""
        if step.old is None or step.new is None or not _PINNED.fullmatch(step.old.value) or _PINNED.fullmatch(step.new.value):
            return ""
        return f"no longer names a commit: {clip(step.new.value, 40)}"


class ActionUnpinned(ValueDelta):
    """Finds an action or image that was pinned to a commit or digest and follows a branch or tag from now on."""

    id = "dependency/action-unpinned"
    title = "Action or image no longer pinned to its content"
    why = "Whoever can move the tag decides from now on what runs in this job, with its token and its secrets."
    instead = "Keep the commit or digest, with the version in a comment, and let a bot propose the next one."
    severity = "medium"
    languages = ("yaml",)
    cwe = (829,)
    security = True
    settings = (named("uses", "image", "container", whole=True),)
    steps = (LosesItsCommit("medium"),)
    examples = (
        bad_change(STEP.format(ref=COMMIT), STEP.format(ref="main"), "a branch", path=WORKFLOW),
        bad_change(STEP.format(ref=COMMIT), STEP.format(ref="v4"), "a tag", path=WORKFLOW),
        good_change(STEP.format(ref="main"), STEP.format(ref=COMMIT), "pinned", path=WORKFLOW),
        good_change(STEP.format(ref=COMMIT), STEP.format(ref=OTHER), "another commit", path=WORKFLOW),
        good_change(STEP.format(ref="v4"), STEP.format(ref="v5"), "it was a tag before", path=WORKFLOW),
    )
