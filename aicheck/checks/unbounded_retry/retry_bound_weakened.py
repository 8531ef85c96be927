"""unbounded-retry/retry-bound-weakened."""

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import Becomes, Falls, Rises, ToZero, Unlimited, turned_off
from aicheck.authoring.setting_names import named, words_of_part
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.setting_words import PROBES, TEST_TOOLS
from aicheck.authoring.value_delta import Row, ValueDelta

COUNTS = (
    *("attempts", "retries", "retry count", "retry limit", "max retry", "retry max", "backoff limit", "num retries", "max attempts"),
    *("max redeliver", "max receive count", "maximum retry attempts"),
)
DELAYS = ("backoff", "retry delay", "retry interval", "retry wait", "retry backoff", "initial delay", "jitter")
DELAY_WORDS = frozenset({"backoff", "delay", "interval", "jitter", "wait", "cap"})
OUTSIDE = (*PROBES, *TEST_TOOLS, "failed", "login", "password", "otp", "history")


class RetryBoundWeakened(ValueDelta):
    """Finds a bound of retries that rises five-fold or goes, and a delay between them that collapses or goes."""

    id = "unbounded-retry/retry-bound-weakened"
    title = "Bound or delay of retries weakened"
    why = (
        "When the dependency is slow, each retry adds load to it: a higher bound or a shorter delay multiplies the traffic at the worst "
        "moment and keeps the outage going after its cause is gone."
    )
    instead = "Keep the number of attempts small, wait longer each time with random jitter, and bound the whole by a deadline."
    severity = "high"
    confidence = "medium"
    cwe = (770,)
    rows = (
        Row((named(*COUNTS, outside=OUTSIDE),), (Unlimited("high"), Rises("high", 10), Rises("medium", 5))),
        Row(
            (named(*DELAYS, outside=(*OUTSIDE, "limit", "seconds probe")),),
            (
                ToZero("high"),
                turned_off("medium"),
                Falls("medium", 5),
                Becomes("medium", frozenset({"fixed", "constant", "none", "linear", "immediate"})),
            ),
        ),
    )
    examples = (
        bad_change("client:\n  max_attempts: 3\n", "client:\n  max_attempts: 1000\n", "practically for ever", path="service.yaml"),
        bad_change('{"retries": 5}', '{"retries": -1}', "for ever", path="config/queue.json"),
        bad_change("[retry]\nbackoff = '2s'\n", "[retry]\nbackoff = '20ms'\n", "a hundredth of the pause", path="worker.toml"),
        bad_change("retry:\n  backoff: exponential\n", "retry:\n  backoff: fixed\n", "all clients at once", path="service.yaml"),
        bad_change(
            "@app.task(max_retries=5)\ndef send():\n    pass\n",
            "@app.task(max_retries=None)\ndef send():\n    pass\n",
            "for ever",
            path="tasks.py",
        ),
        good_change("client:\n  max_attempts: 30\n", "client:\n  max_attempts: 3\n", "bound lowered", path="service.yaml"),
        good_change("client:\n  max_attempts: 3\n", "client:\n  max_attempts: 5\n", "a little more", path="service.yaml"),
        good_change(
            "client:\n  max_attempts: 3\n",
            "client:\n  max_attempts: 20\n  max_delay: 60s\n",
            "more attempts, with a cap on the delay",
            path="service.yaml",
        ),
        good_change('{"playwright": {"retries": 1}}', '{"playwright": {"retries": 10}}', "of a test", path="settings.json"),
        good_change("readinessProbe:\n  retries: 3\n", "readinessProbe:\n  retries: 30\n", "of a probe", path="service.yaml"),
    )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:
        """Not where a delay is added beside it."""
        return not any(
            other.after and not other.before and other.key[:-1] == step.key[:-1] and DELAY_WORDS & set(words_of_part(other.key[-1]))
            for other in change.setting_steps.get(pair.path, ())
            if other.key
        )
