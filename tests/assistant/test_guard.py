"""Silence is impossible: whatever breaks, a parent who wrote something gets an answer, and the right one in danger."""

from __future__ import annotations

import asyncio
from functools import cache

import pytest
from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage

from bot.assistant.channels import guard as module
from bot.assistant.channels.guard import Guard
from bot.assistant.regions import lines_of
from bot.care.alerts import AlertDesk, Signal
from tests.assistant.conversation import real_domain

# Invented for this file. In each somebody is in danger now, or has been hurt.
IN_DANGER = {
    "parent_suicide": [
        "i dont want to be alive anymore",
        "I have the pills in my hand and I am going to take them all",
        "they would all be better off without me",
        "thinking about killing myself tonight once she is asleep",
        "I wish I could go to sleep and never wake up",
        "honestly i want to die",
    ],
    "parent_self_harm": [
        "i cut myself again in the bathroom so they wouldnt see",
        "I keep burning my arm with the iron on purpose",
        "I hit my head against the wall until it bleeds when he cries",
    ],
    "harm_to_child": [
        "I shook the baby",
        "im scared im going to hurt him",
        "I slapped her so hard there is a mark on her face",
        "if he screams once more i will throw him out of the window, i mean it",
    ],
    "child_suicide_self_harm": [
        "my son told me he wants to die",
        "found cuts on my daughters arms, she did them herself",
        "she says she wishes she was dead, shes 11",
        "He said at dinner he's going to kill himself",
    ],
    "child_abuse": [
        "my dad touches me at night and I'm 12",
        "I am forced to have sex and I am only 12 years old",
        "my ex hits the kids when they are with him",
        "her stepfather beats her with a belt",
    ],
    "partner_violence": [
        "my husband hit me again last night",
        "he strangled me and the kids saw",
        "im afraid of my boyfriend he says he will kill me if i leave",
        "my wife throws things at me and punches me",
        "he put a knife to my throat",
    ],
    "perinatal_crisis": [
        "the voices tell me the baby is not mine, he is two weeks old",
        "since the birth i hear voices telling me the baby is the devil",
        "i had the baby 5 days ago and i havent slept since, my thoughts wont stop racing and this is not my real baby",
        "the voices say i have to put the newborn out in the snow",
    ],
}
MESSAGES = [(category, text) for category, texts in IN_DANGER.items() for text in texts]


class Desk(AlertDesk):
    """Keeps what it is given in memory, and nothing in this machine's journal."""

    def __init__(self) -> None:
        self.taken: list[Signal] = []

    def take(self, signal: Signal) -> None:
        self.taken.append(signal)


DESK = Desk()


@cache
def guard() -> Guard:
    return Guard.load(DESK)


async def silent(message: UserMessage) -> None:
    """Take the turn and say nothing, as with a dead action server."""


async def raising(message: UserMessage) -> None:
    raise RuntimeError(f"the store is down: {message.text}")


async def cancelled(message: UserMessage) -> None:
    raise asyncio.CancelledError


async def echoing(message: UserMessage) -> None:
    assert message.output_channel is not None
    await message.output_channel.send_text_message(message.sender_id, f"heard: {message.text}")


async def speaking_then_raising(message: UserMessage) -> None:
    await echoing(message)
    raise RuntimeError("too late")


def answers(text: object, handler: module.Handler = echoing) -> list[str]:
    channel = CollectingOutputChannel()
    message = UserMessage("x", channel, "ana")
    message.text = text
    asyncio.run(guard().handle(message, handler))
    return [one["text"] for one in channel.messages]


def spoken_by(name: str) -> str:
    """Return the beginning of what only response `name` says, in its first or any of its variations."""
    return guard()._texts[name]


def test_what_works_is_left_alone() -> None:
    assert answers("he cries") == ["heard: he cries"]


@pytest.mark.parametrize("handler", [silent, raising, cancelled])
def test_a_turn_without_words_gets_an_honest_answer(handler: module.Handler) -> None:
    (said,) = answers("my son won't sleep", handler)
    assert said == spoken_by("utter_part_missing")
    assert lines_of(None)["emergency"] in said


def test_what_was_said_before_a_failure_stands_alone() -> None:
    assert answers("he cries", speaking_then_raising) == ["heard: he cries"]


