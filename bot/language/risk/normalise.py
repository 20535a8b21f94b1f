"""One spelling for the many ways a tired, frightened or censored person types.

In: any string. Out: sentences, each a string of plain lower-case words with one space before, between
and after them (`" i do not want to be here "`), so that a rule is a regular expression over words.
The variants live in `data/risk/spelling.yml`. Every step is one pass: the time is linear in the text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

LAUGHTER = "laughs"
"""The word that stands for "lol", "haha" and laughing faces."""

NAME = "~"
"""What a name inside a sentence begins with: "I slapped Mia" is " i slapped ~mia "."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LEET = str.maketrans("013457@$!", "oieastasi")
_QUOTES = str.maketrans("\u2018\u2019\u02bc\u00b4\u0060\u2032\uff07", "'''''''")
_LAUGHING_FACE = re.compile("[\U0001f602\U0001f923\U0001f606\U0001f605\U0001f639]")
_INITIALS = re.compile(r"\b(?:\w\.){2,}\w?\b")
# An ellipsis is a breath, not an end; an end is one mark, a semicolon or an empty line.
_TOKEN = re.compile(
    r"(?P<breath>\.{2,}|\u2026)|(?P<end>[.!?;]+(?=\W|$)|\n\s*\n)|(?P<word>[@$]?\w+(?:[@$!*']+\w+)*)"
)
_AGE = re.compile(r"(\d{1,2})(?:yo|yos|y|yr|yrs|yro|year|years)$")
_MONTHS = re.compile(r"(\d{1,2})(?:mo|mos|mth|mths|wk|wks)$")
_FORUM_AGE = re.compile(r"(dd|ds|dc|lo)(\d{1,2})$")
_RUN = re.compile(r"(\w)\1{2,}")
_ADULT_AGE = 20
_KEYS = {"means", "typos_of", "real_words", "two_is_to_after", "two_is_to_before", "ill_is_sick_after"}


