"""Reads the payloads of forges' webhooks (GitHub and GitLab) into a `PullRequest`. Hostile input: nothing in it is trusted."""

from typing import Any

import msgspec

from aicheck.model.request import PullRequest

SIZE_LIMIT = 25 * 1024 * 1024
"""Bytes; the largest payload that GitHub sends."""


class EventError(Exception):
    """A payload that cannot be used; the message completes `FILE cannot be used: ...`."""


def parse_event(data: bytes) -> PullRequest | None:
    """The pull request of a payload; None for an event that is about none (a push). Raises EventError."""
    if len(data) > SIZE_LIMIT:
        raise EventError(f"it is larger than {SIZE_LIMIT >> 20} MiB")
    try:
        payload = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EventError(f"it is not JSON: {error}") from None
    if not isinstance(payload, dict):
        raise EventError("it is not a JSON object")
    if "pull_request" in payload:
        return _read_github(_table(payload, "pull_request"))
    if payload.get("object_kind") == "merge_request" or "merge_request" in payload:
        return _read_gitlab(payload)
    return None


def _read_github(request: dict[str, Any]) -> PullRequest:
    user, head, base = (_table(request, name) for name in ("user", "head", "base"))
    return PullRequest(
        author=_text(user, "login"),
        author_id=_number(user, "id"),
        author_is_bot=_text(user, "type") == "Bot",
        head_branch=_text(head, "ref"),
        base_branch=_text(base, "ref"),
        head=_text(head, "sha"),
        labels=_names(request.get("labels"), "name"),
        title=_text(request, "title"),
        body=_text(request, "body"),
        assignees=_names(request.get("assignees"), "login"),
    )


def _read_gitlab(payload: dict[str, Any]) -> PullRequest:
    request = _table(payload, "object_attributes" if payload.get("object_kind") == "merge_request" else "merge_request")
    user = _table(payload, "user")
    is_author = _number(request, "author_id") in ("", _number(user, "id"))
    return PullRequest(
        author=_text(user, "username") if is_author else "",
        author_id=_number(request, "author_id"),
        head_branch=_text(request, "source_branch"),
        base_branch=_text(request, "target_branch"),
        head=_text(_table(request, "last_commit"), "id"),
        labels=_names(payload.get("labels") or request.get("labels"), "title"),
        title=_text(request, "title"),
        body=_text(request, "description"),
        assignees=_names(payload.get("assignees"), "username"),
    )


def _table(values: dict[str, Any], key: str) -> dict[str, Any]:
    found = values.get(key)
    return found if isinstance(found, dict) else {}


def _text(values: dict[str, Any], key: str) -> str:
    found = values.get(key)
    return found if isinstance(found, str) else ""


def _number(values: dict[str, Any], key: str) -> str:
    found = values.get(key)
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""


def _names(items: Any, key: str) -> tuple[str, ...]:
    """The texts under `key` of a list of tables, in order, each once."""
    found = (_text(item, key) for item in items if isinstance(item, dict)) if isinstance(items, list) else ()
    return tuple(dict.fromkeys(name for name in found if name))
