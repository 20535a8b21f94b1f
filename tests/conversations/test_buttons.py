"""Every quick reply of the domain leads somewhere when it is pressed, even with nothing said before."""

from __future__ import annotations

import pytest

from tests.conversations.always import faults
from tests.conversations.conftest import new_talk
from tests.conversations.installation import Installation
from tests.conversations.spoken import Responses


def test_every_button_is_understood(running: Installation, responses: Responses) -> None:
    wrong = []
    for payload in sorted({payload for _, payload in responses.buttons}):
        talk = new_talk(running)
        answer = talk.say(payload)
        found = faults(answer, None, [], responses)
        if "utter_part_missing" in answer.responses(responses):
            found.append(f"A part is missing: {answer}")
        wrong += [f"{payload}: {fault}" for fault in found]
    assert len(responses.buttons) > 50
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("payload", ["/inform{", '/inform{"mood": [1, 2]}', '/inform{"mood": "99"}', "/affirm{}{}"])
def test_a_button_that_somebody_forged_does_no_harm(payload: str, running: Installation, responses: Responses) -> None:
    talk = new_talk(running)
    for message in ("/check_in", "/affirm", payload, "I'm fine, thanks", "/stop"):
        before = talk.said[-1] if talk.said else None
        answer = talk.say(message)
        assert not faults(answer, before, [payload], responses)
    assert running.check_ins(talk.sender) == []
