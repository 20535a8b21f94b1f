"""Numbers as parents write them: "4", "four", "twenty one", "3½", "three and a half"."""

from dataclasses import dataclass

from spacy.tokens import Doc

from bot.language.pipeline import cues
from bot.language.words import words

_SMALL = {word: value for value, word in enumerate(words("ages")["cues"]["numbers"])}
_TENS = {word: 10 * value for value, word in enumerate(words("ages")["cues"]["tens"], start=2)}
_HALF, _QUARTER, _THREE_QUARTERS = (
    cues("ages", "half"),
    cues("ages", "quarter"),
    cues("ages", "three_quarters"),
)
_UNITS = cues("ages", "years") | cues("ages", "months") | cues("ages", "weeks") | cues("ages", "days")


@dataclass(frozen=True)
class Number:
    """A value and the tokens it stands on, [start, end)."""

    value: float
    start: int
    end: int


def numbers(doc: Doc) -> list[Number]:
    """The numbers of a message, in order, fractions joined on; "a year old" counts as one."""
    found: list[Number] = []
    i = 0
    while i < len(doc):
        whole = _whole(doc, i)
        if whole is None:
            i += 1
            continue
        extra, end = _fraction(doc, whole.end)
        found.append(Number(whole.value + extra, i, end))
        i = end
    return found


def _whole(doc: Doc, i: int) -> Number | None:
    """A number that begins at token i, without its fraction."""
    text, norm = doc[i].text, doc[i].norm_
    if doc[i].ent_type_ in ("child", "other_child", "feeling"):
        return None  # "the little one"
    if text.isascii() and text.replace(".", "", 1).isdigit() and len(text) < 6 and text[0] != ".":
        return Number(float(text), i, i + 1)
    if norm in _SMALL:
        return Number(float(_SMALL[norm]), i, i + 1)
    if norm in _TENS:
        j = i + 2 if doc[i + 1 : i + 2].text == "-" else i + 1
        unit = _SMALL.get(doc[j].norm_, 0) if j < len(doc) else 0
        return (
            Number(float(_TENS[norm] + unit), i, j + 1)
            if 0 < unit < 10
            else Number(float(_TENS[norm]), i, i + 1)
        )
    following = doc[i + 1] if i + 1 < len(doc) else None
    if norm in ("a", "an") and following is not None and following.norm_ in _UNITS:
        return Number(1.0, i, i + 1)
    return None


def _fraction(doc: Doc, i: int) -> tuple[float, int]:
    """What a fraction at token i adds, and where it ends; (0, i) when there is none."""
    norms = [token.norm_ for token in doc[i : i + 4]] + [""] * 4
    if norms[0] in _HALF - {"half"}:
        return 0.5, i + 1
    if norms[0] in _QUARTER - {"quarter"}:
        return 0.25, i + 1
    if norms[0] in _THREE_QUARTERS:
        return 0.75, i + 1
    j = 1 if norms[0] in ("and", "&") else 0
    if j and norms[1] == "a":
        added = 0.5 if norms[2] in _HALF else 0.25 if norms[2] in _QUARTER else 0.0
        return (added, i + 3) if added or norms[2] == "bit" else (0.0, i)
    if j and norms[1] in _HALF:
        return 0.5, i + 2
    if j and norms[1] in ("three", "3") and norms[2] in ("quarters", "quarter"):
        return 0.75, i + 3
    if j and norms[1] in _THREE_QUARTERS:
        return 0.75, i + 2
    return 0.0, i