@pytest.mark.parametrize(("category", "text"), MESSAGES, ids=[text[:30] for _, text in MESSAGES])
@pytest.mark.parametrize("handler", [silent, raising])
def test_danger_gets_its_answer_when_the_handler_fails(handler: module.Handler, category: str, text: str) -> None:
    (said,) = answers(text, handler)
    known = {response for name, response in guard()._texts.items() if name.startswith("utter_crisis_")}
    assert said in known
    assert lines_of(None)["emergency"] in said
    assert said == spoken_by(f"utter_crisis_{category}")


@pytest.mark.parametrize("handler", [silent, raising, speaking_then_raising])
def test_the_clinic_hears_of_danger_in_a_turn_that_failed(handler: module.Handler) -> None:
    DESK.taken.clear()
    answers("i cut myself again in the bathroom so they wouldnt see", handler)
    (signal,) = DESK.taken
    assert (signal.category, signal.urgency, signal.sender) == ("parent_self_harm", "urgent", "ana")
    assert signal.words is None and "bathroom" not in repr(signal)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("i cry every day since march and feel nothing with him", "utter_concern_parent_depression"),
        ("a bottle of wine every night to get through it, i can't stop drinking", "utter_concern_substance_use"),
        ("i'm drunk and driving the kids home right now", "utter_crisis_substance_use"),
        (
            "i keep seeing myself drop her down the stairs and it terrifies me, shes 3 weeks",
            "utter_crisis_intrusive_thoughts",
        ),
    ],
)
def test_what_is_less_urgent_gets_its_own_answer(text: str, answer: str) -> None:
    assert answers(text, raising) == [spoken_by(answer)]


@pytest.mark.parametrize("handler", [silent, raising])
def test_with_the_screener_broken_it_says_that_it_cannot_help_safely(
    handler: module.Handler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("i want to die")

    monkeypatch.setattr(module, "detector", broken)
    assert answers("i want to die", handler) == [spoken_by("utter_cannot_screen")]
    assert "die" not in caplog.text


@pytest.mark.parametrize("nothing", ["", "  \n ", "\x00", None, 5, "/"])
def test_nothing_written_is_a_message_without_words(nothing: object) -> None:
    assert answers(nothing) == ["heard: /nothing_said"]
    assert answers(nothing, raising) == [spoken_by("utter_part_missing")]


@pytest.mark.parametrize(
    "command", ["/restart", "/back", "/session_start", "/risk", "/made_up", "/restart{}", "/\n/restart"]
)
def test_commands_arrive_as_words(command: str) -> None:
    (said,) = answers(command)
    assert said.startswith("heard: ") and "/" not in said


@pytest.mark.parametrize("button", ["/affirm", '/inform{"feeling": "sad"}', "/stop"])
def test_buttons_arrive_as_they_are(button: str) -> None:
    assert answers(button) == [f"heard: {button}"]


def test_a_very_long_message_keeps_its_danger_at_either_end() -> None:
    long = "he cried and then he slept and then he cried again. " * 600
    assert len(long) > 30_000
    for text in (f"i want to kill myself. {long}", f"{long} i want to kill myself."):
        assert answers(text, raising) == [spoken_by("utter_crisis_parent_suicide")]
    assert len(answers(long)[0]) < 21_000
    assert answers("x" * 30_000, raising) == [spoken_by("utter_part_missing")]


@pytest.mark.parametrize(
    "odd", ["😭😭😭", "الطفل يبكي", "SELECT * FROM parents; --", "{emergency}", "a" * 9_999], ids=range(5)
)
def test_any_message_gets_exactly_one_answer_from_the_guard(odd: str) -> None:
    assert answers(odd, silent) == [spoken_by("utter_part_missing")]


def test_words_of_a_parent_are_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    answers("my secret zebra", raising)
    assert "RuntimeError" in caplog.text
    assert "zebra" not in caplog.text


def test_every_answer_to_danger_is_ready_and_whole() -> None:
    dangers = {name for name in real_domain().responses if name.startswith(("utter_crisis_", "utter_concern_"))}
    dangers = {name for name in dangers if not name.startswith("utter_crisis_offer_")}
    texts = guard()._texts
    assert dangers <= set(texts)
    assert all(text and "{" not in text for text in texts.values())


def test_a_channel_whose_words_can_not_be_counted_is_refused() -> None:
    message = UserMessage("hello", OutputChannel(), "ana")
    with pytest.raises(TypeError):
        asyncio.run(guard().handle(message, echoing))
