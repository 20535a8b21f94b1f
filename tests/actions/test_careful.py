"""Whatever goes wrong inside an action: nothing is raised, the parent is told, and no word of theirs is logged."""

from __future__ import annotations

import inspect
import logging
import pkgutil
from importlib import import_module
from typing import Any

import pytest
from rasa_sdk import Action, FormValidationAction

import actions
from actions.call_back import ActionSeeClinic
from actions.careful import PART_MISSING, CarefulAction, told
from tests.actions.step import Step, domain, tracker

WORDS = "my secret zebra"


def action_classes() -> list[type[Action]]:
    found = []
    for module in pkgutil.iter_modules(actions.__path__):
        for _, one in inspect.getmembers(import_module(f"actions.{module.name}"), inspect.isclass):
            if issubclass(one, Action) and one.__module__.startswith("actions.") and not inspect.isabstract(one):
                found.append(one)
    return found


CAREFUL = [one for one in action_classes() if issubclass(one, CarefulAction)]


class Broken:
    """A conversation that fails wherever it is touched, with the parent's words in the message."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"{name}: {WORDS}")


@pytest.mark.parametrize("one", [one for one in CAREFUL if one is not ActionSeeClinic], ids=lambda one: one.__name__)
def test_an_exception_is_told_and_not_raised(one: type[CarefulAction], caplog: pytest.LogCaptureFixture) -> None:
    step = Step(one(), Broken())  # type: ignore[arg-type]
    assert step.said == [PART_MISSING]
    assert step.events == []
    assert one().name() in caplog.text and "RuntimeError" in caplog.text
    assert "zebra" not in caplog.text


@pytest.mark.parametrize("one", CAREFUL, ids=lambda one: one.__name__)
def test_an_empty_conversation_never_raises(one: type[CarefulAction], store: object) -> None:
    step = Step(one(), tracker())
    assert step.events or step.messages, "it left nothing: the guide policy takes that for a dead action server"


@pytest.mark.parametrize("one", CAREFUL, ids=lambda one: one.__name__)
@pytest.mark.parametrize(
    "text",
    ["", "😭" * 50, "אני כל כך עייפה", "a" * 10_000, "{event} {0} %s", "import os; os.remove('x')", "i'm sorry, but "],
    ids=range(7),
)
def test_odd_words_never_raise(
    one: type[CarefulAction], text: str, store: object, caplog: pytest.LogCaptureFixture
) -> None:
    slots = {name: text for name in domain()["slots"] if name not in ("check_in_mood", "age_band", "danger")}
    caplog.set_level(logging.DEBUG)
    seen = tracker(slots, [{"event": "active_loop", "name": "check_in_form", "timestamp": 1.0}], text)
    seen.slots["check_in_mood"] = "3"
    step = Step(one(), seen)
    assert PART_MISSING not in step.said
    if text.strip():
        assert text[:200] not in caplog.text


def test_every_action_of_the_domain_has_its_class_and_the_other_way_round() -> None:
    assert {one().name() for one in action_classes()} == set(domain()["actions"])


def test_every_action_is_careful_or_a_form_s_validation() -> None:
    assert all(issubclass(one, CarefulAction | FormValidationAction) for one in action_classes())


@pytest.mark.parametrize(
    ("value", "answer"),
    [(None, None), ("-", None), ("a walk", "a walk"), (3, "3"), ("nope", None), ("I don't know, sorry", None)],
)
def test_nothing_is_an_answer_too(value: object, answer: str | None) -> None:
    assert told(tracker({"check_in_note": value}), "check_in_note") == answer
