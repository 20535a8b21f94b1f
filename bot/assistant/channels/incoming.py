"""What comes in from outside, made safe to handle: size, invisible characters, commands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

# The web and Telegram take 2,000 characters; loopback takes more, so that a pasted diary is read as well.
MOST_CHARACTERS = 20_000

# Rasa strips white space before it looks for a command, so what follows the slashes may not begin with one either.
_SLASHES = re.compile(r"^[/\s]+")
_COMMAND = re.compile(r"/(?P<intent>\w+)(?P<entities>\{.*\})?\s*$", re.DOTALL)


def cleaned(text: object, intents: Collection[str]) -> str:
    """Return a message's text as the assistant handles it; empty when there is nothing to read.

    `intents` are those a button may carry: `/affirm` stays, `/restart` or `/anything else` becomes plain words, so
    that a stranger can't give commands. Control characters go; joiners inside emoji and right-to-left marks stay.
    A text over `MOST_CHARACTERS` keeps its beginning and its end.
    """
    if not isinstance(text, str):
        return ""
    visible = "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
    visible = visible.strip()
    if len(visible) > MOST_CHARACTERS:
        visible = f"{visible[: MOST_CHARACTERS // 2]} … {visible[-MOST_CHARACTERS // 2 :]}"
    if visible.startswith("/"):
        command = _COMMAND.match(visible)
        if not command or command["intent"] not in intents:
            return _SLASHES.sub("", visible)
    return visible
