"""Each conversation that is written down beside this file, held with the real assistant."""

from __future__ import annotations

import pytest

from tests.conversations.always import faults
from tests.conversations.script import Conversation, Outage, Talk, conversations, unmet
from tests.conversations.spoken import Responses

ALL = conversations()


@pytest.mark.parametrize("conversation", ALL, ids=[one.name for one in ALL])
def test_conversation(conversation: Conversation, talk: Talk, responses: Responses) -> None:
    seen = []
    with Outage(talk.installation) as outage:
        for number, turn in enumerate(conversation.turns, start=1):
            outage.without(*turn.without)
            outage.again_with(*turn.again_with)
            before = talk.said[-1] if talk.said else None
            message = talk.last.payload(turn.button) if turn.button else str(turn.parent)
            answer = talk.say(message)
            seen.append(f"{number}. parent: {message[:200]}\n   {answer}")
            wrong = faults(answer, before, talk.written, responses) + unmet(turn, talk, responses)
            assert not wrong, "\n".join([f"{conversation.title}, turn {number}", *wrong, "", *seen])
