"""What the clinic hears of a conversation: each danger once, with the answer it got, and nothing of the words."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.events import ActionExecuted, Event
from rasa.utils.endpoints import EndpointConfig

from bot.assistant.alerts import AlertBroker
from bot.care.alerts import AlertDesk, Signal
from bot.language.risk.screener import screener
from tests.assistant.conversation import LISTEN, says, utters


class Desk(AlertDesk):
    def __init__(self) -> None:
        self.taken: list[Signal] = []

    def take(self, signal: Signal) -> None:
        self.taken.append(signal)


def heard(events: list[Event], sender: str = "ana") -> list[Signal]:
    desk = Desk()
    broker = AlertBroker(desk)
    for number, event in enumerate([*events, ActionExecuted(LISTEN)]):
        body: dict[str, Any] = {"sender_id": sender, **event.as_dict()}
        if body["event"] == "user":
            body["message_id"] = f"m{number}"
        broker.publish(body)
    assert not broker._turns, "nothing of a turn is kept after it"
    return desk.taken


def turn(text: str, *answers: str) -> list[Event]:
    told = says(text, risk=screener().screen(text).record())
    return [*told, *(event for answer in answers for event in utters(answer))]


def test_a_finding_is_handed_on_with_its_answer() -> None:
    (signal,) = heard(turn("i cut my arms every night", "utter_crisis_parent_self_harm"))
    assert (signal.category, signal.urgency) == ("parent_self_harm", "urgent")
    assert signal.answer == "utter_crisis_parent_self_harm" and signal.evidence
    assert signal.words is None and "arms" not in repr(signal)


def test_a_concern_is_handed_on_too() -> None:
    (signal,) = heard(turn("I'm completely burnt out, running on empty for months", "utter_concern_burnout"))
    assert signal.urgency == "support"


def test_danger_that_a_form_took_as_its_answer_is_handed_on_as_well() -> None:
    """In the safety plan, naming the danger is an answer; the clinic hears of it all the same."""
    (signal,) = heard([*turn("when i start wanting to die"), ActionExecuted("safety_plan_form")])
    assert (signal.category, signal.answer) == ("parent_suicide", "")


def test_two_things_said_in_one_turn_are_one_alert() -> None:
    assert len(heard(turn("i want to die", "utter_crisis_parent_suicide", "utter_crisis_stay"))) == 1


def test_calm_turns_are_nobody_s_business() -> None:
    assert heard(turn("he cried over the blue cup", "utter_upset_meet")) == []
    assert heard([*turn("yes", "utter_crisis_parent_suicide_danger"), *turn("ok", "utter_crisis_stay")]) == []


@pytest.mark.parametrize(
    ("answer", "category", "urgency"),
    [
        ("utter_crisis_partner_violence", "partner_violence", "urgent"),
        ("utter_crisis_parent_suicide", "parent_suicide", "emergency"),
        ("utter_crisis_somebody", "none", "emergency"),
    ],
)
def test_danger_that_came_out_when_asked_is_handed_on(answer: str, category: str, urgency: str) -> None:
    (signal,) = heard(turn("yes", answer))
    assert (signal.category, signal.urgency, signal.evidence) == (category, urgency, ("answered when asked",))


def test_each_message_is_an_alert_of_its_own() -> None:
    text = "i want to die"
    events = [*turn(text, "utter_crisis_parent_suicide"), ActionExecuted(LISTEN), *turn(text, "utter_crisis_again")]
    assert len({signal.id for signal in heard(events)}) == 2


@pytest.mark.asyncio
async def test_rasa_makes_it_from_the_endpoints_file() -> None:
    config = EndpointConfig.from_dict({"type": "bot.assistant.alerts.AlertBroker"})
    assert isinstance(await AlertBroker.from_endpoint_config(config), AlertBroker)
