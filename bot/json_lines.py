"""JSON lines in, JSON lines out: how other programs use the screener and the understanding."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, BinaryIO, TextIO

Read = Callable[[str], dict[str, Any]]


def answer_lines(read: Read, lines: BinaryIO, out: TextIO) -> None:
    """Answer each line of `lines`, an object with a string "text", with one line: what `read` makes of it.

    One line out for each line in, in order and at once. A line that can't be answered gets
    `{"error": "..."}`, and the next one is read.
    """
    for line in lines:
        out.write(json.dumps(_answer(read, line)) + "\n")
        out.flush()


def _answer(read: Read, line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return {"error": "This line is not JSON in UTF-8."}
    if not isinstance(message, dict) or not isinstance(message.get("text"), str):
        return {"error": 'This line is not an object with a string "text".'}
    try:
        return read(message["text"])
    except Exception as error:  # whatever one message brings about, the next line is still answered
        return {"error": f"This text could not be read: {type(error).__name__}."}
