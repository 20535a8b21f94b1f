"""Sentences to say out loud: no holes, fitted to age and feeling, with what happened told to the child."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.phrases import Situation, feeling_words, guesses, storm_words
from bot.language.words import words

BANDS = ["baby", "toddler", "preschool", "school_age", "teen", None, "unknown"]
FEELINGS = sorted(words("phrases")["spoken"])


def every(find: object, situation: Situation, times: int = 12) -> list[str]:
    """Return what is offered one after the other."""
    said: list[str] = []
    for _ in range(times):
        said.append(find(situation, set(said)))  # type: ignore[operator]
    return said


@pytest.mark.parametrize("find", [storm_words, feeling_words])
@pytest.mark.parametrize("band", BANDS)
def test_each_situation_has_words_without_holes(find: object, band: str | None) -> None:
    for feeling in (None, "unknown", "sad and worried", *FEELINGS):
        for event, thing in ((None, None), ("her tower fell", None), (None, "the blue cup"), ("-", "-")):
            for sentence in every(find, Situation(band, feeling, event, thing), 3):
                assert re.fullmatch(r"[A-Z].*[.?!]", sentence), sentence
                assert not re.search(r"[{}]|unknown|None", sentence), sentence


@pytest.mark.parametrize("find", [storm_words, feeling_words])
@pytest.mark.parametrize("band", BANDS)
def test_nothing_is_offered_again_while_something_else_is_left(find: object, band: str | None) -> None:
    offered = every(find, Situation(band, "sad", "her tower fell", "the blue cup"))
    different = len(set(offered))
    assert different >= 4
    assert len(set(offered[:different])) == different


@pytest.mark.parametrize("band", BANDS)
def test_what_was_told_comes_first(band: str | None) -> None:
    situation = Situation(band, "sad", "her tower fell")
    told = ("our tower fell", "sad")
    assert any(part in feeling_words(situation) for part in told)
    if band != "baby":  # a baby in a storm hears the voice, not what happened
        assert any(part in storm_words(situation) for part in told)


def test_the_feeling_is_in_words_of_the_age() -> None:
    assert "jealous" in feeling_words(Situation("teen", "jealous"))
    assert "jealous" not in feeling_words(Situation("toddler", "jealous"))
    for band in ("baby", "toddler", "preschool"):
        for sentence in every(feeling_words, Situation(band, "overwhelmed"), 4):
            assert "overwhelmed" not in sentence


def test_two_feelings_are_both_named_and_never_the_same_word_twice() -> None:
    assert "sad and worried" in feeling_words(Situation("school_age", "sad and worried"))
    for sentence in every(feeling_words, Situation("toddler", "sad and lonely"), 4):
        assert "sad and sad" not in sentence


@pytest.mark.parametrize("feeling", ["happy", "calm", "proud", "excited"])
def test_in_a_storm_no_pleasant_feeling_is_named(feeling: str) -> None:
    for sentence in every(storm_words, Situation("preschool", feeling, "we left the park")):
        assert feeling not in sentence


def test_the_child_is_spoken_to_and_not_about() -> None:
    told = Situation("school_age", "sad", "my daughter lost her match and nobody hugged her", name="Mia")
    for sentence in (feeling_words(told), storm_words(told)):
        assert not re.search(r"\b(she|her|daughter|mia)\b", sentence, re.IGNORECASE), sentence
        assert "you" in sentence.lower()


def test_a_sentence_is_chosen_the_same_way_each_time() -> None:
    situation = Situation("toddler", "angry", "his banana broke")
    assert len({feeling_words(situation) for _ in range(5)}) == 1


@given(
    st.sampled_from(BANDS),
    st.sampled_from([None, "unknown", *FEELINGS]),
    st.one_of(st.none(), st.text(max_size=60)),
    st.one_of(st.none(), st.text(max_size=30)),
    st.one_of(st.none(), st.text(max_size=12)),
)
@settings(max_examples=120, deadline=None)
def test_any_words_give_a_sentence(
    band: str | None, feeling: str | None, event: str | None, thing: str | None, name: str | None
) -> None:
    situation = Situation(band, feeling, event, thing, name)
    assert storm_words(situation).strip() and feeling_words(situation).strip()


# ---- guesses


@pytest.mark.parametrize(
    ("happened", "likely"),
    [
        ("her friends had a sleepover without her", "lonely"),
        ("they laughed at his haircut", "embarrassed"),
        ("the new baby came home", "jealous"),
        ("he has a spelling test tomorrow", "worried"),
        ("the match was rained off", "disappointed"),
        ("her lego tower fell", "frustrated"),
        ("I turned off the tablet", "frustrated"),
        ("there was thunder all night", "scared"),
        ("our hamster died", "sad"),
        ("he was told off by the teacher", "ashamed"),
    ],
)
def test_a_guess_fits_what_happened(happened: str, likely: str) -> None:
    assert likely in guesses(happened, "school_age")


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("happened", [None, "", "blorp", "😭", "the cup and the baby and the dark and the test"])
def test_there_are_always_two_different_canonical_guesses(band: str | None, happened: str | None) -> None:
    one, two = guesses(happened, band)
    assert one != two and {one, two} <= set(FEELINGS)


def test_every_feeling_that_is_guessed_can_be_spoken() -> None:
    listed = words("guesses")
    named = {feeling for cue in listed["cues"] for feeling in cue["feelings"]}
    named |= {feeling for feelings in listed["by_band"].values() for feeling in feelings}
    assert named <= set(FEELINGS)
