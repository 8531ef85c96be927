"""What the command line says about people: review files and the payloads of webhooks."""

import json
from pathlib import Path

import msgspec
import pytest

from aicheck.cli.review import read_event, read_review
from aicheck.errors import UsageError
from aicheck.model.change import ChangeSet
from aicheck.model.request import PullRequest
from aicheck.model.review import Approval, Review

HEAD = "a" * 40
CHANGE = ChangeSet((), "b" * 40, HEAD, "b" * 40)


class Wanted(msgspec.Struct):
    review: Path | None = None
    author: str = ""


def write(folder: Path, value: object) -> Path:
    file = folder / "file.json"
    file.write_text(json.dumps(value))
    return file


def test_a_review_file_is_about_the_head_of_the_change(tmp_path: Path) -> None:
    file = write(tmp_path, {"approvals": [{"by": "@se", "commit": HEAD}], "now": 5})
    assert read_review(Wanted(file), CHANGE, None) == Review(HEAD, now=5, approvals=(Approval("@se", HEAD),))
    with pytest.raises(UsageError, match="about the head cccccccccccc, not about aaaaaaaaaaaa"):
        read_review(Wanted(write(tmp_path, {"head": "c" * 40})), CHANGE, None)


@pytest.mark.parametrize("value", [{"aprovals": []}, {"approvals": [{"by": "@se", "comit": HEAD}]}, [], {"now": "today"}])
def test_a_mistake_in_a_review_file_is_an_error(tmp_path: Path, value: object) -> None:
    with pytest.raises(UsageError, match="cannot be read as a review"):
        read_review(Wanted(write(tmp_path, value)), CHANGE, None)


def test_a_machines_request_names_who_drove_it() -> None:
    person = PullRequest("ada", base_branch="main", labels=("x",), assignees=("bob",))
    machine = PullRequest("copilot", author_is_bot=True, assignees=("bob",))
    review = read_review(Wanted(), CHANGE, person)
    assert (review.author, review.operators, review.branch, review.labels) == ("ada", (), "main", ("x",))
    review = read_review(Wanted(), CHANGE, machine)
    assert (review.author, review.operators) == ("", ("bob",))
    assert read_review(Wanted(author="eve"), CHANGE, person).author == "eve"


def test_events(tmp_path: Path) -> None:
    payload = {"pull_request": {"user": {"login": "ada"}, "head": {"sha": "c" * 40}}}
    event = read_event(write(tmp_path, payload), CHANGE)
    assert event.request is not None and event.request.author == "ada"
    assert event.notes == ("file.json is about the head cccccccccccc, not about aaaaaaaaaaaa",)
    assert read_event(write(tmp_path, {"ref": "x"}), CHANGE).notes == ("file.json is about no pull request; it is not used",)
    with pytest.raises(UsageError, match="cannot be used: it is not JSON"):
        read_event(Path(__file__), CHANGE)
    with pytest.raises(UsageError, match="cannot be read"):
        read_event(tmp_path / "missing", CHANGE)
