"""Many parents at once, and one who types faster than the answers come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.conversations.always import faults
from tests.conversations.conftest import new_talk
from tests.conversations.installation import Installation
from tests.conversations.script import Talk
from tests.conversations.spoken import Responses

# One child, one thing that happened and one apology a parent, so that a mix-up shows.
FAMILIES = [
    ("Oskar", "yelled at him about the poster"),
    ("Imani", "shouted at her over the drawing"),
    ("Tadeo", "snapped at him about the haircut"),
    ("Priya", "screamed at her about the recital"),
    ("Callum", "yelled at him about the skateboard"),
    ("Noor", "shouted at her over the laptop"),
    ("Bjorn", "snapped at him about the trumpet"),
    ("Xiadani", "screamed at her over the bracelet"),
    ("Kofi", "shouted at him over the marbles"),
    ("Freya", "yelled at her about the mittens"),
]


def test_twenty_conversations_at_once_do_not_mix(running: Installation) -> None:
    families = FAMILIES * 2
    talks = [new_talk(running) for _ in families]

    def hold(talk: Talk, family: tuple[str, str]) -> None:
        name, act = family
        opening = f"I want to say sorry to {name}, who is 8. I {act}."
        for message in (opening, "more time", '/inform{"answer": "take a breath first"}'):
            talk.say(message)

    with ThreadPoolExecutor(len(families)) as pool:
        list(pool.map(hold, talks, families, timeout=120))
    for talk, (name, act) in zip(talks, families, strict=True):
        heard = "\n".join(talk.said)
        assert act.split()[-1] in heard, f"{act}: {heard}"
        for other, other_act in FAMILIES:
            if other != name:
                assert other not in heard, f"{name}'s parent was told about {other}: {heard}"
                assert other_act.split()[-1] not in heard


def test_two_messages_at_once_are_both_answered(running: Installation, responses: Responses) -> None:
    talk = new_talk(running)
    talk.say("hello")
    burst = ["she won't stop crying", "she's 3 and it's about the blue cup", "please hurry", "are you there"]
    with ThreadPoolExecutor(len(burst)) as pool:
        answers = list(pool.map(lambda text: Talk(running, talk.sender).say(text), burst, timeout=60))
    for answer in answers:
        assert not faults(answer, None, burst, responses)


def test_a_double_tap_on_the_last_button_keeps_one_check_in(running: Installation) -> None:
    talk = new_talk(running)
    for message in ("/check_in", "/affirm", "4", "happy", "we baked a plum cake", '/inform{"answer": "-"}'):
        talk.say(message)
    last = '/inform{"answer": "-"}'
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda text: Talk(running, talk.sender).say(text), [last] * 3, timeout=60))
    assert all(answer.texts for answer in answers)
    rows = running.check_ins(talk.sender)
    assert [(row["mood"], row["child_feeling"]) for row in rows] == [(4, "happy")]