class Normaliser:
    """Turns raw text into sentences of plain words."""

    def __init__(self, spelling: Path, vocabulary: Iterable[str] = ()) -> None:
        """Read `spelling` (a YAML file); raises ``OSError``, ``yaml.YAMLError`` or ``ValueError``.

        `vocabulary`: the words rules look for, to which stretched and disguised spellings may resolve.
        """
        table = yaml.safe_load(spelling.read_text(encoding="utf-8"))
        if not isinstance(table, dict) or set(table) != _KEYS:
            raise ValueError(f"{spelling}: expected the keys {', '.join(sorted(_KEYS))}")
        self._to_after, self._to_before, self._sick_after = (
            frozenset(table[name].split())
            for name in ("two_is_to_after", "two_is_to_before", "ill_is_sick_after")
        )
        self._words: dict[str, tuple[str, ...]] = {}
        self._pairs: dict[tuple[str, str], tuple[str, ...]] = {}
        for meaning, variants in table["means"].items():
            for variant in variants.split(","):
                parts = tuple(variant.replace("'", "").split())
                target = tuple(meaning.split())
                if len(parts) == 1:
                    self._words[parts[0]] = target
                elif len(parts) == 2:
                    self._pairs[(parts[0], parts[1])] = target
                else:
                    raise ValueError(f"{spelling}: {variant!r} must be one or two words")
        guarded = table["typos_of"].split()
        real = set(table["real_words"].split()) | set(guarded)
        self._typos = {typo: word for word in guarded for typo in _one_slip(word) if typo not in real}
        self._vocabulary = frozenset(vocabulary) | set(self._words) | set(guarded)

    def expand(self, word: str) -> tuple[str, ...]:
        """The plain words a word of a rule stands for: `don't` -> `do not`."""
        plain = word.lower().replace("'", "")
        return self._words.get(plain, (plain,))

    def sentences(self, text: str) -> tuple[str, ...]:
        """The sentences of `text`, in order, without empty ones. Never raises for any ``str``."""
        ready = unicodedata.normalize("NFKC", _LAUGHING_FACE.sub(f" {LAUGHTER} ", text).translate(_QUOTES))
        ready = _INITIALS.sub(lambda match: match.group().replace(".", ""), ready)
        shouted = ready.upper() == ready
        sentences: list[list[str]] = [[]]
        for match in _TOKEN.finditer(ready):
            if match.lastgroup == "end":
                if sentences[-1]:
                    sentences.append([])
            elif match.lastgroup == "word":
                word = match.group()
                named = sentences[-1] and word[0].isupper() and not shouted and self._is_name(word)
                sentences[-1].append(NAME + _plain(word) if named else _plain(word))
        spelt = (self._neighbours(self._spell_all(words)) for words in _rejoin(sentences))
        return tuple(f" {' '.join(words)} " for words in spelt if words)

    def _is_name(self, word: str) -> bool:
        """A capital inside a sentence, on a word no rule knows: "I slapped Mia"."""
        if not word.isalpha() or word.isupper():
            return False
        plain = _plain(word)
        return plain not in self._vocabulary and plain not in self._typos

    def _spell(self, word: str) -> tuple[str, ...]:
        """The plain words for one typed word, already lower-case and without accents."""
        bare = word.replace("'", "")
        if bare in self._words:
            return self._words[bare]
        if bare in self._vocabulary:
            return (bare,)
        if age := _AGE.match(bare) or _MONTHS.match(bare):
            return (age[1], "year", "old")
        if forum := _FORUM_AGE.match(bare):
            return (*self._words[forum[1]], forum[2], "year", "old")
        if bare.isdigit():
            return (bare,)
        for guess in self._guesses(bare):
            if guess in self._words:
                return self._words[guess]
            if guess in self._vocabulary:
                return (guess,)
            if guess in self._typos:
                return (self._typos[guess],)
        if not bare.isalnum():
            return tuple(part for part in re.split(r"\W+", bare) if part) or (bare,)
        return (_RUN.sub(r"\1", bare),)

    def _guesses(self, word: str) -> Iterator[str]:
        yield word
        for shape in (word, word.translate(_LEET)):
            if shape != word:
                yield shape
            yield _RUN.sub(r"\1\1", shape)
            yield _RUN.sub(r"\1", shape)
        if "*" in word:
            yield word.replace("*", "")

    def _spell_all(self, words: list[str]) -> list[str]:
        """Spell each word, and put spaced-out letters ("d i e") together where they make a known word."""
        out: list[str] = []
        letters: list[str] = []
        for word in [*words, ""]:
            if len(word) == 1 and word.isalpha():
                letters.append(word)
                continue
            # "i w a n t": the "i" is a word of its own.
            for skipped in range(min(2, max(len(letters) - 2, 0))):
                joined = "".join(letters[skipped:])
                if joined in self._vocabulary or joined in self._typos:
                    letters[skipped:] = [joined]
                    break
            for piece in letters:
                out.extend(self._spell(piece))
            letters = []
            if word.startswith(NAME):
                out.append(word)
            elif word:
                out.extend(self._spell(word))
        return out

    def _neighbours(self, words: list[str]) -> list[str]:
        """Mend what needs its neighbours: "any more", "want 2 die", "ill do it", "13 y old"."""
        out: list[str] = []
        for position, word in enumerate(words):
            following = words[position + 1] if position + 1 < len(words) else ""
            before = out[-1] if out else ""
            if word == "2" and (before in self._to_after or following in self._to_before):
                out.append("to")
            elif word == "ill" and before not in self._sick_after and following:
                out.extend(("i", "will"))
            elif word == "old" and out[-2:] == ["year", "old"]:
                continue
            elif word == "old" and out[-1:] == ["year"] and out[-2:-1] and out[-2].isdigit():
                grown = int(out[-2]) >= _ADULT_AGE
                out[-1:] = ["grown" if grown else "year", "old"]
            elif (before, word) in self._pairs:
                out[-1:] = self._pairs[(before, word)]
            else:
                out.append(word)
        return out


def _plain(word: str) -> str:
    """Lower case without accents, so that a borrowed letter does not hide a word."""
    if word.isascii():
        return word.lower()
    bare = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter)) or word


def _rejoin(sentences: list[list[str]]) -> Iterator[list[str]]:
    """Put "I. Want. To. Die." back together: sentences of one word in a row are one sentence."""
    row: list[str] = []
    for words in sentences:
        if len(words) == 1:
            row.extend(words)
            continue
        if row:
            yield row
            row = []
        yield words
    if row:
        yield row


def _one_slip(word: str) -> Iterator[str]:
    """Every spelling of `word` with one letter lost, doubled, swapped, wrong or added after the first."""
    for cut in range(1, len(word) + 1):
        head, tail = word[:cut], word[cut:]
        if tail:
            yield head + tail[1:]
            yield head + "*" + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
