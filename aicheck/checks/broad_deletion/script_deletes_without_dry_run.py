"""broad-deletion/script-deletes-without-dry-run."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.statement_steps import StatementCheck, added_statements, is_migration, shown_objects
from aicheck.model.finding import Match
from aicheck.readers.place import place_of
from aicheck.regex import regex

SCRIPT = regex(r"(?:^|/)(?:management/commands|scripts?|bin|cron|jobs|tasks|one[-_]?off|maintenance)/")
ENTRY = regex(r"__name__\s*==\s*['\"]__main__|BaseCommand\b|process\.argv|require\.main\s*===\s*module|@click\.command|argparse")
CAREFUL = regex(
    r"dry[-_ ]?run|--(?:apply|commit|confirm|execute|force|yes|live|no-dry)|\binput\(|click\.confirm|\bprompt\(|you sure|no_input",
    re.IGNORECASE,
)


class ScriptDeletesWithoutDryRun(StatementCheck):
    """Finds new scripts that delete rows of a live store and have no way to only show which."""

    id = "broad-deletion/script-deletes-without-dry-run"
    title = "A new script deletes rows and cannot show beforehand which"
    why = "Its first real run is its first test: a wrong comparison deletes the rows that should have stayed."
    instead = "Print what would be deleted and delete only with an explicit option; stop when the number is larger than expected."
    severity = "medium"
    confidence = "medium"
    cwe = (471,)
    examples = (
        bad_change(
            {},
            {
                "scripts/expire_links.py": "def main():\n    for link in Link.objects.filter(created__lt=limit()):\n"
                "        link.delete()\n\n\n"
                "if __name__ == '__main__':\n    main()\n"
            },
            "row by row",
        ),
        bad_change(
            {},
            {
                "app/management/commands/expire.py": "class Command(BaseCommand):\n    def handle(self, *args, **options):\n"
                "        Session.objects.filter(\n            age__gt=15\n        ).delete()\n"
            },
            "a management command",
        ),
        good_change(
            {},
            {
                "scripts/expire_links.py": "import argparse\n\n\ndef main(dry_run):\n"
                "    for link in Link.objects.filter(created__lt=limit()):\n"
                "        print(link)\n        if not dry_run:\n            link.delete()\n\n\nif __name__ == '__main__':\n    main(True)\n"
            },
            "shows them first",
        ),
        good_change(
            {},
            {
                "scripts/show_links.py": "for link in Link.objects.filter(created__lt=limit()):\n    print(link)\n\n"
                "if __name__ == '__main__':\n    pass\n"
            },
            "only reads",
        ),
        good_change(
            {}, {"app/views.py": "def close(request, pk):\n    Order.objects.filter(pk=pk, user=request.user).delete()\n"}, "no script"
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for the file: the first deletion."""
        source = pair.after_source
        if pair.change.before is not None or pair.before_path != pair.path or source is None or pair.language == "sql":
            return
        if (
            place_of(pair.path) in {"test", "migration"}
            or not (SCRIPT.search(pair.path) and ENTRY.search(source))
            or CAREFUL.search(source)
        ):
            return
        for statement in added_statements(pair, change):
            if (
                statement.verb == "delete"
                and statement.direction == "forward"
                and not is_migration(pair, statement)
                and not _is_one(statement.predicates)
            ):
                yield self.match_statement(pair, statement, f"deletes from `{shown_objects(statement)}` without a dry run")
                return


def _is_one(predicates: tuple[tuple[str, str], ...]) -> bool:
    """Whether a row is named by its key alone."""
    return len(predicates) == 1 and predicates[0][0] in {"id", "pk"}
