"""Whether a moment that a parent tells was one of connection or of rupture."""

from __future__ import annotations

from typing import Literal

from spacy.tokens import Doc

from bot.language.feelings import find_feelings
from bot.language.rupture import find_rupture
from bot.language.words import words

MomentKind = Literal["connection", "rupture", "unknown"]

_PLEASANT = frozenset({"happy", "calm", "proud", "excited"})


def kind_of_moment(doc: Doc) -> MomentKind:
    """Return the kind of the moment: by what the parent did, what the two did, then by the feelings in it.

    A moment that was mended ("I yelled, then we cuddled") is one of connection: what came last counts.
    """
    told = doc.text.lower()
    cues = words("moments")
    close = max((told.rfind(cue) for cue in cues["connection"]), default=-1)
    hard = max((told.rfind(cue) for cue in cues["rupture"]), default=-1)
    if find_rupture(doc) and close < 0:
        return "rupture"
    if close != hard:
        return "connection" if close > hard else "rupture"
    feelings = {feeling.name for feeling in find_feelings(doc)}
    if not feelings:
        return "unknown"
    return "connection" if feelings <= _PLEASANT else "rupture"
