"""JSON lines: one answer for each line, whatever the line is."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from bot.json_lines import answer_lines


def answers(data: bytes) -> list[dict[str, Any]]:
    def read(text: str) -> dict[str, Any]:
        if text == "break":
            raise RuntimeError("something private")
        return {"length": len(text)}

    out = io.StringIO()
    answer_lines(read, io.BytesIO(data), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_answers_come_in_order_with_errors_between() -> None:
    data = b'{"text": "one"}\nnonsense\n{"text": "three"}'
    assert [set(answer) for answer in answers(data)] == [{"length"}, {"error"}, {"length"}]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b'"text"',
        b"null",
        b"{}",
        b'{"text": 1}',
        b'{"text": null}',
        b'{"Text": "a"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"text": "unfinished',
        b'{"text": "a"} {"text": "b"}',
    ],
)
def test_line_that_says_nothing_gets_an_error_and_the_next_is_read(line: bytes) -> None:
    first, second = answers(line + b'\n{"text": "ab"}\n')
    assert set(first) == {"error"}
    assert second == {"length": 2}


def test_text_that_breaks_the_reader_gets_an_error_that_repeats_nothing() -> None:
    first, second = answers(b'{"text": "break"}\n{"text": ""}\n')
    assert "RuntimeError" in first["error"] and "private" not in first["error"]
    assert second == {"length": 0}


def test_any_text_fits_in_one_line() -> None:
    text = "a\u2028b\nc\ud800"
    (answer,) = answers(json.dumps({"text": text}).encode() + b"\n")
    assert answer == {"length": len(text)}


def test_each_answer_is_out_before_the_next_line_is_read() -> None:
    out = io.StringIO()

    class Watching(io.BytesIO):
        def __next__(self) -> bytes:
            line = super().__next__()
            if b"second" in line:
                assert out.getvalue() == '{"ok": true}\n'
            return line

    answer_lines(lambda _: {"ok": True}, Watching(b'{"text": "first"}\n{"text": "second"}\n'), out)
    assert out.getvalue().count("\n") == 2
