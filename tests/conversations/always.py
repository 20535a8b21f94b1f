"""What holds in every turn of every conversation, whatever a parent writes."""

from __future__ import annotations

import re
from functools import cache

from bot.language.play import scenes
from tests.conversations.script import Answer
from tests.conversations.spoken import PLACEHOLDER, Responses

LONGEST = 700  # characters of one message; a list of services may be longer

# Answers to danger ask whether everybody is safe, and may ask it in two ways.
_ABOUT_DANGER = ("utter_crisis_", "utter_concern_", "utter_ask_safe")
_INSIDES = re.compile(
    r"Traceback|Exception|\w+Error\b|\bErrno\b|\b(?:utter|action|validate)_\w+|\b\w+_form\b|\bNone\b|\bnull\b|\bnan\b"
    r"|\bRasa\b|\bsqlite\b|\bslot\b|\bintent\b|https?://(?:localhost|127\.)|<\w[\w. ]* object at"
    r"|(?<!\S)/[a-z]\w*",
)
_SECOND_HALF = re.compile(r"\? Or ")
_LETTER = re.compile(r"[^\W\d_]")
_QUOTED = re.compile(r'"[^"]*"')


def faults(answer: Answer, before: str | None, written: list[str], responses: Responses) -> list[str]:
    """Return what is wrong with an answer in itself, a sentence each.

    `before` is the last message of the answer before; `written` what the parent has written so far, which the
    assistant may say back.
    """
    found = []
    texts = answer.texts
    if not any(text.strip() for text in texts):
        found.append("The answer is empty.")
    heard = " ".join(written)
    for text in [*texts, *answer.titles]:
        gaps = [gap for gap in PLACEHOLDER.findall(text) if gap not in heard]
        if gaps:
            found.append(f"Nothing was filled in for {gaps}: {text!r}")
        if (inside := _INSIDES.search(text)) and inside[0] not in heard:
            found.append(f"{inside[0]!r} is not for parents: {text!r}")
    for one, next_one in zip([before, *texts], texts, strict=False):
        if one == next_one:
            found.append(f"The same message twice running: {one!r}")
    # The names and words of services are their own: "1737, need to talk?".
    lists_services = "utter_support_intro" in answer.responses(responses)
    for text in texts:
        if len(text) > LONGEST and not lists_services:
            found.append(f"{len(text)} characters: {text[:80]!r}...")
    # A question inside quotation marks is one to ask the child; "Is it this? Or that?" is one question. What the
    # parent wrote and a plan says back asks nothing.
    own = " ".join(texts)
    for words in sorted(filter(_LETTER.search, written), key=len, reverse=True):
        own = own.replace(words, "")
    # What the child asks whom the assistant plays is no question to the parent.
    for line in _played():
        own = own.replace(line, "")
    questions = _SECOND_HALF.sub(" or ", _QUOTED.sub("", own)).count("?")
    if questions > 1 and not lists_services and not is_about_danger(answer, responses):
        found.append(f"{questions} questions at once: {answer}")
    for title, payload in answer.buttons:
        if not title.strip() or not _carries_intent(payload, responses):
            found.append(f"A button that leads nowhere: {title!r}, {payload!r}")
    return found


@cache
def _played() -> tuple[str, ...]:
    """Return everything that the children say whom the assistant plays."""
    lines = [line for one in scenes().values() for answers in one.answers.values() for line in answers]
    return tuple(line for line in [*lines, *(one.opens for one in scenes().values())] if "?" in line)


def is_about_danger(answer: Answer, responses: Responses) -> bool:
    """Return whether a message of the answer is one for danger: crisis, concern, or the question if all are safe."""
    return any(name.startswith(_ABOUT_DANGER) for name in answer.responses(responses))


def _carries_intent(payload: str, responses: Responses) -> bool:
    intent = re.match(r"/(\w+)(\{.*\})?$", payload)
    return bool(intent and intent[1] in responses.intents)
