"""Which variation is said: no gaps, the least said first, never the same twice running, fitted to the child."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet

from bot.assistant.voice import NOTICE, Voice
from bot.care.services import CATEGORIES
from bot.care.support import directory
from tests.assistant.conversation import real_domain, tracker_of, utters

BANDS = ["baby", "toddler", "preschool", "school_age", "teen"]

SMALL = """
version: "3.1"
intents: [greet]
slots:
  age_band: {type: text, mappings: [{type: custom}]}
  thing: {type: text, mappings: [{type: custom}]}
  event: {type: text, mappings: [{type: custom}]}
  pronoun: {type: text, mappings: [{type: custom}]}
  child_name: {type: text, mappings: [{type: custom}]}
  region: {type: text, mappings: [{type: custom}]}
  number: {type: any, mappings: [{type: custom}]}
  limit: {type: text, mappings: [{type: from_text}]}
  plan_people: {type: text, mappings: [{type: from_text}]}
responses:
  utter_software_notice:
  - text: "(A program. {emergency})"
  utter_three:
  - text: one
  - text: two
  - text: three
  utter_two:
  - text: first
  - text: second
  utter_only:
  - text: the only one
  utter_told:
  - text: plain
  - text: "about {thing}"
  - text: "about {thing}, when {event}"
  - text: "{Event}, then."
  utter_gap:
  - text: "about {thing}"
  utter_ask_order:
  - text: asked first
  - text: asked second
  - text: asked third
  utter_aged:
  - text: for anyone
  - condition: [{type: slot, name: age_band, value: teen}]
    text: for a teenager
  - condition: [{type: slot, name: age_band, value: teen}]
    text: "for a teenager with {thing}"
  utter_child:
  - text: "{They} cried. I held {them}, {theyre} fine, {their} way. How {are_they}? {Child}, {child}."
  utter_buttons:
  - text: pick
    buttons:
    - {title: "{Thing}", payload: "/{thing}"}
    - {title: "Sad", payload: '/inform{"feeling": "sad"}'}
  utter_payload:
  - text: pick
    buttons:
    - {title: "Go", payload: "/{thing}"}
  utter_number:
  - text: "it is {number}"
  utter_limit:
  - text: plain
  - text: "\\"{limit}\\": that one."
  utter_safety_plan:
  - text: "{plan_people}"
  utter_quiet:
  - custom: {pause_seconds: 4}
  utter_crisis_example:
  - text: call {emergency}
  utter_ask_safe:
  - text: safe?
