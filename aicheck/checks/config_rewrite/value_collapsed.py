"""config-rewrite/value-collapsed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.wording import clip, clip_key
from aicheck.model.facts import Facts, Setting
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import Location
from aicheck.model.rule import Severity
from aicheck.readers.place import Place, environment_of, place_of, words_of
from aicheck.readers.quantity import Quantity, key_words, parse_quantity

FACTOR = 5
"""A fall by this factor or more is a collapse."""
NO_LIMIT_WORDS = frozenset({"", "disabled", "false", "infinite", "infinity", "never", "none", "null", "off", "unlimited"})
SILENT_PLACES: frozenset[Place] = frozenset({"test", "example", "docs", "translation", "development"})
MILD_PLACES: frozenset[Place] = frozenset({"staging", "workflow"})
SCALERS = ("HorizontalPodAutoscaler/", "ScaledObject/")
"""Kubernetes objects that set replicas in place of the number in the workload."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of setting, known by words that stand side by side in the last part of its key."""

    name: str
    words: tuple[tuple[str, ...], ...]
    at_zero: str
    """What zero usually means."""
    limit: bool
    """Whether zero, a negative number or no value at all usually takes the limit away."""


KINDS = (
    Kind("timeout", (("timeout",), ("timeouts",), ("deadline",), ("grace", "period")), "no limit, or no time at all", True),
    Kind(
        "capacity",
        (
            ("replicas",),
            ("replica", "count"),
            ("num", "replicas"),
            ("number", "of", "replicas"),
            ("min", "replica", "count"),
            ("max", "replica", "count"),
            ("min", "instances"),
            ("max", "instances"),
            ("instance", "count"),
            ("desired", "count"),
            ("desired", "capacity"),
            ("min", "capacity"),
            ("max", "capacity"),
            ("min", "nodes"),
            ("max", "nodes"),
            ("node", "count"),
            ("min", "available"),
        ),
        "nothing serves any more",
        False,
    ),
)


