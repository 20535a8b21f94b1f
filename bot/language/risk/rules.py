"""The risk rules: pattern files a clinician can read, loaded, validated and compiled once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml

from bot.language.risk.context import Context, Who
from bot.language.risk.normalise import Normaliser
from bot.language.risk.notation import Form, Notation, NotationError, key
from bot.language.risk.urgency import Urgency

CATEGORIES = (
    "parent_suicide",
    "harm_to_child",
    "child_suicide_self_harm",
    "perinatal_crisis",
    "parent_self_harm",
    "child_abuse",
    "partner_violence",
    "substance_use",
    "parent_depression",
    "burnout",
)
"""Every category, the most pressing first: the order in which equal urgencies are named."""

_FILE_KEYS = {"category", "urgency", "about", "who", "if_about", "patterns"}
_SHARED_KEYS = {"id", "says", "matches", "not"}
_PATTERN_KEYS = _SHARED_KEYS | {
    "needs", "unless", "raises", "urgency", "who", "weak", "holds", "spoken", "now", "plain",
}  # fmt: skip
_FRAME_KEYS = _SHARED_KEYS | {"clears", "reach"}


class RuleError(ValueError):
    """A rule file that cannot be used; the message names the file and the pattern."""


@dataclass(frozen=True)
class Pattern:
    """One rule.

    `says`: forms of which one is found in a sentence. `needs`: forms of which one is found anywhere in the
    message, too. `who`: about whom it may be, all when empty; `if_about`: the category for other
    persons (a pattern with a `who` of its own has none).
    `unless`: the pattern that takes this one's place. `weak`: counts only after distress was voiced.
    `holds`: neither negation nor the past lowers it. `spoken`: it is about whoever says "me" in it.
    `now`: it may be happening at this moment. `plain`: the plainest words; no second opinion talks them away.
    """

    id: str
    category: str
    urgency: Urgency
    says: tuple[Form, ...]
    needs: tuple[Form, ...]
    who: frozenset[Who]
    if_about: Mapping[Who, str]
    unless: str
    weak: bool
    holds: bool
    spoken: bool
    now: bool
    plain: bool
    matches: str
    not_: str


@dataclass(frozen=True)
class Frame:
    """A way of speaking that means no harm.

    `clears`: categories or pattern ids, everything when empty. `reach`: "phrase" clears what shares words
    with it, "sentence" what stands in the same sentence and is told of strangers.
    """

    id: str
    says: tuple[Form, ...]
    clears: frozenset[str]
    reach: str
    matches: str
    not_: str


Owner = TypeVar("Owner", Pattern, Frame)


class Index(Generic[Owner]):
    """Finds, by the beginnings of a sentence's words, the few forms worth trying on it."""

    def __init__(self, owners: list[Owner]) -> None:
        self._always: list[tuple[int, Form]] = []
        self._by_key: dict[str, list[tuple[int, Form]]] = {}
        self._owners: list[Owner] = owners
        for number, owner in enumerate(owners):
            for form in owner.says:
                for beginning in form.keys:
                    self._by_key.setdefault(beginning, []).append((number, form))
                if not form.keys:
                    self._always.append((number, form))

    def found(self, sentence: str, keys: frozenset[str]) -> Iterator[tuple[Owner, Form, tuple[int, int]]]:
        """Every (pattern or frame, form, span in `sentence`) that matches."""
        tried: set[Form] = set()
        for beginning in ("", *keys):
            for number, form in self._by_key.get(beginning, ()) if beginning else self._always:
                if form not in tried:
                    tried.add(form)
                    for match in form.regex.finditer(sentence):
                        yield self._owners[number], form, match.span()


@dataclass(frozen=True)
class Rules:
    """Everything in the folder, ready to use."""

    normaliser: Normaliser
    notation: Notation
    context: Context
    patterns: tuple[Pattern, ...]
    frames: tuple[Frame, ...]
    pattern_index: Index[Pattern]
    frame_index: Index[Frame]
    least: Mapping[str, Urgency]


def sentence_keys(sentence: str) -> frozenset[str]:
    """The beginnings of the words of a normalised sentence."""
    return frozenset(key(word) for word in sentence.split())


