"""deploy-config/endpoint-changed."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import DangerousStep
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.setting_words import TEST_TOOLS
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta
from aicheck.authoring.wording import clip
from aicheck.model.facts import Setting
from aicheck.readers.address import read_address
from aicheck.regex import regex

STORES = (
    *("database url", "db url", "database uri", "db uri", "db host", "database host", "postgres host", "mysql host", "pghost", "mongo url"),
    *("mongodb uri", "redis url", "redis host", "cache url", "cache host", "broker url", "amqp url", "rabbitmq host", "kafka brokers"),
    *(
        "bootstrap servers",
        "elasticsearch host",
        "elasticsearch url",
        "elasticsearch hosts",
        "sqlalchemy database uri",
        "celery broker url",
    ),
    *("queue url", "s3 bucket", "bucket name", "bucket", "storage bucket", "couchdb host", "postgresql host", "memcached host"),
)
REFERENCE = regex(r"\$\{|\$\(|\$[A-Z_]|\{\{|\bvar\.|\blocal\.|\bdata\.|\bmodule\.|secretKeyRef|!Ref|!Sub|arn:aws:|vault:|ssm:|op://|ref\+")
HARMLESS = regex(r"(?i)host\.docker\.internal|.*\bexample\b.*|.*\.(?:test|invalid|localdomain)")


class OtherHost(DangerousStep, frozen=True):
    """The address names another host."""

    def describe(self, step: SettingStep) -> str:
        """As in `goes to db-new, was db`."""
        before, after = _host(step.old), _host(step.new)
        if not before or not after or before == after or HARMLESS.fullmatch(before) or HARMLESS.fullmatch(after):
            return ""
        return f"goes to {clip(after, 24)}, was {clip(before, 24)}"


class LiteralForReference(DangerousStep, frozen=True):
    """A value stands where a reference stood."""

    def describe(self, step: SettingStep) -> str:
        """As in `is a value in place of a reference`."""
        if step.old is None or step.new is None or not _is_reference(step.old) or _is_reference(step.new) or not step.new.value:
            return ""
        return "is a value in place of a reference"


class EndpointChanged(ValueDelta):
    """Finds an existing service that is pointed at another database, broker, cache or bucket."""

    id = "deploy-config/endpoint-changed"
    title = "Service points at another database, broker or bucket"
    why = "From the next start on it reads and writes elsewhere: data appears to be gone, or two environments write into one store."
    instead = "Move the data first, switch one instance, and say in the change which store holds the truth until when."
    severity = "medium"
    confidence = "medium"
    languages = CONFIGURATION
    cwe = (1188,)
    rows = (
        Row((named(*STORES, outside=(*TEST_TOOLS, "jobs")),), (OtherHost("medium"), LiteralForReference("medium"))),
        Row(
            (named("secret", "password", "secret key", "secret ref", "secret name", whole=True, outside=(*TEST_TOOLS, "jobs")),),
            (LiteralForReference("medium"),),
        ),
    )
    examples = (
        bad_change(
            "env:\n  DATABASE_URL: postgres://app@db-main:5432/shop\n",
            "env:\n  DATABASE_URL: postgres://app@db-copy:5432/shop\n",
            "another host",
            path="deploy/web.yaml",
        ),
        bad_change('{"S3_BUCKET": "orders-live"}', '{"S3_BUCKET": "orders-2"}', "another bucket", path="deploy/web.json"),
        bad_change("db:\n  password: ${DB_PASSWORD}\n", "db:\n  password: hunter22\n", "a value for a reference", path="deploy/web.yaml"),
        bad_change("DB_HOST=db-main\nPORT=80\n", "DB_HOST=db-copy\nPORT=80\n", "as a variable", path="deploy/web.env"),
        good_change(
            "env:\n  DATABASE_URL: postgres://app@db-main:5432/shop\n",
            "env:\n  DATABASE_URL: postgres://app@db-main:5432/shop?sslmode=require\n",
            "the same host",
            path="deploy/web.yaml",
        ),
        good_change("REDIS_HOST: localhost\n", "REDIS_HOST: redis\n", "was a developer's own", path="deploy/web.yaml"),
        good_change("DB_HOST: db-main\nNAME: a\n", "POSTGRES_HOST: db-main\nNAME: a\n", "renamed with its value", path="deploy/web.yaml"),
        good_change('{"secretName": "db:v3"}', '{"secretName": "db:v4"}', "a secret's next version", path="deploy/web.json"),
    )


def _host(setting: Setting | None) -> str:
    """The host, or the bare name of a bucket; empty for what is no address or only a run could tell."""
    if setting is None or setting.type != "string" or _is_reference(setting):
        return ""
    address = read_address(setting.value)
    return address.host if address is not None and not (address.is_local or address.is_wildcard) else ""


def _is_reference(setting: Setting) -> bool:
    return setting.type == "expression" or REFERENCE.search(setting.value) is not None
