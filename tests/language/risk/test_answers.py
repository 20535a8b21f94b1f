"""Every way of answering a question about danger, and above all: nothing is taken for a no that isn't one."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.language.risk.answers import Answer, AnswerReader, answer_reader
from bot.language.risk.rules import RuleError
from bot.language.risk.screener import FOLDER, screener

TEXTS = yaml.safe_load((Path(__file__).parent / "answers.yml").read_text(encoding="utf-8"))
NOT_CLEAR = TEXTS.pop("not_clear")
REASSURING = {Answer.NO, Answer.SAFE}
CLEAR = [text for texts in TEXTS.values() for name in ("no", "safe") for text in texts[name]]


def _of(part: str) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in TEXTS[part].items() for text in texts]


def _read(text: str) -> str:
    answer = answer_reader().read(text)
    return "none" if answer is None else answer.value


def _named(cases: list[tuple[str, str]]) -> Iterator[object]:
    return (pytest.param(name, text, id=f"{name}: {text[:50]!a}") for name, text in cases)


@pytest.mark.parametrize(("name", "text"), _named(_of("seen")))
def test_an_answer_is_read(name: str, text: str) -> None:
    assert _read(text) == name


def test_answers_kept_aside_are_read() -> None:
    cases = _of("held_out")
    wrong = [(text, name, _read(text)) for name, text in cases if _read(text) != name]
    assert len(wrong) <= 0.15 * len(cases), wrong


@pytest.mark.parametrize(
    "text", [*NOT_CLEAR, *(text for part in TEXTS for name, text in _of(part) if name not in {"no", "safe"})], ids=ascii
)
def test_nothing_else_is_taken_for_a_no(text: str) -> None:
    assert answer_reader().read(text) not in REASSURING


@pytest.mark.parametrize("said", CLEAR, ids=ascii)
@pytest.mark.parametrize(
    "more",
    ["{} but i think about it", "{} i guess", "{} for now", "i don't know. {}", "{}. not really", "{}, i'm not safe"]
    + ["{}, only sometimes", "maybe {}", "{} he's at the door", "{} does it matter", "{}. I have the pills here"],
)
def test_a_clear_answer_with_a_doubt_beside_it_is_not_clear(said: str, more: str) -> None:
    assert answer_reader().read(more.format(said)) not in REASSURING


def test_any_text_is_read_without_an_error() -> None:
    chance = random.Random(1)
    signs = "abinoyes  .,!?'~*()[]|$^\\\n\t0é😢\ud800\u0130\u200b\x00ﬁ"
    words = [word for part in TEXTS for _, text in _of(part) for word in text.split()]
    for _ in range(500):
        answer_reader().read("".join(chance.choices(signs, k=chance.randrange(60))))
        answer_reader().read(" ".join(chance.choices(words, k=chance.randrange(1, 30))))
    for text in ("no " * 5000, "i am safe " * 3000, "yes but " * 3000, "a" * 50_000, "?" * 50_000):
        answer_reader().read(text)


def test_a_message_is_read_within_a_millisecond() -> None:
    texts = [text for part in TEXTS for _, text in _of(part)]
    answer_reader().read("no")
    took = []
    for text in texts:
        start = time.perf_counter()
        answer_reader().read(text)
        took.append(time.perf_counter() - start)
    assert statistics.quantiles(took, n=20)[-1] < 0.001


@pytest.mark.parametrize(
    "content",
    [
        "[",
        "groups: []",
        "- a list",
        "{words: {}, besides: [], groups: [{answer: perhaps, says: [hm]}]}",
        "{words: {}, besides: [], groups: [{answer: unsure, says: hm}]}",
        "{words: {}, besides: [], groups: [{answer: unsure}]}",
        "{words: {}, besides: [], groups: [{answer: unsure, says: [hm], surprise: 1}]}",
        "{words: {}, besides: [], groups: [{answer: unsure, says: ['(hm']}]}",
        "{words: {}, besides: [], groups: [{answer: no, says: [nope]}]}",  # YAML's no is not a word
    ],
)
def test_a_broken_file_is_refused_by_name(tmp_path: Path, content: str) -> None:
    for name in ("words.yml", "spelling.yml"):
        (tmp_path / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "answers.yml").write_text(content, encoding="utf-8")
    with pytest.raises(RuleError, match="answers.yml"):
        AnswerReader.load(screener().rules, tmp_path / "answers.yml")
