"""What a message tells: the entities that fill the slots, as one parent or another would write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant.entities import entities_in
from bot.language.pipeline import read
from bot.settings import Settings
from tests.assistant.conversation import real_domain

FEELINGS = {
    "angry", "sad", "scared", "worried", "frustrated", "jealous", "embarrassed", "lonely", "disappointed", "excited",
    "overwhelmed", "tired", "guilty", "happy", "calm", "ashamed", "proud", "shy", "hurt", "bored",
}  # fmt: skip


def told(text: str) -> dict[str, Any]:
    return {entity["entity"]: entity["value"] for entity in entities_in(read(text))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "my 4 year old is sobbing because her tower fell",
            {"age_band": "preschool", "age_months": 48, "pronoun": "she", "trigger_event": "her tower fell"},
        ),
        ("shes been screaming for 40 minutes over the blue cup", {"pronoun": "she", "trigger_thing": "the blue cup"}),
        ("my son is so jealous of the baby", {"feeling": "jealous", "pronoun": "he"}),
        ("I think she is both sad and worried about school", {"feeling": "sad and worried"}),
        ("i yelled at him this morning", {"pronoun": "he"}),
        ("looking for a therapist in Glasgow", {"need": "therapy", "region": "GB"}),
        ("my husband and I need someone for my drinking", {"need": "substance"}),
        ("my mood is a 2 out of 5", {"mood": "2"}),
        ("our 15yo won't come out of her room", {"age_band": "teen"}),
        ("8 month old won't stop crying", {"age_band": "baby", "age_months": 8}),
    ],
)
def test_what_a_parent_tells(text: str, expected: dict[str, Any]) -> None:
    found = told(text)
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize("text", ["i screamed at my son over his shoes", "I yelled and slammed the door"])
def test_what_the_parent_did_is_told(text: str) -> None:
    assert "rupture" in told(text)


@pytest.mark.parametrize(
    ("text", "band"), [("7", "school_age"), ("she's 2", "toddler"), ("14!", "teen"), ("8 months", "baby")]
)
def test_a_short_answer_may_be_an_age_but_need_not(text: str, band: str) -> None:
    """It counts only where an age was asked: the domain maps `bare_age_band` with that condition."""
    found = told(text)
    assert found.get("bare_age_band") == band and "age_band" not in found


def test_a_number_in_a_story_is_an_age_anywhere() -> None:
    found = told("my daughter is 7 and she hates mornings before school")
    assert found["age_band"] == "school_age" and "bare_age_band" not in found


@pytest.mark.parametrize("text", ["I am so angry with myself", "i feel sad and worn out tonight", "I'm worried sick"])
def test_the_parent_s_own_feeling_is_not_the_child_s(text: str) -> None:
    assert "feeling" not in told(text)


@pytest.mark.parametrize("text", ["he's not angry, just sad", "she isn't scared at all but really disappointed"])
def test_a_denied_feeling_is_not_told(text: str) -> None:
    assert told(text)["feeling"] in ("sad", "disappointed")


def test_no_more_than_two_feelings_are_mixed() -> None:
    value = told("he was sad and angry and scared and jealous and lonely all at once")["feeling"]
    assert len(value.split(" and ")) == 2


@pytest.mark.parametrize("text", ["", " ", "ok", "hello there", "thank you so much", "😭", "what is it?"])
def test_nothing_told_is_nothing_found(text: str) -> None:
    assert not {"feeling", "age_band", "child_name", "trigger_event", "rupture", "need", "region"} & set(told(text))


def test_a_place_of_two_regions_is_the_one_of_this_installation(change: Callable[..., Settings]) -> None:
    assert told("we live in London")["region"] == "CA-ON"
    change(region="GB")
    assert told("we live in London")["region"] == "GB"


@given(st.lists(st.sampled_from(
    ["my", "son", "she", "is", "4", "sad", "angry", "because", "the", "cup", "broke", "I", "yelled", "in", "Dublin",
     "help", "therapist", "not", ",", ".", "40 minutes", "😭", "2/5", "mia", "and"]), max_size=14))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_at_most_one_of_a_kind_each_known_to_the_domain(words: list[str]) -> None:
    text = " ".join(words)
    found = entities_in(read(text))
    names = [entity["entity"] for entity in found]
    assert len(names) == len(set(names))
    assert set(names) <= set(real_domain().entities)
    for entity in found:
        assert 0 <= entity["start"] <= entity["end"] <= len(text)
        assert entity["value"] not in (None, "")
        if entity["entity"] == "feeling":
            assert set(entity["value"].split(" and ")) <= FEELINGS
