"""The evidence that a pull request itself gives: its branch, author, labels and text."""

from collections.abc import Iterator

from aicheck.model.change import Identity
from aicheck.model.provenance import Evidence, Strength
from aicheck.model.request import PullRequest
from aicheck.provenance.disclosure import read_disclosures
from aicheck.provenance.matching import index_signatures
from aicheck.provenance.message import parse_message
from aicheck.provenance.signatures import Signature

_STRENGTHS: dict[str, Strength] = {"structured": "structured", "probable": "probable", "weak": "weak", "denial": "declared"}
TEXT_LIMIT = 200
"""Characters of a quotation."""


def request_evidence(request: PullRequest, signatures: tuple[Signature, ...], labels: tuple[str, ...] = ()) -> tuple[Evidence, ...]:
    """What the request shows, each kind once per tool. `labels` are those that a team gives to AI-assisted work.

    Somebody who ticks both boxes of a form has used AI: a statement that denies it counts only where none affirms it.
    """
    found = [*_of_names(request, signatures, labels), *_of_text(request, signatures)]
    if any(entry.strength != "declared" for entry in found):
        found = [entry for entry in found if entry.strength != "declared"]
    first: dict[tuple[str, str], Evidence] = {}
    for entry in found:
        first.setdefault((entry.kind, entry.tool), entry)
    return tuple(first.values())


def _of_names(request: PullRequest, signatures: tuple[Signature, ...], labels: tuple[str, ...]) -> Iterator[Evidence]:
    login = request.author.lower()
    if login:
        account = f"{request.author_id}+{login}" if request.author_id else login
        author = index_signatures(signatures).identities.find(Identity(login, f"{account}@users.noreply.github.com"), "author")
        if author is not None:
            yield from _evidence(author, "pull-request:author", request.author)
    own = {label.lower() for label in labels}
    for label in request.labels:
        if label.lower() in own:
            yield Evidence("label", "pull-request:label", "structured", label[:TEXT_LIMIT])
    for signature in signatures:
        if signature.match == "branch-prefix" and request.head_branch.lower().startswith(signature.values):
            yield from _evidence(signature, "pull-request:branch", request.head_branch)
        elif signature.match == "label":
            for label in request.labels:
                if label.lower() in signature.values:
                    yield from _evidence(signature, "pull-request:label", label)


def _of_text(request: PullRequest, signatures: tuple[Signature, ...]) -> Iterator[Evidence]:
    index = index_signatures(signatures)
    for line in parse_message(f"-\n{request.body}"):
        matched = None if line.subject else index.match_line(line)
        if matched is not None:
            signature, tool = matched
            yield from _evidence(signature, f"pull-request:body:{line.number - 1}", line.text, tool)
    for statement in read_disclosures(request.body):
        strength: Strength = "probable" if statement.stance == "used" else "declared"
        kind = f"disclosure-{statement.form}"
        yield Evidence(kind, f"pull-request:body:{statement.line}", strength, statement.text[:TEXT_LIMIT])


def _evidence(signature: Signature, source: str, text: str, tool: str = "") -> Iterator[Evidence]:
    strength = _STRENGTHS.get(signature.strength)
    if strength is not None:
        yield Evidence(signature.id, source, strength, text[:TEXT_LIMIT], tool or signature.tool, signature.extent)
