"""Both reviews: verdict and flaws agree, and the words that show a flaw are the parent's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.language.apology import review_apology
from bot.language.review_learning import DATA, ReviewExampleError, read_sentences
from bot.language.reviewer import TASKS, Reviewer
from bot.language.validation import review_validation
from bot.language.words import words


@pytest.fixture(scope="module")
def taught(reviewer_folder: Path) -> Reviewer:
    return Reviewer.load(reviewer_folder)


class Marking:
    """Stands for what is taught: marks a text by words that stand in it."""

    def __init__(self, **marks: str) -> None:
        self._marks = marks

    def marks(self, task: str, text: str) -> dict[str, float]:
        return {mark: float(self._marks.get(mark, "\0") in text) for mark in TASKS[task]}

    shown_by = Reviewer.shown_by


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry I shouted at you this morning. You didn't deserve that. Tomorrow I'll start earlier.",
        "I'm sorry, but not because you asked: because I was wrong to shout at you.",
        "I yelled at you about the shoes. That was wrong, and it wasn't your fault. I'm sorry.",
    ],
)
def test_a_sincere_apology(taught: Reviewer, text: str) -> None:
    review = review_apology(text, taught)
    assert review.sincere and set(review.flaws) <= {"no_repair_plan"} and not review.words


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("I'm sorry you feel that way", "no_ownership"),
        ("I'm sorry I yelled, even if you were rude", "blames_child"),
        ("im sorry i screamed but you never listen", "blames_child"),
        ("I'm sorry if I hurt your feelings", "conditional_if"),
        ("sorry about earlier", "not_specific"),
        ("I'm sorry I shouted, now say you forgive me", "demands_forgiveness"),
        ("Sorry I yelled. I'll buy you an ice cream and we forget it, ok?", "bribe"),
    ],
)
def test_a_flaw_is_named_with_the_words_that_show_it(taught: Reviewer, text: str, flaw: str) -> None:
    review = review_apology(text, taught)
    assert not review.sincere and flaw in review.flaws
    assert all(review.words.values())
    assert review.suggestion and "{" not in review.suggestion


@pytest.mark.parametrize(
    ("text", "validating"),
    [
        ("You worked for weeks and it fell apart. No wonder you're upset.", True),
        ("You're so angry. I won't let you hit, and I'm staying here.", True),
        ("You're really sad about it, and that's okay. I'm here with you.", True),
        ("stop crying, you're fine", False),
        ("why are you crying again?", False),
        ("your sister never makes such a fuss", False),
        ("don't be such a baby", False),
    ],
)
def test_what_validates_and_what_does_not(taught: Reviewer, text: str, validating: bool) -> None:
    review = review_validation(text, taught)
    assert review.validating is validating and bool(review.flaws) is not validating
    assert review.suggestion


@pytest.mark.parametrize("text", ["", " ", "🙂", "x" * 5000, "'; drop table check_ins;--", "{words} %s {0}", "\ud800"])
def test_any_text_has_a_review(taught: Reviewer, text: str) -> None:
    if text == "\ud800":
        text = text.encode("utf-8", "replace").decode()
    apology, validation = review_apology(text, taught), review_validation(text, taught)
    assert apology.sincere is not bool(set(apology.flaws) - {"no_repair_plan"})
    assert validation.validating is not bool(validation.flaws)


def test_verdict_and_flaws_agree_whatever_was_taught() -> None:
    kind = Marking(sincere="sorry", no_repair_plan="sorry")
    assert review_apology("sorry, that was rude of me", kind).flaws == ("no_repair_plan",)  # type: ignore[arg-type]
    harsh = Marking(blames_child="rude")
    assert review_apology("you were rude", harsh).flaws == ("blames_child",)  # type: ignore[arg-type]
    nothing = Marking()
    assert review_apology("hm", nothing).flaws and not review_apology("hm", nothing).sincere  # type: ignore[arg-type]
    assert review_validation("hm", nothing).flaws  # type: ignore[arg-type]


def test_the_words_are_those_without_which_the_flaw_is_gone() -> None:
    marking = Marking(minimises="joke")
    assert "joke" in marking.shown_by("apology", "minimises", "I laughed. It was a joke, you know")  # type: ignore[misc]


def test_every_flaw_has_its_suggestions_and_its_place() -> None:
    for task, (_, *flaws) in TASKS.items():
        listed = words("reviews")[task]
        assert sorted(listed["order"]) == sorted(flaws)
        assert set(listed["suggestions"]) == {*flaws, "none"}
        for flaw, kinds in listed["suggestions"].items():
            assert kinds["plain"], flaw
            assert all("{words}" in text for text in kinds.get("quoting", [])), flaw
            if flaw not in ("none", "no_repair_plan", "no_feeling_word"):
                assert kinds["quoting"], flaw


@pytest.mark.parametrize("task", list(TASKS))
def test_the_examples_are_whole_and_no_held_out_message_is_among_them(task: str) -> None:
    taught = {one.text.casefold() for one in read_sentences(DATA / f"{task}.jsonl", task)}
    held_out = read_sentences(DATA / f"held_out_{task}.jsonl", task)
    assert len(taught) > 1500 and len(held_out) > 200
    assert not taught & {one.text.casefold() for one in held_out}
    good = TASKS[task][0]
    for one in read_sentences(DATA / f"{task}.jsonl", task):
        assert (good in one.marks) is (one.marks <= {good, "no_repair_plan"}), one.text


def test_a_line_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "apology.jsonl"
    path.write_text('{"text": "sorry", "sincere": false, "flaws": ["rude"]}\n')
    with pytest.raises(ReviewExampleError, match=r"apology\.jsonl, line 1"):
        read_sentences(path, "apology")