class ValueCollapsed(DifferentialCheck):
    """Finds a timeout or a capacity that falls to zero, loses its limit, or falls by a factor of five or more.

    To zero is `high`: the setting changes its meaning (no limit, nothing running). A fall by a factor keeps its meaning
    and shows in graphs before it hurts, so it is `medium`. Staging and workflow files are one step milder.
    """

    id = "config-rewrite/value-collapsed"
    title = "Timeout or capacity falls to zero or by a factor of five"
    why = (
        "A timeout of zero waits for ever or fails at once, and a service with a fifth of its replicas drops the load it carried yesterday. "
        "One changed character does either, and a test environment does not show it."
    )
    instead = "Change the value in steps, measure the real latency or load first, and say in the change why the new value holds."
    severity = "high"
    confidence = "medium"
    languages = ("json", "toml", "yaml")
    cwe = (400, 1188)
    examples = (
        bad_change(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 6\n",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 0\n",
            "nothing serves",
            path="k8s/web.yaml",
        ),
        bad_change('{"http": {"timeout": 5000}}', '{"http": {"timeout": 0}}', "no limit in most clients", path="config/client.json"),
        bad_change('[pool]\nconnect_timeout = "30s"\n', '[pool]\nconnect_timeout = "500ms"\n', "a sixtieth, in another unit", path="service.toml"),
        bad_change(
            "autoscaling:\n  minReplicas: 10\n", "autoscaling:\n  minReplicas: 2\n", "a fifth of the capacity", path="chart/values.yaml"
        ),
        good_change("timeout: 30s\n", "timeout: 30000ms\n", "the same duration", path="service.yaml"),
        good_change("timeout: 5s\nreplicas: 2\n", "timeout: 50s\nreplicas: 20\n", "raised", path="service.yaml"),
        good_change("timeout: 30s\n", "timeout: 10s\n", "a third", path="service.yaml"),
        good_change('{"replicas": 6}', '{"replicas": 1}', "a development overlay", path="overlays/dev/web.json"),
        good_change(
            {"web.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 6}\n"},
            {
                "web.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n",
                "hpa.yaml": "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
                "spec: {minReplicas: 6, scaleTargetRef: {kind: Deployment, name: web}}\n",
            },
            "an autoscaler takes over",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Compare the same key on both sides; a key that only its parents were renamed of is the same."""
        if place_of(pair.path) in SILENT_PLACES:
            return
        for before, after in _pairs(pair.facts("before"), pair.facts("after")):
            kind = _kind_of(after.key)
            fall = _fall(kind, before, after) if kind and before.value != after.value else None
            if kind is None or fall is None or (kind.name == "capacity" and _is_scaled_elsewhere(after, change)):
                continue
            severity = _severity(pair.path, after.key, to_zero=not isinstance(fall, int))
            if severity is None:
                continue
            yield self.match(
                Location(pair.path, "after", after.span),
                f"{clip_key(after.key, 30)} {_step(fall)}: {_shown(before)} -> {_shown(after)}{_meaning(kind, fall)}",
                symbol=".".join(after.key),
                text=f"{before.value} -> {after.value}",
                before=Excerpt(pair.before_path, before.span.line, clip(pair.line("before", before.span.line), 200)),
                severity=severity,
            )


def _pairs(before: Facts, after: Facts) -> Iterator[tuple[Setting, Setting]]:
    """Settings with the same key; then those lost and gained with the same last part, where it is the only one of either."""
    earlier = {setting.key: setting for setting in before.settings}
    later = {setting.key: setting for setting in after.settings}
    yield from ((earlier[key], setting) for key, setting in later.items() if key in earlier)
    lost = _unique_names([setting for key, setting in earlier.items() if key not in later])
    gained = _unique_names([setting for key, setting in later.items() if key not in earlier])
    yield from ((lost[name], setting) for name, setting in gained.items() if name in lost)


def _unique_names(settings: list[Setting]) -> dict[str, Setting]:
    counts = Counter(setting.key[-1] for setting in settings if setting.key)
    return {setting.key[-1]: setting for setting in settings if setting.key and counts[setting.key[-1]] == 1}


def _kind_of(key: tuple[str, ...]) -> Kind | None:
    words = key_words(key[-1]) if key else ()
    for kind in KINDS:
        for wanted in kind.words:
            if any(words[start : start + len(wanted)] == wanted for start in range(len(words))):
                return kind
    return None


def _fall(kind: Kind, before: Setting, after: Setting) -> int | str | None:
    """The factor of a fall, `zero` or `no limit`; None when the value did not collapse."""
    name = after.key[-1]
    earlier, later = parse_quantity(before.value, before.key[-1]), parse_quantity(after.value, name)
    if earlier is None or earlier.amount <= 0:
        return None
    if later is None:
        return "no limit" if kind.limit and after.type not in {"list", "map"} and after.value.lower() in NO_LIMIT_WORDS else None
    if later.amount <= 0:
        return "zero" if later.amount == 0 or not kind.limit else "no limit"
    return _factor(earlier, later)


def _factor(earlier: Quantity, later: Quantity) -> int | None:
    if earlier.kind != later.kind:
        return None
    factor = Fraction(earlier.amount, later.amount)
    return int(factor) if factor >= FACTOR else None


def _is_scaled_elsewhere(setting: Setting, change: ChangeFacts) -> bool:
    """Whether an autoscaler on the after side of the change sets the replicas of this workload."""
    workload = setting.key[0].partition("/")[2]
    return bool(workload) and any(
        other.key[0].startswith(SCALERS) and other.key[-2:] == ("scaleTargetRef", "name") and other.value == workload
        for _, facts in change.sides("after")
        for other in facts.settings
        if other.key
    )


def _severity(path: str, key: tuple[str, ...], *, to_zero: bool) -> Severity | None:
    """None where the environment that the key names is a developer's own."""
    environment = environment_of(frozenset().union(*(words_of(part) for part in key[:-1])))
    if environment in SILENT_PLACES:
        return None
    if place_of(path) in MILD_PLACES or environment in MILD_PLACES:
        return "medium" if to_zero else "low"
    return "high" if to_zero else "medium"


def _step(fall: int | str) -> str:
    return f"falls {fall:,}-fold" if isinstance(fall, int) else "falls to zero" if fall == "zero" else "loses its limit"


def _meaning(kind: Kind, fall: int | str) -> str:
    return f" ({kind.at_zero})" if fall == "zero" else ""


def _shown(setting: Setting) -> str:
    return clip(setting.value, 10) or "nothing"
