"""safeguard-removal/timeout-setting-removed."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import Removed
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_words import PROBES, TEST_TOOLS, TIMEOUTS
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta


class TimeoutSettingRemoved(ValueDelta):
    """Finds a timeout that goes from a configuration whose rest stays."""

    id = "safeguard-removal/timeout-setting-removed"
    title = "Timeout removed from the configuration"
    why = "The default takes over, which in many clients means to wait for ever: one slow dependency then holds every worker."
    instead = "Keep an explicit timeout; where the default is meant, say what it is."
    severity = "medium"
    confidence = "medium"
    languages = CONFIGURATION
    cwe = (400,)
    rows = (
        Row((named("timeout minutes"), named(*TIMEOUTS, within=(*PROBES, *TEST_TOOLS))), (Removed("low"),)),
        Row((named(*TIMEOUTS, outside=TEST_TOOLS),), (Removed("medium"),)),
    )
    examples = (
        bad_change("http:\n  url: https://a.example\n  timeout: 30s\n", "http:\n  url: https://a.example\n", "no limit", path="app.yaml"),
        bad_change('{"db": {"host": "db", "connectTimeout": 5000}}', '{"db": {"host": "db"}}', "the driver's default", path="config.json"),
        bad_change("DB_TIMEOUT=30\nNAME=web\n", "NAME=web\n", "as an environment variable", path="deploy/web.env"),
        good_change(
            "http:\n  url: https://a.example\n  timeout: 30s\n",
            "client:\n  url: https://a.example\n  timeout: 30s\n",
            "its block was renamed",
            path="app.yaml",
        ),
        good_change("a: {timeout: 3}\nb: {c: 1}\n", "a: {}\nb: {c: 1, timeout: 3}\n", "moved to another block", path="app.yaml"),
    )
