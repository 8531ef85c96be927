"""Logs that are no logs: each is refused in one sentence, at once."""

import json
from typing import Any

import pytest

from aicheck.errors import UsageError
from aicheck.runners import sarif_log
from aicheck.runners.sarif_log import read_log
from tests.runners.sarif_logs import result, run


def refusal(data: bytes) -> str:
    with pytest.raises(UsageError) as caught:
        read_log(data, "a.sarif")
    sentence = str(caught.value)
    assert sentence.startswith("a.sarif ")
    assert "\n" not in sentence
    assert "\x1b" not in sentence
    return sentence


def test_a_log_with_keys_that_nobody_knows() -> None:
    text = json.dumps({"$schema": "x", "version": "2.1.0", "runs": [run(result(), taxa=[1, {"a": None}])], "inlineExternalProperties": []})
    log = read_log(b"\xef\xbb\xbf" + text.encode(), "a.sarif")
    assert [one.rule_id for one in log.runs[0].results or ()] == ["R1"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"version": "2.1.0"}',
        b'{"version": "2.1.0", "runs": {}}',
        b'{"version": "2.1.0", "runs": [{}]}',
        b'{"version": "2.1.0", "runs": [{"tool": {"driver": {}}, "results": "none"}]}',
        b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": 7}}}]}',
        b'{"version": "2.1.0", "runs": [], "x": NaN}',
        b'{"version": "2.1.0\xff", "runs": []}',
        b'{"version": "2.1.0", "runs": [], "x": "\\ud800"}',
        b'{"version": "2.1.0", "runs": [], "x": "\x1b[31m"}',
        b'{"version": "2.1.0", "runs": []',
        b"\xff\xfe{\x00}\x00",
    ],
)
def test_what_is_no_log(data: bytes) -> None:
    assert "is not a SARIF log" in refusal(data)


@pytest.mark.parametrize("value", ["1", 1.5, -1.5, True, [], {}])
def test_a_line_that_is_no_number(value: Any) -> None:
    broken = result()
    broken["locations"][0]["physicalLocation"]["region"]["startLine"] = value
    assert "startLine" in refusal(json.dumps({"version": "2.1.0", "runs": [run(broken)]}).encode())


@pytest.mark.parametrize("key", ["x", "runs"])
def test_deep_nesting(key: str) -> None:
    assert "nested too deeply" in refusal(b'{"version": "2.1.0", "' + key.encode() + b'": ' + b'[{"a":' * 200_000)


def test_another_version_of_the_format() -> None:
    assert "'1.0.0'" in refusal(b'{"version": "1.0.0", "runs": []}')


def test_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif_log, "SIZE_LIMIT", 1 << 20)
    assert "larger than 1 MiB" in refusal(b" " * ((1 << 20) + 1))


def test_too_many_objects() -> None:
    assert "objects" in refusal(b'{"version": "2.1.0", "runs": [' + b"{}," * (sarif_log.MOST_OBJECTS + 1))
