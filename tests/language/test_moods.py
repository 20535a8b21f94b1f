"""A parent's own mood, as a number or in words, on the scale from 1 to 5."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.moods import HIGHEST, LOWEST, find_mood
from bot.language.pipeline import read


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("3", 3),
        ("a 2", 2),
        ("maybe 4", 4),
        ("like 1 honestly", 1),
        ("2/5", 2),
        ("4 out of 5", 4),
        ("I'd say 3 of 5", 3),
        ("my mood is about 2 today", 2),
        ("5!", 5),
        ("1, very low", 1),
        ("so-so", 3),
        ("not great", 2),
        ("pretty good actually", 4),
        ("good", 5),
        ("quite good", 4),
        ("really bad tonight", 1),
        ("Rock bottom.", 1),
        ("ok i guess", 3),
        ("not bad at all", 4),
        ("not bad", 3),
        ("Not good", 2),
        ("best in weeks", 5),
    ],
)
def test_mood(text: str, mood: int) -> None:
    assert find_mood(read(text)) == mood


@pytest.mark.parametrize(
    "text",
    [
        "", "😭", "she is 4 years old", "my 3yo", "at 5 pm", "4 kids and no sleep", "7", "0", "12", "3.5", "10/10",
        "the tower fell", "2 hours of screaming", "5:30 in the morning", "4 months old",
    ],
)  # fmt: skip
def test_no_mood(text: str) -> None:
    assert find_mood(read(text)) is None


def test_the_longest_phrase_wins_over_a_word_in_it() -> None:
    assert find_mood(read("not good")) == 2 and find_mood(read("very good")) == 5
    assert find_mood(read("very low")) == 1 and find_mood(read("low")) == 2


def test_a_number_wins_over_words() -> None:
    assert find_mood(read("good, well, maybe 2")) == 2


@given(st.text(max_size=80))
def test_any_text_is_on_the_scale_or_nothing(text: str) -> None:
    mood = find_mood(read(text))
    assert mood is None or LOWEST <= mood <= HIGHEST
