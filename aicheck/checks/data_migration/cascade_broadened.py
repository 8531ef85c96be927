"""data-migration/cascade-broadened."""

from collections.abc import Iterable, Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.cascades import cascades_gained
from aicheck.authoring.setting_tree import Key
from aicheck.authoring.wording import clip, clip_key
from aicheck.model.facts import Setting
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import Location
from aicheck.model.rule import Severity
from aicheck.readers.quantity import key_words

ON_DELETE = frozenset({("on", "delete"), ("ondelete",)})
NULLABLE = frozenset({"null", "nullable"})
CREATES = ("CreateModel ", "op.create_table", "create_table")


class CascadeBroadened(DifferentialCheck):
    """Finds a foreign key that begins to delete the rows that point to a deleted row.

    On a table that existed before: a key whose rule becomes CASCADE, and a new key with CASCADE. A new one that may be
    empty is `high`: its rows can live without what they point to, and go with it all the same.
    """

    id = "data-migration/cascade-broadened"
    title = "Deleting a row begins to delete the rows that point to it"
    why = "One deleted parent takes all rows that point to it, and theirs in turn; the first sign is that they are gone."
    instead = "Refuse the deletion (PROTECT, RESTRICT) or empty the column (SET NULL), and delete children where that is meant, by name."
    severity = "high"
    confidence = "medium"
    restores = True
    languages = ("go", "javascript", "python", "sql", "typescript")
    cwe = (471,)
    examples = (
        bad_change(
            "class Order(Model):\n    user = ForeignKey('auth.User', on_delete=models.PROTECT)\n",
            "class Order(Model):\n    user = ForeignKey('auth.User', on_delete=models.CASCADE)\n",
            "from refusing to taking along",
            path="shop/models.py",
        ),
        bad_change(
            "class Session(Model):\n    name = CharField()\n",
            "class Session(Model):\n    name = CharField()\n    channel = ForeignKey('Channel', on_delete=models.CASCADE, null=True)\n",
            "sessions that need no channel go with it",
            path="chat/models.py",
        ),
        bad_change(
            {},
            {
                "chat/migrations/0002_channel.py": "class Migration(migrations.Migration):\n    operations = [migrations.AddField(\n"
                "        model_name='session', name='channel',\n"
                "        field=models.ForeignKey(null=True, on_delete=models.CASCADE, to='chat.Channel'))]\n"
            },
            "by a migration",
        ),
        bad_change(
            {},
            {
                "db/migrations/2_orders.sql": "ALTER TABLE orders DROP CONSTRAINT fk_user;\nALTER TABLE orders ADD CONSTRAINT fk_user\n"
                "    FOREIGN KEY (user_id) REFERENCES users (id)\n    ON DELETE CASCADE;\n"
            },
            "in SQL, in the place of another constraint",
        ),
        bad_change(
            {"db/schema.sql": "CREATE TABLE orders (\n  id int,\n  user_id int REFERENCES users (id) ON DELETE RESTRICT\n);\n"},
            {"db/schema.sql": "CREATE TABLE orders (\n  id int,\n  user_id int REFERENCES users (id) ON DELETE CASCADE\n);\n"},
            "in the schema itself",
        ),
        good_change(
            {},
            {
                "db/migrations/3_items.sql": "CREATE TABLE items (id int, order_id int);\n"
                "ALTER TABLE items ADD CONSTRAINT fk FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE;\n"
            },
            "a table that the same file makes",
        ),
        good_change(
            {},
            {
                "db/migrations/4_orders.sql": "ALTER TABLE orders ADD CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES users (id)\n"
                "    ON DELETE SET NULL ON UPDATE CASCADE;\n"
            },
            "the column is emptied",
        ),
        good_change(
            "class Order(Model):\n    user = ForeignKey('auth.User', on_delete=models.CASCADE)\n",
            "class Order(Model):\n    user = ForeignKey('auth.User', on_delete=models.PROTECT)\n",
            "the other way",
            path="shop/models.py",
        ),
        good_change(
            "class Order(Model):\n    name = CharField()\n",
            "class Order(Model):\n    name = CharField()\nclass Item(Model):\n"
            "    order = ForeignKey('Order', on_delete=models.CASCADE, null=True)\n",
            "a new table",
            path="shop/models.py",
        ),
        good_change(
            "class Order(Model):\n    user = ForeignKey('auth.User', on_delete=models.CASCADE)\n",
            "class Order(Model):\n    user = ForeignKey('auth.User', on_delete=CASCADE, related_name='orders')\n",
            "it was so before",
            path="shop/models.py",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Look at each rule that becomes CASCADE, and at each new one of a table that is not new."""
        created = _created_models(change)
        for step in change.setting_steps.get(pair.path, ()):
            if step.old is not None and step.new is not None and _is_rule(step.new.key):
                if _is_cascade(step.new) and not _is_cascade(step.old):
                    yield self._match(pair, step.new, f"{clip(step.old.value, 24)} -> CASCADE", "high", step.old)
                continue
            if step.before or (not step.key and "migrations" not in pair.path and "versions" not in pair.path):
                continue
            is_new_class = len(step.key) == 1 and step.block
            for setting in step.after if not is_new_class else ():
                if _is_rule(setting.key) and _is_cascade(setting) and not _is_of_new_table(setting.key, created):
                    severity: Severity = "high" if _may_be_empty(setting.key, step.after) else "medium"
                    empty = ", and may be empty" if severity == "high" else ""
                    yield self._match(pair, setting, f"is a new CASCADE of an existing table{empty}", severity)

        yield from self._compare_statements(pair, change)

    def _compare_statements(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Of SQL: new constraints with CASCADE, those of migrations in Python and JavaScript being settings already."""
        for found in cascades_gained(pair, change):
            statement, text, severity = found.statement, found.text, found.severity
            shown = clip(statement.objects[0] if statement.objects else statement.verb, 40)
            place = Location(pair.path, "after", statement.span)
            yield self.match(place, f"{shown}: {text}", symbol=statement.symbol, text=f"{shown} {text}", severity=severity)

    def _match(self, pair: FilePair, setting: Setting, text: str, severity: Severity, before: Setting | None = None) -> Match:
        line = pair.line("before", before.span.line) if before else ""
        return self.match(
            Location(pair.path, "after", setting.span),
            f"{clip_key(setting.key[:-1], 40)} {text}",
            symbol=".".join(setting.key),
            text=text,
            before=Excerpt(pair.before_path, before.span.line, clip(line, 200)) if before else None,
            severity=severity,
        )


def _is_rule(key: Key) -> bool:
    return bool(key) and key_words(key[-1]) in ON_DELETE


def _is_cascade(setting: Setting) -> bool:
    return setting.value.rpartition(".")[2].lower() in {"cascade", "db_cascade"}


def _may_be_empty(key: Key, settings: Iterable[Setting]) -> bool:
    return any(other.key[:-1] == key[:-1] and other.key[-1] in NULLABLE and other.value == "true" for other in settings)


def _created_models(change: ChangeFacts) -> frozenset[str]:
    """Lower-case names of the models that a migration of the change creates."""
    return frozenset(
        part.partition(" ")[2].lower()
        for steps in change.setting_steps.values()
        for step in steps
        for setting in step.after
        for part in setting.key
        if part.startswith("CreateModel ")
    )


def _is_of_new_table(key: Key, created: frozenset[str]) -> bool:
    for part in key:
        kind, _, name = part.partition(" ")
        if part.startswith(CREATES) or (kind == "AddField" and name.partition(".")[0].lower() in created) or kind == "AlterField":
            return True
    return key[0].lower() in created
