"""deploy-config/flag-flipped."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import Becomes, Rises, turned_off, turned_on
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_words import TEST_TOOLS
from aicheck.authoring.value_delta import CONFIGURATION, SOURCE, Row, ValueDelta

FLAGS = ("feature flag", "feature flags", "features", "flags", "toggles", "feature toggles", "rollouts", "experiments", "killswitches")


class FlagFlipped(ValueDelta):
    """Finds a feature that goes to everybody in one step: a percentage that jumps, a kill switch, a flag of production."""

    id = "deploy-config/flag-flipped"
    title = "Feature switched for everybody in one step"
    why = "A flag reaches all users within seconds, without the steps and checks that a deployment goes through."
    instead = "Raise the percentage in steps with a look at the errors between them, one region first."
    severity = "medium"
    confidence = "medium"
    languages = (*CONFIGURATION, *SOURCE)
    cwe = (1188,)
    rows = (
        Row(
            (
                named(
                    "rollout percentage",
                    "rollout percent",
                    "rollout rate",
                    "rollout",
                    "percent enabled",
                    "enabled percentage",
                    outside=TEST_TOOLS,
                ),
                named("percentage", "percent", "fraction", whole=True, within=("rollout", *FLAGS), outside=TEST_TOOLS),
            ),
            (Becomes("medium", frozenset({"100", "100%"})), Rises("medium", 5)),
        ),
        Row(
            (named("kill switch", "killswitch", "maintenance mode", "circuit open", outside=TEST_TOOLS),),
            (turned_on("medium"), turned_off("medium")),
        ),
        Row((named("enabled", "enable", "default", "on", whole=True, within=FLAGS, outside=TEST_TOOLS),), (turned_on("low"),)),
        Row((named("feature enabled", "enable feature", "feature flag", outside=TEST_TOOLS),), (turned_on("low"),)),
    )
    examples = (
        bad_change(
            "checkout:\n  rollout_percentage: 5\n", "checkout:\n  rollout_percentage: 100\n", "from a few to all", path="flags.yaml"
        ),
        bad_change(
            '{"killswitch": {"search": 0}, "kill_switch": false}',
            '{"killswitch": {"search": 0}, "kill_switch": true}',
            "thrown",
            path="flags.json",
        ),
        bad_change(
            "features:\n  search:\n    enabled: false\n",
            "features:\n  search:\n    enabled: true\n",
            "on for all",
            path="flags/production.yaml",
        ),
        bad_change("ROLLOUT_PERCENTAGE = 5\n", "ROLLOUT_PERCENTAGE = 100\n", "in a program", path="flags.py"),
        good_change("checkout:\n  rollout_percentage: 5\n", "checkout:\n  rollout_percentage: 10\n", "a step", path="flags.yaml"),
        good_change("checkout:\n  rollout_percentage: 100\n", "checkout:\n  rollout_percentage: 5\n", "back", path="flags.yaml"),
        good_change("lint:\n  enabled: false\n", "lint:\n  enabled: true\n", "no feature", path="settings.yaml"),
    )
