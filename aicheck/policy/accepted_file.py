"""The file of accepted findings, `.aicheck/accepted.toml`: read strictly, as the policy file is, and written with its comments kept."""

import datetime
from collections.abc import Iterable
from typing import Any, Final

from aicheck.config import Section, open_document
from aicheck.errors import PolicyError
from aicheck.policy.accepted import Accepted
from aicheck.regex import regex

ACCEPTED_FILE: Final = ".aicheck/accepted.toml"
SCHEMA: Final = 1
FINGERPRINT: Final = regex(r"\d{1,3}:[0-9a-f]{32}")
_NEW_FILE: Final = """\
# Findings that this repository accepts for a while. It counts from the base branch on, once its change has been reviewed.
# `aicheck accept` adds entries; one that has ended counts no more and may be deleted.
schema = 1
"""


def load_accepted(data: bytes | None, source: str = ACCEPTED_FILE) -> tuple[Accepted, ...]:
    """The entries in file order; none without a file (None).

    ```toml
    schema = 1
    [[accepted]]
    fingerprint = "1:0123456789abcdef0123456789abcdef"
    path = "app.py"
    reason = "the caller made the folder"
    by = "alice"
    until = 2027-01-31
    ```

    Raises PolicyError for an unknown or missing key, a fingerprint that is none, a date without a day, or a second entry for the
    same finding.
    """
    if data is None:
        return ()
    root = open_document(source, data, PolicyError)
    root.allow("schema", "accepted")
    if root.count("schema", 1_000) != SCHEMA:
        root.fail("schema", f"must begin with schema = {SCHEMA}")
    found: dict[tuple[str, str], Accepted] = {}
    for section in root.tables("accepted"):
        entry = _read(section, source)
        if (entry.fingerprint, entry.path) in found:
            section.fail("fingerprint", f"accepts {entry.fingerprint} in {entry.path} a second time")
        found[entry.fingerprint, entry.path] = entry
    return tuple(found.values())


def _read(section: Section, source: str) -> Accepted:
    section.allow("fingerprint", "path", "reason", "by", "until")
    fingerprint = section.required("fingerprint")
    if not FINGERPRINT.fullmatch(fingerprint):
        section.fail("fingerprint", f"has the fingerprint {fingerprint!r}, which is none; take it from `aicheck accept` or the JSON output")
    path = section.required("path")
    if path.startswith(("/", "./")) or ".." in path.split("/"):
        section.fail("path", f"has the path {path!r}; write it from the top of the repository, without a leading slash")
    until = section.values.get("until")
    if not isinstance(until, datetime.date) or isinstance(until, datetime.datetime):
        section.fail("until", "must have a date as 'until': until = 2027-01-31")
    line = section.document.line_of(section.path)
    return Accepted(fingerprint, path, section.required("reason"), section.required("by"), until, source, line)


def add_accepted(data: bytes | None, entries: Iterable[Accepted]) -> str:
    """The text of the file with more entries; one for the same finding is replaced where it stands, all else is kept.

    Raises PolicyError for a file that `load_accepted` refuses.
    """
    import tomlkit  # only for those who write
    from tomlkit.items import AoT, Table

    known = {(entry.fingerprint, entry.path): at for at, entry in enumerate(load_accepted(data))}
    document = tomlkit.parse(data.decode("utf-8-sig") if data is not None else _NEW_FILE)
    if "accepted" not in document:
        document["accepted"] = tomlkit.aot()
    tables: Any = document["accepted"]
    for entry in entries:
        at = known.get((entry.fingerprint, entry.path))
        if at is not None:
            tables[at].update({"reason": entry.reason, "by": entry.by, "until": entry.until})
            continue
        table = tomlkit.table() if isinstance(tables, AoT) else tomlkit.inline_table()
        table.update({name: getattr(entry, name) for name in ("fingerprint", "path", "reason", "by", "until")})
        if isinstance(table, Table) and not tomlkit.dumps(document).endswith("\n\n"):
            table.trivia.indent = "\n"
        tables.append(table)
        known[entry.fingerprint, entry.path] = len(known)
    text = tomlkit.dumps(document)
    load_accepted(text.encode())
    return text
