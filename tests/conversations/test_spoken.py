"""The instruments themselves: whether a message is recognised, and whether what must never be said is noticed."""

from __future__ import annotations

import pytest

from tests.conversations.always import faults
from tests.conversations.script import Answer
from tests.conversations.spoken import Responses

RESPONSES = Responses.of_domain(
    {
        "intents": ["affirm", {"inform": {"use_entities": []}}],
        "responses": {
            "utter_software_notice": [{"text": "(A program. Call {emergency}.)"}],
            "utter_meet": [{"text": "{duration} is a lot."}, {"text": "Okay (really)."}],
            "utter_ask_state": [{"text": "How {are_they} now?"}],
            "utter_list": [{"text": "{services}"}],
            "utter_crisis_stay": [{"text": "Are you safe? Who is there?"}],
        },
    }
)


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("Two hours is a lot.", ["utter_meet"]),
        ("Two hours is a lot. And more.", []),
        ("Okay (really).", ["utter_meet"]),
        ("(A program. Call 911.)\n\nOkay (really).", ["utter_meet"]),
        ("(A programme. Call 911.)\n\nOkay (really).", []),
        ("How is she now?", ["utter_ask_state"]),
        ("How is the dog now?", []),
        ("Anything", []),
    ],
)
def test_a_message_is_recognised(message: str, names: list[str]) -> None:
    assert RESPONSES.names(message) == names


def test_a_response_without_words_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="says"):
        RESPONSES.is_one_of("utter_list", "Anything")


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        ([], "empty"),
        ([" "], "empty"),
        (["Good night, {child}."], "filled in"),
        (["It is None."], "not for parents"),
        (["OperationalError: locked"], "not for parents"),
        (["I try: /make_safety_plan"], "not for parents"),
        (["Hello."], "twice"),
        (["Well.", "Well."], "twice"),
        (["How old? And where?"], "questions"),
        (["a" * 701], "characters"),
    ],
)
def test_a_fault_is_noticed(texts: list[str], fault: str) -> None:
    answer = Answer(tuple({"text": text} for text in texts))
    assert any(fault in found for found in faults(answer, "Hello.", [], RESPONSES))


@pytest.mark.parametrize(
    "texts",
    [
        ["Okay (really).", "How is he now?"],
        ["Might it be sad? Or angry?"],
        ['Say: "What happened? Are you sad?" Could you?'],
        ["Are you safe? Who is there?"],
        ["You wrote {x}."],
        ["Your plan.\nI try: what is {x}? Could I?", "Shall I keep it?"],
    ],
)
def test_a_good_answer_has_no_fault(texts: list[str]) -> None:
    answer = Answer(tuple({"text": text} for text in texts))
    assert faults(answer, "Hello.", ["what is {x}", "what is {x}? Could I?"], RESPONSES) == []


@pytest.mark.parametrize("payload", ["/nothing_we_know", "affirm", "/inform{"])
def test_a_button_that_leads_nowhere_is_noticed(payload: str) -> None:
    answer = Answer(({"text": "So?", "buttons": [{"title": "Yes", "payload": payload}]},))
    assert any("nowhere" in found for found in faults(answer, None, [], RESPONSES))
