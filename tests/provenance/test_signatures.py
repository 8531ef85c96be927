import re
import tomllib
from pathlib import Path

import pytest

from aicheck.errors import ConfigError
from aicheck.model.provenance import State
from aicheck.model.request import PullRequest
from aicheck.provenance.attribute import attribute_commit
from aicheck.provenance.matching import index_signatures
from aicheck.provenance.message import parse_message
from aicheck.provenance.pull_request import request_evidence
from aicheck.provenance.signatures import SHARED_IDS, Signature, extend_signatures, load_signatures, parse_signatures
from tests.provenance.commits import ADA, make_commit, make_identity

SIGNATURES = {signature.id: signature for signature in load_signatures()}
VECTORS = tomllib.loads(Path(__file__).with_name("vectors.toml").read_text(encoding="utf-8"))
CASES = [
    (name, place, text, answer == "yes")
    for name, places in VECTORS.items()
    for place, answers in places.items()
    for answer, texts in answers.items()
    for text in texts
]
STATES: dict[str, State] = {
    "structured": "marked",
    "probable": "probable",
    "weak": "unknown",
    "denial": "declared-none",
    "bot": "unknown",
    "ignore": "unknown",
}


def shown(place: str, text: str) -> set[Signature]:
    index = index_signatures(load_signatures())
    if place == "message":
        matches = [index.match_line(line) for line in parse_message(f"Tidy up\n\n{text}")]
        return {match[0] for match in matches if match}
    if place in ("branch", "label"):
        request = PullRequest(head_branch=text) if place == "branch" else PullRequest(labels=(text,))
        return {SIGNATURES[entry.kind] for entry in request_evidence(request, load_signatures())}
    found = index.identities.find(make_identity(text), "author" if place == "author" else "committer")
    return {found} if found else set()


@pytest.mark.parametrize(("name", "place", "text", "expected"), CASES, ids=[f"{case[0]}-{number}" for number, case in enumerate(CASES)])
def test_vector(name: str, place: str, text: str, expected: bool) -> None:
    assert (SIGNATURES[name] in shown(place, text)) is expected


@pytest.mark.parametrize(("name", "place", "text"), [case[:3] for case in CASES if case[3] and case[1] not in ("branch", "label")])
def test_the_strength_of_a_signature_decides_the_state_of_a_commit(name: str, place: str, text: str) -> None:
    message = f"Tidy up\n\n{text}" if place == "message" else "Tidy up"
    author = make_identity(text) if place == "author" else ADA
    committer = make_identity(text) if place == "committer" else author
    attribution = attribute_commit(make_commit(message, author, committer), load_signatures())
    assert attribution.state == STATES[SIGNATURES[name].strength]
    assert [evidence.kind for evidence in attribution.evidence] == ([] if SIGNATURES[name].strength in ("bot", "ignore") else [name])


@pytest.mark.parametrize("name", SIGNATURES)
def test_every_signature_has_vectors(name: str) -> None:
    answers = [answer for places in VECTORS[name].values() for answer, texts in places.items() if texts]
    assert "yes" in answers
    assert "no" in answers


def test_no_vector_is_left_over() -> None:
    assert set(VECTORS) == set(SIGNATURES)


def test_loaded_once() -> None:
    assert load_signatures() is load_signatures()


def test_shared_ids_name_no_tool() -> None:
    assert not SHARED_IDS.intersection(number for signature in load_signatures() for number in signature.ids)


GOOD = """
[[signature]]
id = "acme"
where = ["co-author"]
match = "email"
values = ["bot@acme.example"]
strength = "structured"
source = "Acme handbook"
"""


def test_a_file_of_ones_own() -> None:
    (signature,) = parse_signatures(GOOD, "mine.toml")
    commit = make_commit("Tidy up\n\nCo-authored-by: Acme <bot@acme.example>")
    assert attribute_commit(commit, (signature,)).state == "marked"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('source = "Acme handbook"', 'source = "x"\ncolour = "red"', "'acme': unknown key `colour`"),
        ('source = "Acme handbook"', "", "'acme': `source` is missing"),
        ('id = "acme"', 'id = "Acme Inc"', "'Acme Inc': `id` must be"),
        ('id = "acme"', "", "signature 1: `id` is missing"),
        ('match = "email"', 'match = "regex"', "'acme': `match` is 'regex'"),
        ('"structured"', '"sure"', "'acme': `strength` is 'sure'"),
        ('"structured"', "3", "'acme': `strength` must be a text"),
        ('["co-author"]', '["subject"]', "'acme': 'subject' in `where`"),
        ('["co-author"]', '"co-author"', "'acme': `where` must be a list"),
        ('"bot@acme.example"', '"acme.example"', "'acme': 'acme.example' in `values` is not an exact e-mail"),
        ('"bot@acme.example"', '"Bot@acme.example"', "must be in lower case"),
        ('values = ["bot@acme.example"]', "", "'acme': `values` is missing"),
        ('match = "email"', 'match = "login"\nids = ["41898282"]', "shared with ordinary automation"),
        ('source = "Acme handbook"', 'source = "x"\nsince = "last year"', "`since` must be YYYY-MM"),
        ('source = "Acme handbook"', 'source = "x"\npattern = "("', "`pattern` is not a regular expression"),
        ('source = "Acme handbook"', 'source = "x"\nbare = "yes"', "`bare` must be true or false"),
        ("[[signature]]", "[signature]", "write [[signature]]"),
        ("[[signature]]", "[[signatur]]", "unknown key `signatur`"),
        ("[[signature]]", "[[signature]", "not valid TOML"),
        ("[[signature]]", "[vocabulary]\nnames = 3\n[[signature]]", "vocabulary must have exactly"),
    ],
)
def test_a_wrong_entry_is_named(before: str, after: str, words: str) -> None:
    assert before in GOOD
    with pytest.raises(ConfigError, match=re.escape(words)) as caught:
        parse_signatures(GOOD.replace(before, after, 1), "mine.toml")
    assert str(caught.value).startswith("mine.toml")


def test_two_entries_with_one_id() -> None:
    with pytest.raises(ConfigError, match="'acme' is defined twice"):
        parse_signatures(GOOD + GOOD, "mine.toml")


def test_a_declaration_needs_words() -> None:
    text = GOOD.replace('"co-author"', '"trailer"').replace('"email"', '"declaration"').replace("values = [", "keys = [")
    with pytest.raises(ConfigError, match="needs a \\[vocabulary\\]"):
        parse_signatures(text, "mine.toml")


def test_further_signatures_come_after_the_packaged_ones() -> None:
    signatures = extend_signatures(((GOOD, "mine.toml"),))
    assert signatures[:-1] == load_signatures()
    assert attribute_commit(make_commit("Tidy up\n\nCo-authored-by: Acme <bot@acme.example>"), signatures).state == "marked"


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ((GOOD.replace('"acme"', '"claude-author"'),), "'claude-author' is defined already"),
        ((GOOD, GOOD), "'acme' is defined already"),
        ((GOOD.replace('"structured"', '"ignore"'),), "`strength` must be one of bot, probable, structured"),
        ((GOOD.replace('"structured"', '"denial"'),), "`strength` must be one of bot, probable, structured"),
    ],
)
def test_further_signatures_only_add(texts: tuple[str, ...], words: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(words)):
        extend_signatures(tuple((text, f"{number}.toml") for number, text in enumerate(texts)))
