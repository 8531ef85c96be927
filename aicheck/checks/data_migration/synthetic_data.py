"""data-migration/synthetic-data."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad, bad_change, good, good_change
from aicheck.authoring.wording import clip
from aicheck.model.facts import Call
from aicheck.model.finding import Match
from aicheck.model.location import Location, Side, Span
from aicheck.readers.place import place_of, words_of
from aicheck.regex import regex

MAKERS = regex(r"(?:^|\.)(?:faker\.|mimesis\.)|^faker$|^factory\.Faker$")
MADE = regex(r"\b(?:_?fake|_?faker|fake_data|mimesis)\w*\.\w+\(|\bFaker\(")
WRITES = regex(
    r"\.(?:add|add_all|bulk_create|bulk_insert|bulk_save_objects|create|create_many|create_user|execute|executemany|get_or_create"
    r"|index|insert|insert_many|insert_one|put_item|save|to_sql|update_one|update_or_create|upsert)$"
)
SCRIPT_IMPORT = regex(
    r"^\s*import\b[^'\"]{1,200}from\s*['\"](?:@faker-js/faker|faker|chance|casual)(?:/[\w-]+)?['\"]"
    r"|=\s*require\(['\"](?:@faker-js/faker|faker)['\"]"
)
SCRIPT_WRITE = regex(r"\.(?:bulkCreate|create|createMany|insert|insertMany|save|upsert|bulkWrite)\(")
MOST_LINES = 5_000
FOR_TRYING = frozenset(
    """
    conftest demo demos factories factory fake fakes faker fixture fixtures mock mocks playground populate sample samples seed seeder
    seeders seeding seeds spec specs stories story storybook test testing tests testutil testutils loadtest benchmark simulate simulator
    """.split()  # noqa: SIM905
)
"""Words in a path with which made-up data is what the file is for."""
FAKER = "from faker import Faker\n\n"


class SyntheticData(DifferentialCheck):
    """Finds made-up names, addresses and amounts that are written to a store by code that is neither a test nor a seed."""

    id = "data-migration/synthetic-data"
    title = "Made-up data is written outside tests and seeds"
    why = "Rows that nobody entered stand among those of customers; reports, mails and payments go out for people that do not exist."
    instead = "Make such data in tests, factories and seeds only, and let production fail where real data is missing."
    severity = "medium"
    confidence = "medium"
    languages = ("javascript", "python", "typescript")
    cwe = (489,)
    needles = (("aker", "fake", "imesis"),)
    examples = (
        bad(
            FAKER + "fake = Faker()\n\n\ndef sync(client):\n    for user in client.users():\n"
            "        Customer.objects.create(name=user.name or fake.name(), mail=fake.email())\n",
            "made-up names for customers",
            path="shop/sync.py",
        ),
        bad(
            "from faker import Faker as Maker\n\n\nclass Import:\n    async def run(self, session):\n        faker = Maker('de_DE')\n"
            "        session.add(\n            Order(name=faker.company()),\n        )\n",
            "in a method",
            path="shop/orders.py",
        ),
        bad_change(
            "export async function sync(db) {\n  await db.user.create({ data: { name: 'a' } });\n}\n",
            "import { faker } from '@faker-js/faker';\n\nexport async function sync(db) {\n"
            "  await db.user.create({ data: { name: faker.person.fullName() } });\n}\n",
            "in TypeScript",
            path="src/sync.ts",
        ),
        good(
            FAKER + "fake = Faker()\n\n\ndef run():\n    Customer.objects.create(name=fake.name())\n",
            "a seed",
            path="shop/seeds/customers.py",
        ),
        good(
            FAKER + "fake = Faker()\n\n\ndef customer():\n    return Customer.objects.create(name=fake.name())\n",
            "of tests",
            path="conftest.py",
        ),
        good(
            FAKER + "fake = Faker()\n\n\ndef example():\n    return {'name': fake.name(), 'mail': fake.email()}\n",
            "shown, not stored",
            path="shop/docs_page.py",
        ),
        good_change(
            "export const a = 1;\n",
            "import { faker } from '@faker-js/faker';\n\n"
            "export const user = (db) => db.user.create({ data: { name: faker.person.fullName() } });\n",
            "a factory",
            path="src/factories/user.ts",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:  # noqa: ARG002
        """One match for each function that writes made-up data now and did not before."""
        if place_of(pair.path) in {"test", "example", "docs"} or words_of(pair.path) & FOR_TRYING:
            return
        find = _in_python if pair.language == "python" else _in_script
        before = {symbol for symbol, _, _ in find(pair, "before")}
        for symbol, text, span in find(pair, "after"):
            if symbol not in before:
                before.add(symbol)
                yield self.match(Location(pair.path, "after", span), text, symbol=symbol, text="writes made-up data")


def _in_python(pair: FilePair, side: Side) -> Iterator[tuple[str, str, Span]]:
    calls = pair.facts(side).calls
    if not any(MAKERS.search(call.callee) for call in calls):
        return
    for call in calls:
        if WRITES.search(call.callee) and _is_given_made_up(call):
            yield call.symbol, f"`{clip(call.callee.lstrip('.'), 40)}` is given made-up data", call.span


def _is_given_made_up(call: Call) -> bool:
    return any(MADE.search(text[:MOST_LINES]) for _, text in call.arguments)


def _in_script(pair: FilePair, side: Side) -> Iterator[tuple[str, str, Span]]:
    source = pair.after_source if side == "after" else pair.before_source
    lines = (source or "").splitlines()[:MOST_LINES]
    imported = next((number for number, line in enumerate(lines, start=1) if SCRIPT_IMPORT.search(line[:500])), 0)
    if imported and any(SCRIPT_WRITE.search(line[:500]) and not line.lstrip().startswith(("//", "*")) for line in lines):
        yield "", "a file that writes to a store imports a maker of made-up data", Span(imported, 1, imported, len(lines[imported - 1]) + 1)
