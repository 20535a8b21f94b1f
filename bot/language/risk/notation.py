"""The notation in which risk rules are written, and its translation to regular expressions.

`data/risk/README.md` explains the notation to clinicians. A gap spans a fixed number of words and nothing
else repeats, so a rule costs at most a constant for every word of the text: no catastrophic backtracking.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Expand = Callable[[str], tuple[str, ...]]

_PIECE = re.compile(r"\.\.\.|\.\.|[()\[\]|^$_]|<[a-z-]+>|[a-z0-9']+\*?|\s+", re.IGNORECASE)
_GAPS = {"..": "(?:[^ ]+ ){0,3}?", "...": "(?:[^ ]+ ){0,6}?"}
_MOST_GAPS = 3
_KEY_LENGTH = 4
_COMMON = "common"  # the group of words too common to tell whether a sentence is worth a closer look
class NotationError(ValueError):
    """A pattern that does not follow the notation."""


@dataclass(frozen=True, eq=False)
class Form:
    """One compiled pattern.

    `keys`: beginnings of words, one of which a sentence must have for `regex` to be able to match;
    empty when there is no such word. `words`: the words it spells out. `negatives`: whether a "not" or "no"
    outside [brackets] is part of what it says.
    """

    source: str
    regex: re.Pattern[str]
    keys: frozenset[str]
    words: frozenset[str]
    negatives: bool


_NEGATIVES = frozenset({"not", "no", "never", "nothing", "nobody", "without", "none"})


@dataclass(frozen=True)
class _Part:
    regex: str
    firsts: tuple[str, ...] | None  # words of which one must occur; None: no such promise
    words: frozenset[str]
    negatives: bool = False
    gaps: int = 0


def key(word: str) -> str:
    """The beginning of a word by which forms are found."""
    return word[:_KEY_LENGTH]


class Notation:
    """Compiles patterns, with the word groups they may name."""

    def __init__(self, groups: Mapping[str, Iterable[str]], expand: Expand) -> None:
        """`groups`: name -> patterns, which may name earlier groups; raises ``NotationError``."""
        self._expand = expand
        self._common = frozenset(groups.get(_COMMON, ()))
        self._groups: dict[str, _Part] = {}
        for name, patterns in groups.items():
            try:
                self._groups[name] = _choice([self._parse(pattern) for pattern in patterns])
            except NotationError as error:
                raise NotationError(f"group {name}: {error}") from error

    def form(self, source: str) -> Form:
        """Compile one pattern; raises ``NotationError`` when it is not well formed."""
        part = self._parse(source)
        if part.gaps > _MOST_GAPS:
            raise NotationError(f"{source!r} has more than {_MOST_GAPS} gaps")
        if re.fullmatch(part.regex, ""):
            raise NotationError(f"{source!r} would match anything")
        keys = frozenset(key(word) for word in part.firsts) if part.firsts else frozenset()
        return Form(source, re.compile("(?<= )" + part.regex), keys, part.words, part.negatives)

    def _parse(self, source: str) -> _Part:
        pieces = _PIECE.findall(source)
        if "".join(pieces) != source or not source.strip():
            raise NotationError(f"{source!r} has a sign the notation does not know, or is empty")
        pieces = [piece for piece in pieces if not piece.isspace()]
        part, position = self._choices(pieces, 0, source)
        if position != len(pieces):
            raise NotationError(f"{source!r} closes a bracket that was not opened")
        return part

    def _choices(self, pieces: list[str], position: int, source: str) -> tuple[_Part, int]:
        choices: list[_Part] = []
        row: list[_Part] = []
        while position < len(pieces) and pieces[position] not in ")]":
            if pieces[position] == "|":
                choices.append(self._row(row, source))
                row = []
                position += 1
            else:
                part, position = self._one(pieces, position, source)
                row.append(part)
        choices.append(self._row(row, source))
        return _choice(choices), position

    def _one(self, pieces: list[str], position: int, source: str) -> tuple[_Part, int]:
        piece = pieces[position]
        if piece in ("(", "["):
            inner, after = self._choices(pieces, position + 1, source)
            if after == len(pieces) or pieces[after] != (")" if piece == "(" else "]"):
                raise NotationError(f"{source!r} opens {piece} and does not close it")
            if piece == "[":
                inner = _Part(f"(?:{inner.regex})?", None, inner.words, False, inner.gaps)
            return inner, after + 1
        if piece in _GAPS:
            return _Part(_GAPS[piece], None, frozenset(), gaps=1), position + 1
        if piece == "_":
            return _Part("[^ ]+ ", None, frozenset()), position + 1
        if piece == "^":
            return _Part("(?<=\\A )", None, frozenset()), position + 1
        if piece == "$":
            return _Part("\\Z", None, frozenset()), position + 1
        if piece == "<name>":
            return _Part("~[^ ]+ ", None, frozenset()), position + 1
        if piece.startswith("<"):
            if piece[1:-1] not in self._groups:
                raise NotationError(f"{source!r} names {piece}, which is not in words.yml")
            return self._groups[piece[1:-1]], position + 1
        return self._word(piece), position + 1

    def _word(self, piece: str) -> _Part:
        if piece.endswith("*"):
            stem = piece[:-1].lower()
            # A stem shorter than a key cannot be looked up by it.
            firsts = (stem,) if len(stem) >= _KEY_LENGTH else None
            return _Part(f"{re.escape(stem)}[^ ]* ", firsts, frozenset({stem}))
        words = self._expand(piece)
        regex = "".join(re.escape(word) + " " for word in words)
        negatives = not _NEGATIVES.isdisjoint(words)
        return _Part(regex, self._rarest([(word,) for word in words]), frozenset(words), negatives)

    def _row(self, parts: list[_Part], source: str) -> _Part:
        if not parts:
            raise NotationError(f"{source!r} has an empty choice")
        firsts = self._rarest([part.firsts for part in parts if part.firsts])
        words = frozenset[str]().union(*(part.words for part in parts))
        negatives = any(part.negatives for part in parts)
        regex = "".join(part.regex for part in parts)
        return _Part(regex, firsts, words, negatives, sum(part.gaps for part in parts))

    def _rarest(self, candidates: list[tuple[str, ...]]) -> tuple[str, ...] | None:
        """Of several sets of words of which one must occur, the one that occurs least."""

        def rank(words: tuple[str, ...]) -> tuple[int, int]:
            return len(self._common.intersection(words)), len(words)

        return min(candidates, key=rank, default=None)


def _choice(choices: list[_Part]) -> _Part:
    if len(choices) == 1:
        return choices[0]
    firsts: tuple[str, ...] | None = ()
    for choice in choices:
        firsts = None if firsts is None or choice.firsts is None else (*firsts, *choice.firsts)
    words = frozenset[str]().union(*(choice.words for choice in choices))
    negatives = any(choice.negatives for choice in choices)
    # The longer choice first, so that "year old" is not cut short by "year".
    ordered = sorted((choice.regex for choice in choices), key=len, reverse=True)
    return _Part(f"(?:{'|'.join(ordered)})", firsts, words, negatives, max(choice.gaps for choice in choices))
