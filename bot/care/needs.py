"""Which need a parent's request for help names: "someone for my drinking" is `substance`.

The ways of saying it stand in `data/words/needs.yml`, which also describes how its lines are written.
"""

from __future__ import annotations

import re
from functools import lru_cache

import yaml

from bot.settings import ROOT

# A gap inside one sentence: what stands between two words, but no full stop.
_GAP = r"(?:[^\w.!?;]+)"
# Up to eight words in between. "I" and "we" end it: in "my son is hard work, I need someone to talk to"
# it isn't the son who needs somebody.
_SOME_WORDS = rf"{_GAP}(?:(?!(?:i|i'm|im|i've|me|we|myself)\b)[\w'-]+{_GAP}){{0,8}}?"
_GROUP = re.compile(r"{([a-z]+)}")


def need_in(text: str) -> str | None:
    """Return the need (one of `services.NEEDS`) that a request names, or None when it names none.

    Of several, the one that can wait least. Says nothing about risk: the screener reads every message first.
    """
    asked = text.lower().replace("’", "'")
    return next((need for need, ways in _needs() if ways.search(asked)), None)


@lru_cache
def _needs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    content = yaml.safe_load((ROOT / "data" / "words" / "needs.yml").read_text(encoding="utf-8"))
    groups = {name: re.sub(r" (?=\|)|(?<=\|) ", "", words) for name, words in content["groups"].items()}

    def pattern(ways: list[str]) -> re.Pattern[str]:
        whole = "|".join(f"(?:{way})" for way in ways)
        while _GROUP.search(whole):
            whole = _GROUP.sub(lambda match: groups[match.group(1)], whole)
        spaced = whole.replace(" ... ", _SOME_WORDS).replace(" ", _GAP)
        return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)")

    return tuple((entry["need"], pattern(entry["says"])) for entry in content["needs"])
