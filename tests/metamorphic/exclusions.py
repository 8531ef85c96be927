"""Where a transformation does not leave what a rule is about, and why. One that is not needed fails the test."""

from fnmatch import fnmatch

import msgspec


class Exclusion(msgspec.Struct, frozen=True):
    """Cases that need not end as they must."""

    transformation: str
    """A pattern of names."""
    rule: str
    """A pattern of ids."""
    reason: str

    def covers(self, transformation: str, rule: str) -> bool:
        """Whether the cases of a transformation and a rule are among them."""
        return fnmatch(transformation, self.transformation) and fnmatch(rule, self.rule)


_REMARKS = "the form keeps no remarks, and a remark is what the rule is about"
_MIGRATIONS = "migration tools write `op` and `migrations` themselves: readers know the operations by these names"
EXCLUSIONS = (
    Exclusion("yaml *", "suppression-tampering/suppression-added", _REMARKS),
    Exclusion("settings as *", "suppression-tampering/suppression-added", _REMARKS),
    Exclusion("python written anew", "suppression-tampering/*", f"{_REMARKS}; of hidden characters it makes visible escapes"),
    Exclusion("yaml after 500 other lines", "config-rewrite/keys-lost", "the rule weighs what is left of a file, and 50 settings more are"),
    Exclusion("settings as toml", "broad-deletion/unattended-deletion-changed", "no tool takes a container's arguments from TOML"),
    Exclusion("python in a*", "safeguard-removal/tests-removed", "a function inside another one, or without `self`, is no test"),
    Exclusion("python in a*function", "deploy-config/cache-ttl", "products are worked out in constants of a module only"),
    Exclusion("python after 500 other lines", "suppression-tampering/review-hiding-marker", "a header stands at the top of its file"),
    Exclusion("python in a*function", "access-broadening/web-guard-opened", "a framework's settings are names of a module or a class"),
    Exclusion("python in a class", "unbounded-retry/retry-without-stop", "shared policies are looked up in the module only"),
    Exclusion(
        "python in a class", "genai-usage/model-output-executed", "a function that became a method is no longer what the bare name calls"
    ),
    Exclusion(
        "python in a class", "genai-usage/unsafe-model-artefact", "calls are read in functions and the module, not in the body of a class"
    ),
    Exclusion("python with other names for imports", "data-migration/*", _MIGRATIONS),
    Exclusion("python with other names for imports", "safeguard-removal/autoescape-off", "ruff knows `select_autoescape` by its name only"),
)
