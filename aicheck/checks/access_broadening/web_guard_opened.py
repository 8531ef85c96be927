"""access-broadening/web-guard-opened."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad, bad_change, good, good_change
from aicheck.authoring.cross_origin import open_to_every_origin
from aicheck.authoring.dangerous_steps import Becomes, DangerousStep, ItemLost, Leaves, ToZero, turned_off
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep, is_position
from aicheck.authoring.value_delta import CONFIGURATION, SOURCE, Row, ValueDelta
from aicheck.authoring.wording import clip
from aicheck.model.finding import Match
from aicheck.model.location import Location
from aicheck.readers.place import PRODUCTION_WORDS, words_of

ON = frozenset({"true", "1", "yes", "on"})
CSRF = (
    "wtf csrf enabled",
    "csrf enabled",
    "wtf csrf check default",
    "csrf protection enabled",
    "csrf protection",
    "enable csrf",
    "csrf check",
    "check origin",
)
COOKIES = (
    "session cookie secure",
    "csrf cookie secure",
    "session cookie httponly",
    "remember cookie secure",
    "secure ssl redirect",
    "secure hsts include subdomains",
    "secure content type nosniff",
    "force https",
    "force ssl",
)
DEBUG = frozenset({"DEBUG", "DJANGO_DEBUG", "FLASK_DEBUG", "APP_DEBUG", "RAILS_DEBUG"})
CREDENTIALS = """from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware as Cors


def make():
    app = FastAPI()
    app.add_middleware(
        Cors,
        allow_origins={origins},
        allow_credentials={credentials},
    )
    return app
"""
SCRIPT = """import cors from 'cors';

