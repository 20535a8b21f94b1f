"""Where a parent says they live, from the place names that the support files list.

Place names are also people's names and ordinary words, so there are three kinds. `places` count wherever they
stand. `names` ("Austin", "Cork") count only after words such as "in", before a plain place ("Austin, Texas")
or when the question was asked. `codes` ("NSW", "TX") count only in capitals, after a comma, a place or
such words.

Some names belong to two regions: there is a London in Ontario, and an Ontario in California. What follows
decides ("London, Ontario"); otherwise both remain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Names(NamedTuple):
    """The words for one region's places, by kind (see the module)."""

    places: Sequence[str]
    names: Sequence[str]
    codes: Sequence[str]


@dataclass
class _Mention:
    end: int
    regions: frozenset[str]
    is_home: bool
    is_elsewhere: bool


_Match = tuple[re.Match[str], frozenset[str]]

# What may stand between a place and the place that qualifies it: "London, Ontario", "Cork in Ireland".
_QUALIFYING = re.compile(r"\W{1,3}(?:(?:in|the)\W{1,2})?")
# How far before a place its phrase may begin, in characters; keeps a very long message from taking long.
_LONGEST_PHRASE = 80


class Atlas:
    """Recognises the region that a text names."""

    def __init__(self, names: Mapping[str, Names], frames: Mapping[str, Sequence[str]]) -> None:
        """Take the place names by region code, and the phrases `place_follows`, `home` and `elsewhere`.

        The phrases are regular expressions that end right before a place (data/words/places.yml).
        """
        self._places = _regions_by_word((word.lower(), code) for code in names for word in names[code].places)
        self._names = _regions_by_word((word.lower(), code) for code in names for word in names[code].names)
        self._codes = _regions_by_word((word, code) for code in names for word in names[code].codes)
        self._word = _any_of([*self._places, *self._names], re.IGNORECASE)
        self._code = _any_of(self._codes)
        self._place_follows = _right_before(frames["place_follows"])
        self._home = _right_before(frames["home"])
        self._elsewhere = _right_before(frames["elsewhere"])

    def regions_in(self, text: str, asked: bool = False) -> list[str]:
        """Return the codes of the regions where `text` may say the parent lives: none, one, or several.

        Several means one name for several places ("London"). `asked` says that the text answers "where do
        you live?". Of several places named, the one said to be home counts, else the last; one of another
        time or another person never does.
        """
        mentions = [one for one in self._mentions(text.replace("’", "'"), asked) if not one.is_elsewhere]
        chosen = [one for one in mentions if one.is_home] or mentions
        return sorted(chosen[-1].regions) if chosen else []

    def _mentions(self, text: str, asked: bool) -> list[_Mention]:
        """Return the places of `text` in order, a place and what qualifies it as one."""
        found: list[_Mention] = []
        for match, regions in self._matches(text, asked):
            if found and _QUALIFYING.fullmatch(text, found[-1].end, match.start()):
                found[-1].regions = (found[-1].regions & regions) or regions
                found[-1].end = match.end()
            else:
                before = _before(match)
                is_elsewhere = bool(self._elsewhere.search(before))
                found.append(_Mention(match.end(), regions, bool(self._home.search(before)), is_elsewhere))
        return found

    def _matches(self, text: str, asked: bool) -> list[_Match]:
        found: list[_Match] = []
        for match in self._word.finditer(text):
            word, before = match.group().lower(), _before(match)
            as_name = self._names.get(word, frozenset[str]())
            if word in self._places:
                found.append((match, self._places[word] | as_name))
            elif asked or self._place_follows.search(before) or self._is_qualified(text, match.end()):
                found.append((match, as_name))
        # In a text all in capitals, "IN" and "ME" say nothing about states.
        for match in self._code.finditer(text) if asked or not text.isupper() else ():
            before = _before(match)
            after_place = any(_QUALIFYING.fullmatch(text, one.end(), match.start()) for one, _ in found)
            alone = asked and not before
            if after_place or alone or before.endswith(", ") or self._place_follows.search(before):
                found.append((match, self._codes[match.group()]))
        return sorted(found, key=lambda one: one[0].start())

    def _is_qualified(self, text: str, end: int) -> bool:
        """Say whether a plain place or a code follows directly, as in "Austin, Texas"."""
        following = (self._word.search(text, end), self._code.search(text, end))
        return any(
            match
            and (match.group().lower() in self._places or match.group() in self._codes)
            and _QUALIFYING.fullmatch(text, end, match.start())
            for match in following
        )


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - _LONGEST_PHRASE) : match.start()]


def _regions_by_word(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for word, code in pairs:
        found[word] = found.get(word, frozenset()) | {code}
    return found


def _any_of(words: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    """Return a pattern of whole words, longest first, so that "New Mexico" is not taken for "Mexico"."""
    longest_first = sorted(set(words), key=len, reverse=True)
    alternatives = "|".join(re.escape(word) for word in longest_first) or "(?!)"
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", flags)


def _right_before(phrases: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern for a text that ends in one of `phrases`, where a space may be any run of spaces."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})\s+\Z".replace(" ", r"\s+"), re.IGNORECASE)