def load(folder: Path) -> Rules:
    """Read and compile every rule in `folder`.

    Raises ``RuleError`` naming file and pattern for anything that is missing, misspelt or malformed: a
    screener with half of its rules is worse than one that refuses to start.
    """
    try:
        plain = Normaliser(folder / "spelling.yml")
        groups = {name: [str(word) for word in words] for name, words in _read(folder / "words.yml").items()}
        notation = Notation(groups, plain.expand)
    except (OSError, ValueError, AttributeError, TypeError, yaml.YAMLError) as error:
        raise RuleError(f"{folder}: {error}") from error
    files = {category: folder / f"{category}.yml" for category in CATEGORIES}
    patterns = [pattern for path in files.values() for pattern in _patterns(path, notation)]
    least = {name: _urgency(path, "urgency", _read(path).get("urgency")) for name, path in files.items()}
    frames = list(_frames(folder / "frames.yml", notation))
    known = {pattern.id for pattern in patterns}
    if len(known) < len(patterns):
        twice = sorted(i for i in known if sum(pattern.id == i for pattern in patterns) > 1)
        raise RuleError(f"{folder}: these pattern ids are used twice: {', '.join(twice)}")
    for pattern in patterns:
        if pattern.unless and pattern.unless not in known:
            raise RuleError(f"{files[pattern.category]}: {pattern.id}: unless names no pattern: {pattern.unless}")
    for frame in frames:
        if strays := frame.clears - known - files.keys():
            raise RuleError(f"{folder}/frames.yml: {frame.id}: clears unknown {', '.join(sorted(strays))}")
    owners: list[Pattern | Frame] = [*patterns, *frames]
    words = {word for owner in owners for form in owner.says for word in form.words}
    return Rules(
        Normaliser(folder / "spelling.yml", words),
        notation,
        Context(notation),
        tuple(patterns),
        tuple(frames),
        Index(patterns),
        Index(frames),
        least,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RuleError(f"{path}: {error}") from error
    if not isinstance(content, dict):
        raise RuleError(f"{path}: expected keys with values")
    return content


def _patterns(path: Path, notation: Notation) -> Iterator[Pattern]:
    content = _read(path)
    if strays := set(content) - _FILE_KEYS:
        raise RuleError(f"{path}: unknown keys {', '.join(sorted(strays))}")
    if content.get("category") != path.stem:
        raise RuleError(f"{path}: category must be {path.stem}")
    least = _urgency(path, "urgency", content.get("urgency"))
    if_about: dict[Who, str] = {}
    for who, category in (content.get("if_about") or {}).items():
        if category not in CATEGORIES:
            raise RuleError(f"{path}: if_about: unknown category {category!r}")
        if_about |= dict.fromkeys(_who(path, "if_about", [who]), category)
    default_who = _who(path, "who", content.get("who") or [])
    for entry in _entries(path, content.get("patterns"), _PATTERN_KEYS):
        name = entry["id"]
        raised = entry.get("raises") or entry.get("urgency")
        if "raises" in entry and _urgency(path, name, raised) < least:
            raise RuleError(f"{path}: {name}: raises to less than the file's {least.label}")
        who = _who(path, name, entry["who"]) if "who" in entry else default_who
        elsewhere = {} if "who" in entry else if_about
        yield Pattern(
            id=name,
            category=path.stem,
            urgency=_urgency(path, name, raised) if raised else least,
            says=_forms(path, name, entry["says"], notation),
            needs=_forms(path, name, entry.get("needs", []), notation),
            who=who,
            if_about={person: category for person, category in elsewhere.items() if person not in who},
            unless=entry.get("unless", ""),
            weak=bool(entry.get("weak", False)),
            holds=bool(entry.get("holds", False)),
            spoken=bool(entry.get("spoken", False)),
            now=bool(entry.get("now", False)),
            plain=bool(entry.get("plain", False)),
            matches=entry["matches"],
            not_=entry["not"],
        )


def _frames(path: Path, notation: Notation) -> Iterator[Frame]:
    for entry in _entries(path, _read(path).get("frames"), _FRAME_KEYS):
        reach = entry.get("reach", "phrase")
        if reach not in ("phrase", "sentence"):
            raise RuleError(f"{path}: {entry['id']}: reach is phrase or sentence, not {reach!r}")
        says = _forms(path, entry["id"], entry["says"], notation)
        clears = entry.get("clears", [])
        yield Frame(entry["id"], says, frozenset(clears), reach, entry["matches"], entry["not"])


def _entries(path: Path, entries: Any, allowed: set[str]) -> Iterator[dict[str, Any]]:
    if not isinstance(entries, list) or not entries:
        raise RuleError(f"{path}: no list of patterns")
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            raise RuleError(f"{path}: pattern {number} has no id")
        if strays := set(entry) - allowed:
            raise RuleError(f"{path}: {entry['id']}: unknown {', '.join(sorted(map(str, strays)))}")
        if not entry.get("says"):
            raise RuleError(f"{path}: {entry['id']}: says nothing")
        for example in ("matches", "not"):
            if not isinstance(entry.get(example), str):
                raise RuleError(f"{path}: {entry['id']}: no example under `{example}:`")
        yield entry


def _forms(path: Path, name: str, sources: Any, notation: Notation) -> tuple[Form, ...]:
    if not isinstance(sources, list):
        raise RuleError(f"{path}: {name}: expected a list of patterns")
    try:
        return tuple(notation.form(str(source)) for source in sources)
    except NotationError as error:
        raise RuleError(f"{path}: {name}: {error}") from error


def _urgency(path: Path, name: str, label: Any) -> Urgency:
    try:
        return Urgency.from_label(str(label))
    except KeyError:
        raise RuleError(f"{path}: {name}: unknown urgency {label!r}") from None


def _who(path: Path, name: str, people: Any) -> frozenset[Who]:
    try:
        return frozenset(Who(person) for person in people)
    except (ValueError, TypeError):
        raise RuleError(f"{path}: {name}: who must be a list of {', '.join(Who)}") from None