export function guard(app) {{
  app.use(cors({{ origin: {origin}, credentials: true }}));
}}
"""


class GuardLost(DangerousStep, frozen=True):
    """A guard goes from the list of what every request passes."""

    def describe(self, step: SettingStep) -> str:
        """As in `loses django...CsrfViewMiddleware`."""
        names = ("csrf", "xframe", "securitymiddleware", "helmet", "csurf")
        is_guard = step.old is not None and any(name in step.old.value.lower() for name in names)
        return ItemLost(self.severity).describe(step) if is_guard else ""


class WebGuardOpened(ValueDelta):
    """Finds guards of a web application that go off: other sites' requests, other hosts' names, readable errors, plain cookies.

    Values that were already so are no finding; a value for tests or one's own machine is milder by its place.
    """

    id = "access-broadening/web-guard-opened"
    title = "A guard of a web application goes off"
    why = "Any page that a user visits can then act in the user's name, or read settings and traces that belong to the server."
    instead = "Name the origins and hosts that are one's own, and keep the guard on; exempt one route where a caller signs its requests."
    severity = "high"
    confidence = "medium"
    languages = tuple(sorted({*CONFIGURATION, *SOURCE} - {"go"}))
    cwe = (942, 352, 489)
    security = True
    rows = (
        Row((named("allowed hosts", "trusted hosts", whole=True),), (Becomes("high", frozenset({"*"}), added=True),)),
        Row((named(*CSRF, whole=True),), (turned_off("high"), Leaves("high", ON))),
        Row((named("csrf", whole=True),), (turned_off("high"),)),
        Row((named("middleware", "middleware classes", whole=True),), (GuardLost("high"),)),
        Row((named(*COOKIES, whole=True),), (turned_off("medium", removed=True),)),
        Row((named("secure", "http only", whole=True, within=("cookie", "cookies")),), (turned_off("medium"),)),
        Row((named("secure hsts seconds", whole=True),), (ToZero("medium"),)),
        Row(
            (named("x frame options", whole=True),),
            (Becomes("medium", frozenset({"allowall", "allow-all"})), Leaves("medium", frozenset({"deny", "sameorigin"}))),
        ),
        Row(
            (named("content security policy", "frameguard", "hsts", whole=True, within=("helmet",)),),
            (Becomes("medium", frozenset({"false"}), added=True),),
        ),
    )
    examples = (
        bad(CREDENTIALS.format(origins='["*"]', credentials="True"), "every site, with credentials", path="shop/app.py"),
        bad_change(
            SCRIPT.format(origin="'https://shop.example'"), SCRIPT.format(origin="true"), "whatever origin asks", path="src/guard.ts"
        ),
        bad_change("DEBUG = False\n", "DEBUG = True\n", "traces for everybody", path="shop/settings.py"),
        bad("DEBUG = True\nNAME = 'shop'\n", "in production's own settings", path="shop/settings/production.py"),
        bad_change('ALLOWED_HOSTS = ["shop.example"]\n', 'ALLOWED_HOSTS = [\n    "*",\n]\n', "any host's name", path="shop/settings.py"),
        bad_change(
            'MIDDLEWARE = [\n    "django.middleware.common.CommonMiddleware",\n    "django.middleware.csrf.CsrfViewMiddleware",\n]\n',
            'MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]\n',
            "no check of where a form came from",
            path="shop/settings.py",
        ),
        bad_change("WTF_CSRF_ENABLED = True\n", "WTF_CSRF_ENABLED = False\n", "the same in Flask", path="shop/config.py"),
        bad_change("SESSION_COOKIE_SECURE = True\nNAME = 'a'\n", "NAME = 'a'\n", "cookies over plain connections", path="shop/settings.py"),
        good(CREDENTIALS.format(origins='["https://shop.example"]', credentials="True"), "one's own site", path="shop/app.py"),
        good(CREDENTIALS.format(origins='["*"]', credentials="False"), "every site, without credentials", path="shop/app.py"),
        good("DEBUG = True\nNAME = 'shop'\n", "a developer's own settings", path="shop/settings/local.py"),
        good_change("DEBUG = True\n", "DEBUG = False\n", "off at last", path="shop/settings.py"),
        good_change(
            'ALLOWED_HOSTS = ["shop.example"]\n',
            'ALLOWED_HOSTS = ["shop.example", "www.shop.example"]\n',
            "one more",
            path="shop/settings.py",
        ),
        good_change("logging:\n  debug: false\n", "logging:\n  debug: true\n", "what a program says about itself", path="config/app.yaml"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """The rows of the table, then blocks that let every origin in, then pages of errors."""
        yield from super().compare(pair, change)
        before = open_to_every_origin(pair.facts("before").settings)
        for key, span in open_to_every_origin(pair.facts("after").settings).items():
            if key not in before:
                text = "every origin may use a visitor's credentials"
                yield self.match(Location(pair.path, "after", span), text, symbol=".".join(key), text=text)
        for step in change.setting_steps.get(pair.path, ()):
            for setting in step.after:
                names = [part for part in setting.key if not is_position(part) and part != "value"]
                name = names[-1].removeprefix("name=") if names else ""
                if name in DEBUG and setting.value.lower() in ON and _is_shown(step, pair):
                    text = f"{clip('.'.join(setting.key), 40)} is on"
                    yield self.match(Location(pair.path, "after", setting.span), text, symbol=".".join(setting.key), text=text)

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:
        """`*` for the hosts of something new is where a project begins."""
        return (
            bool(step.before)
            or step.new is None
            or step.new.value != "*"
            or any(_is_same_list(step, other) for other in _steps(pair, change))
        )


def _is_shown(step: SettingStep, pair: FilePair) -> bool:
    """Whether it was off before, or stands in settings of production."""
    if step.old is not None:
        return step.old.value.lower() not in ON
    return not step.before and bool(words_of(pair.path) & PRODUCTION_WORDS)


def _steps(pair: FilePair, change: ChangeFacts) -> tuple[SettingStep, ...]:
    return change.setting_steps.get(pair.path, ())


def _is_same_list(step: SettingStep, other: SettingStep) -> bool:
    return bool(other.before) and not other.after and other.key[:-1] == step.key[:-1] and is_position(other.key[-1])
