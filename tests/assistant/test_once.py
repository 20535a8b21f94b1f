"""Rasa's own answers stay the same when they are worked out only once."""

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

from bot.assistant.once import compute_once


def test_an_answer_in_rasas_format_is_taken() -> None:
    compute_once()
    answer = {"events": [{"event": "slot", "name": "words", "value": "I'm here."}], "responses": []}
    assert RemoteAction("action_find_words", None)._validate_action_result(answer)


@pytest.mark.parametrize("answer", [{"events": "none"}, {"events": [{"name": "words"}]}, {"responses": {}}, []])
def test_any_other_answer_is_refused(answer: object) -> None:
    compute_once()
    with pytest.raises(ValidationError):
        RemoteAction("action_find_words", None)._validate_action_result(answer)


def test_every_event_is_found_by_its_name() -> None:
    compute_once()
    compute_once()
    for kind in all_subclasses(Event):
        if getattr(kind, "type_name", None):
            assert Event.resolve_by_type(kind.type_name).type_name == kind.type_name
    with pytest.raises(ValueError, match="no such event"):
        Event.resolve_by_type("no such event")