"""


@cache
def small() -> Domain:
    return Domain.from_yaml(SMALL)


_LOOP = asyncio.new_event_loop()


class Talk:
    """A conversation in which responses are said one after the other."""

    def __init__(self, domain: Domain | None = None, sender: str = "ana", **slots: Any) -> None:
        self.domain = domain or small()
        self.voice = Voice(domain=self.domain)
        self.tracker = tracker_of([SlotSet(name, value) for name, value in slots.items()], self.domain, sender)

    def message(self, name: str, **given: Any) -> dict[str, Any] | None:
        """Say response `name` and record it, as Rasa does."""
        said = _LOOP.run_until_complete(self.voice.generate(name, self.tracker, "rest", **given))
        for event in utters(name, said) if said else ():
            self.tracker.update(event)
        return said

    def say(self, name: str, **given: Any) -> str:
        message = self.message(name, **given)
        assert message is not None
        return str(message.get("text"))

    def begun(self) -> Talk:
        """Say something first, so that the notice is over."""
        self.message("utter_quiet" if "utter_quiet" in self.domain.responses else "utter_paced_breath")
        return self


def test_all_variations_come_before_one_comes_again() -> None:
    talk = Talk().begun()
    said = [talk.say("utter_three") for _ in range(9)]
    for round_of in (said[:3], said[3:6], said[6:]):
        assert set(round_of) == {"one", "two", "three"}
    assert all(one != two for one, two in pairwise(said))


def test_two_variations_take_turns() -> None:
    talk = Talk().begun()
    said = [talk.say("utter_two") for _ in range(6)]
    assert all(one != two for one, two in pairwise(said))


def test_another_response_in_between_does_not_bring_the_last_one_back() -> None:
    talk = Talk().begun()
    first = talk.say("utter_two")
    talk.say("utter_three")
    assert talk.say("utter_two") != first


def test_a_single_variation_is_said_again_rather_than_nothing() -> None:
    talk = Talk().begun()
    assert talk.say("utter_only") == talk.say("utter_only") == "the only one"


def test_conversations_begin_with_different_variations() -> None:
    firsts = {Talk(sender=f"parent {number}").begun().say("utter_three") for number in range(40)}
    assert firsts == {"one", "two", "three"}


def test_the_same_conversation_is_told_the_same() -> None:
    assert len({Talk(sender="ana").begun().say("utter_three") for _ in range(5)}) == 1


def test_questions_keep_the_order_they_are_written_in() -> None:
    for number in range(10):
        talk = Talk(sender=f"parent {number}").begun()
        assert [talk.say("utter_ask_order") for _ in range(3)] == ["asked first", "asked second", "asked third"]


def test_what_was_told_is_used_first() -> None:
    talk = Talk(thing="the blue cup", event="it broke").begun()
    assert talk.say("utter_told") == "about the blue cup, when it broke"
    assert Talk(thing="the blue cup").begun().say("utter_told") == "about the blue cup"
    assert Talk(event="it broke").begun().say("utter_told") == "It broke, then."
    assert Talk().begun().say("utter_told") == "plain"


def test_what_was_said_least_comes_before_what_tells_most() -> None:
    talk = Talk(thing="the blue cup", event="it broke").begun()
    assert len({talk.say("utter_told") for _ in range(4)}) == 4


@pytest.mark.parametrize("untold", [None, "-", "unknown"])
def test_no_answer_is_not_something_told(untold: str | None) -> None:
    assert Talk(thing=untold, event=untold).begun().say("utter_told") == "plain"


def test_a_gap_is_never_said(caplog: pytest.LogCaptureFixture) -> None:
    assert Talk().begun().message("utter_gap") is None
    assert "utter_gap" in caplog.text
    assert Talk().message("utter_nothing_like_it") is None


def test_what_an_action_hands_over_counts_and_wins_over_a_slot() -> None:
    assert Talk().begun().say("utter_gap", thing="the red cup") == "about the red cup"
    assert Talk(thing="the blue cup").begun().say("utter_gap", thing="the red cup") == "about the red cup"
    assert Talk(thing="the blue cup").begun().say("utter_gap", thing=None) == "about the blue cup"


def test_a_condition_by_age_comes_before_what_fits_anyone() -> None:
    assert Talk(age_band="toddler").begun().say("utter_aged") == "for anyone"
    assert Talk().begun().say("utter_aged") == "for anyone"
    assert Talk(age_band="teen").begun().say("utter_aged") == "for a teenager"
    assert Talk(age_band="teen", thing="a phone").begun().say("utter_aged") == "for a teenager with a phone"


def test_a_plain_variation_is_the_way_out_of_saying_the_same_again() -> None:
    talk = Talk(age_band="teen").begun()
    assert [talk.say("utter_aged") for _ in range(3)] == ["for a teenager", "for anyone", "for a teenager"]


@pytest.mark.parametrize(
    ("slots", "sentence"),
    [
        ({}, "They cried. I held them, they're fine, their way. How are they? Your child, your child."),
        ({"pronoun": "he"}, "He cried. I held him, he's fine, his way. How is he? Him, him."),
        ({"pronoun": "she"}, "She cried. I held her, she's fine, her way. How is she? Her, her."),
        ({"pronoun": "xe"}, "They cried. I held them, they're fine, their way. How are they? Them, them."),
        ({"pronoun": "she", "child_name": "Mia"}, "She cried. I held her, she's fine, her way. How is she? Mia, Mia."),
    ],
)
def test_the_child_is_spoken_of_as_the_parent_does(slots: dict[str, str], sentence: str) -> None:
    assert Talk(**slots).begun().say("utter_child") == sentence


def test_a_capital_is_put_on_the_first_letter_only() -> None:
    assert Talk(event="the iPad died").begun().say("utter_told") == "The iPad died, then."
    assert Talk(event="émile ran off").begun().say("utter_told") == "Émile ran off, then."


def test_values_that_are_no_text() -> None:
    assert Talk(number=3).begun().say("utter_number") == "it is 3"
    assert Talk(number=0).begun().say("utter_number") == "it is 0"


def test_buttons_are_filled_and_their_json_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    message = Talk(thing="repair").begun().message("utter_buttons")
    assert message is not None
    assert message["buttons"] == [
        {"title": "Repair", "payload": "/repair"},
        {"title": "Sad", "payload": '/inform{"feeling": "sad"}'},
    ]
    assert not caplog.records
    assert Talk().begun().message("utter_buttons") is None
    assert Talk().begun().message("utter_payload") is None, "a button that leads nowhere"


@given(st.text(min_size=1, max_size=40).filter(lambda text: text not in ("-", "unknown")))
@settings(max_examples=60, deadline=None)
def test_any_words_of_a_parent_are_said_as_they_are(thing: str) -> None:
    assert Talk(thing=thing).begun().say("utter_gap") == f"about {thing}"


@pytest.mark.parametrize("odd", ["{event}", "{0}", "{}", "}{", "10[", "0[a]", "%s", "$1", "\\1", "{thing}"])
def test_braces_in_a_parent_s_words_are_only_words(odd: str) -> None:
    assert Talk(thing=odd, event="it broke").begun().say("utter_gap") == f"about {odd}"


def test_saying_changes_nothing_in_the_domain() -> None:
    before = repr(small().responses)
    talk = Talk(age_band="teen", thing="x", event="y")
    for name in small().responses:
        talk.message(name)
    assert repr(small().responses) == before


def test_the_notice_comes_first_and_once() -> None:
    talk = Talk()
    assert talk.say("utter_only") == "(A program. 911)\n\nthe only one"
    assert talk.say("utter_only") == "the only one"


@pytest.mark.parametrize("name", ["utter_crisis_example", "utter_ask_safe"])
def test_in_a_crisis_nothing_stands_before_the_answer(name: str) -> None:
    talk = Talk()
    assert "program" not in talk.say(name)
    assert "program" not in talk.say("utter_only")


def test_the_notice_does_not_hide_that_the_same_is_said_again() -> None:
    talk = Talk()
    first, second = talk.say("utter_two"), talk.say("utter_two")
    assert not first.endswith(second)


def test_a_response_without_text_stays_without() -> None:
    message = Talk().message("utter_quiet")
    assert message is not None
    assert message["custom"] == {"pause_seconds": 4} and not message.get("text")


def test_numbers_follow_the_region() -> None:
    assert Talk().say("utter_crisis_example") == "call 911"
    assert Talk(region="GB").say("utter_crisis_example") == "call 999"
    assert Talk(region="nowhere").say("utter_crisis_example") == "call your local emergency number"


# ---- the words of the product

EVERYTHING: dict[str, Any] = {
    "child_name": "Mia",
    "duration": "forty minutes",
    "trigger_event": "her tower fell",
    "trigger_thing": "the blue cup",
    "child_feeling": "sad",
    "words": "Your tower fell. I'm here.",
    "apology": "I'm sorry I shouted.",
    "apology_excuse": "but you never listen",
    "services": "Kids Help Phone: call.",
    "reading_one": "I lost my temper",
    "reading_one_intent": "repair",
    "reading_two": "Who can help us?",
    "reading_two_intent": "find_support",
    "check_ins_count": "3",
    "check_ins_last_day": "yesterday",
    "check_ins_mood": "3",
    "check_ins_helped": "a walk",
    "check_in_helped": "a walk",
    "need": "community",
}
GIVEN = {"guess_one": "frustrated", "guess_two": "sad"}


def knowing(**more: Any) -> dict[str, Any]:
    slots = {name: value for name, value in EVERYTHING.items() if name in {slot.name for slot in real_domain().slots}}
    return {**slots, **more}


SITUATIONS: dict[str, dict[str, Any]] = {
    "nothing told": {},
    "asked and not known": {"age_band": "unknown", "child_feeling": "unknown", "trigger_event": "-"},
    **{f"{band} and nothing else": {"age_band": band} for band in BANDS},
    **{f"{band}, she": knowing(age_band=band, pronoun="she") for band in BANDS},
    **{f"in {code}": {"region": code} for code in directory().regions},
}
# Names that only an action fills, or a clinic's name: the response is not said without them.
NEEDS_AN_ACTION = {
    "utter_words_for_feeling", "utter_soothe", "utter_apology_whole", "utter_own_words_kept", "utter_apology_excuse",
    "utter_ask_reading", "utter_crisis_offer_call", "utter_call_back_asked", "utter_call_back_failed",
    "utter_apology_flaw", "utter_own_naming_flaw", "utter_ask_play_line", "utter_play_setting", "utter_play_last",
    "utter_play_try",
}  # fmt: skip
RESPONSES = sorted(real_domain().responses)


def texts_in(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for key, value in part.items():
            if key not in ("payload", "variation", "condition"):
                yield from texts_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts_in(value)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_response_can_be_said_whole_in(situation: str) -> None:
    slots = SITUATIONS[situation]
    for name in RESPONSES:
        talk = Talk(real_domain(), **slots).begun()
        for _ in range(3):
            message = talk.message(name, **(GIVEN if name == "utter_ask_child_feeling" else {}))
            if message is None:
                assert name in NEEDS_AN_ACTION, f"{name} has nothing to say"
                break
            for text in texts_in(message):
                assert not re.search(r"[{}]|\bNone\b|\bunknown\b", text), f"{name}: {text}"
            for button in message.get("buttons") or []:
                assert re.fullmatch(r"/\w+(\{.*\})?", button["payload"]), f"{name}: {button}"


@pytest.mark.parametrize("situation", ["nothing told", "teen, she", "baby and nothing else"])
def test_no_response_says_the_same_twice_running(situation: str) -> None:
    for name in RESPONSES:
        talk = Talk(real_domain(), **SITUATIONS[situation]).begun()
        said = [message for _ in range(7) if (message := talk.message(name, **GIVEN))]
        texts = [message["text"] for message in said if message.get("text")]
        if len(set(texts)) > 1:
            assert all(one != two for one, two in pairwise(texts)), f"{name}: {texts}"


def test_danger_is_answered_with_the_region_s_own_line() -> None:
    for code in directory().regions:
        for category in CATEGORIES:
            name = f"utter_crisis_{category}"
            name = name if name in real_domain().responses else f"utter_concern_{category}"
            line = directory().lines_for(category, code)
            says = {service.say for service in line}
            text = Talk(real_domain(), region=code).say(name)
            assert any(one in text for one in says), f"{name} in {code}: {text}"


def test_the_store_is_called_closed_only_when_it_is() -> None:
    """Fallback wordings ("I can't open the book") must never be said when there is something to show."""
    for name, slot in (("utter_support_services", "services"), ("utter_check_ins_seen", "check_ins_count")):
        talk = Talk(real_domain(), **knowing()).begun()
        for turn in range(6):
            text = talk.say(name)
            assert str(EVERYTHING[slot]).rstrip(".") in text, f"{name}, time {turn + 1}: {text}"
            talk.message("utter_support_after")


def test_the_notice_names_the_emergency_number_and_says_what_it_is() -> None:
    text = Talk(real_domain(), region="GB").say(NOTICE)
    assert "999" in text and "program" in text


# ---- a parent's own words, said back


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("no phones at dinner", '"no phones at dinner": that one.'),
        ("he wont get up, ever.", '"he won\'t get up, ever": that one.'),
        ("one two three four five six seven eight nine", "plain"),
        ("-", "plain"),
        ("idk", "plain"),
        ('/inform{"answer": "x"}', "plain"),
    ],
)
def test_a_short_answer_is_quoted_and_a_long_one_is_not(answer: str, said: str) -> None:
    assert Talk(limit=answer).begun().say("utter_limit") == said


def test_of_a_plan_nothing_is_left_out() -> None:
    people = "my sister, and if she is at work then Dana from the choir, any time"
    assert Talk(plan_people=people).begun().say("utter_safety_plan") == people
