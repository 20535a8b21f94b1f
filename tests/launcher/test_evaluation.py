"""Counting what the detectors find and miss: the figures that the product is trusted by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.evaluation import HELD_OUT, Share, keywords, measure, rules_alone
from bot.language.risk.examples import Example, ExampleError, ordinary_talk, read_examples
from bot.language.risk.rules import CATEGORIES
from bot.settings import ROOT

SIGNALS = [
    Example("a", "parent_suicide", "emergency", "w"),
    Example("b", "child_abuse", "urgent", "w", also=("partner_violence",)),
    Example("c", "burnout", "support", "w"),
]
CALM = [Example("d", "none", "none", "w", "idiom"), Example("e", "none", "none", "w", "ordinary")]
NOTHING = ("none", "none")


def shares(*verdicts: tuple[str, str]) -> dict[str, tuple[int, int]]:
    measured = measure([*SIGNALS, *CALM], verdicts, 1.0)
    return {name: (share.hits, share.of) for name, share in measured.shares.items()}


def test_everything_right() -> None:
    found = shares(
        ("parent_suicide", "emergency"), ("partner_violence", "urgent"), ("burnout", "support"), NOTHING, NOTHING
    )
    assert found["found, of all signals"] == (3, 3) == found["right category, of the found"]
    assert found["found, of emergency"] == (1, 1)
    assert found["precision, of all that alarmed"] == (3, 3)
    assert found["false alarms, of look-alikes"] == (0, 1)


def test_a_miss_a_wrong_category_and_false_alarms() -> None:
    found = shares(NOTHING, *[("burnout", "support")] * 4)
    assert found["found, of emergency"] == (0, 1) and found["found, of all signals"] == (2, 3)
    assert found["right category, of the found"] == (1, 2)
    assert found["at least as urgent, of the found"] == (1, 2)
    assert found["precision of burnout"] == (1, 4)
    assert found["false alarms, of look-alikes"] == (1, 1) == found["false alarms, of ordinary"]


def test_misses_and_false_alarms_are_listed() -> None:
    measured = measure([*SIGNALS, *CALM], [NOTHING] * 3 + [("burnout", "support"), NOTHING], 1.0, asked=1)
    assert [one.text for one in measured.missed] == ["a", "b", "c"]
    assert [one.text for one in measured.false_alarms] == ["d"]
    assert str(measured.asked).startswith("0.333")


def test_the_interval_is_wilson_s() -> None:
    """9 of 10: 0.596 to 0.982 (Wilson 1927; the textbook example)."""
    assert str(Share(9, 10)) == "0.900 (0.596 to 0.982), 9 of 10"
    assert str(Share(0, 0)) == "none to count"


def test_the_ways_to_compare_with_give_a_verdict_for_each_message() -> None:
    examples = [Example("i want to die", "parent_suicide", "emergency", "w"), *CALM]
    assert keywords(examples).shares["found, of parent_suicide"].hits == 1
    assert rules_alone(examples).shares["found, of parent_suicide"].hits == 1


# ---- the messages


def test_the_held_out_messages_are_enough_and_half_of_them_harmless() -> None:
    held_out = read_examples(HELD_OUT)
    calm = [one for one in held_out if one.category == "none"]
    assert len(held_out) >= 800 and 0.45 <= len(calm) / len(held_out) <= 0.55
    assert sum(one.kind != "ordinary" for one in calm) > len(calm) / 2
    assert {one.category for one in held_out} == {"none", *CATEGORIES}


def test_there_are_examples_enough_to_learn_from() -> None:
    examples = read_examples(ROOT / "data" / "risk" / "examples")
    for category in CATEGORIES:
        assert sum(one.category == category for one in examples) >= 150, category
    calm = [one for one in examples if one.category == "none"]
    assert len(calm) >= 1500 and sum(one.kind != "ordinary" for one in calm) >= len(calm) / 2


def test_nothing_is_held_out_and_taught() -> None:
    def plain(text: str) -> str:
        return " ".join("".join(char if char.isalnum() else " " for char in text.lower()).split())

    taught = {plain(one.text) for one in read_examples(ROOT / "data" / "risk" / "examples")}
    held_out = {plain(one.text) for one in read_examples(HELD_OUT)}
    assert not taught & held_out
    writers = {one.writer for one in read_examples(HELD_OUT)}
    assert not writers & {one.writer for one in read_examples(ROOT / "data" / "risk" / "examples")}


def test_ordinary_talk_is_many_and_leaves_danger_out() -> None:
    talk = ordinary_talk(ROOT / "data" / "nlu")
    assert len(talk) > 3000 and all(one.kind == "ordinary" for one in talk)


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        json.dumps({"text": "a"}),
        json.dumps({"text": "a", "category": "sadness", "urgency": "none", "writer": "w"}),
        json.dumps({"text": "a", "category": "none", "urgency": "high", "writer": "w"}),
        json.dumps({"text": " ", "category": "none", "urgency": "none", "writer": "w"}),
        json.dumps({"text": "a", "category": "none", "urgency": "none", "writer": "w", "more": 1}),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, line: str) -> None:
    good = json.dumps({"text": "a", "category": "none", "urgency": "none", "writer": "w"})
    (tmp_path / "some.jsonl").write_text(f"{good}\n{line}\n")
    with pytest.raises(ExampleError, match="some.jsonl, line 2"):
        read_examples(tmp_path)
