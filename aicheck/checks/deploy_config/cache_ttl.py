"""deploy-config/cache-ttl."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import Falls, ToZero, turned_off
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_words import TEST_TOOLS
from aicheck.authoring.value_delta import CONFIGURATION, SOURCE, Row, ValueDelta

OUTSIDE = (
    *TEST_TOOLS,
    "dns",
    "record",
    "records",
    "zone",
    "actions",
    "setup",
    "docker",
    "build",
    "pip",
    "npm",
    "yarn",
    "negative",
    "prompt",
    "session",
)


class CacheTtl(ValueDelta):
    """Finds a cache that keeps things for a tenth of the time or less, or is switched off."""

    id = "deploy-config/cache-ttl"
    title = "Cache switched off or much shorter"
    why = "Requests that the cache answered reach the origin and its database at once, which were never sized for them."
    instead = "Shorten the time in steps while watching the origin's load, or invalidate what changed by name."
    severity = "medium"
    confidence = "medium"
    languages = (*CONFIGURATION, *SOURCE)
    cwe = (400,)
    rows = (
        Row(
            (
                named(
                    "cache ttl",
                    "cache timeout",
                    "cache max age",
                    "cache expiry",
                    "cache seconds",
                    "cache duration",
                    "cache lifetime",
                    outside=OUTSIDE,
                ),
                named(
                    "ttl",
                    "default ttl",
                    "max ttl",
                    "min ttl",
                    "max age",
                    "s maxage",
                    "expires",
                    whole=True,
                    within=("cache", "caching", "cdn", "cloudfront"),
                    outside=OUTSIDE,
                ),
            ),
            (ToZero("medium"), Falls("medium", 10)),
        ),
        Row(
            (
                named("cache enabled", "enable cache", "caching enabled", "enable caching", "caching", whole=True, outside=OUTSIDE),
                named("enabled", whole=True, within=("cache", "caching"), outside=OUTSIDE),
            ),
            (turned_off("medium"),),
        ),
    )
    examples = (
        bad_change("cache_ttl: 3600\n", "cache_ttl: 5\n", "a fraction", path="config/app.yaml"),
        bad_change('{"cache": {"enabled": true}}', '{"cache": {"enabled": false}}', "off", path="config/app.json"),
        bad_change("CACHE_TTL = 60 * 60\n", "CACHE_TTL = 1\n", "in a program", path="settings.py"),
        good_change("cache_ttl: 3600\n", "cache_ttl: 1800\n", "half", path="config/app.yaml"),
        good_change("cache_ttl: 60\n", "cache_ttl: 3600\n", "longer", path="config/app.yaml"),
        good_change("records:\n  www:\n    ttl: 3600\n", "records:\n  www:\n    ttl: 60\n", "of a name record", path="zone.yaml"),
    )
