"""How long the upset has lasted, in words that can begin a sentence: "40 min" becomes "Forty minutes"."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from bot.language.words import words

_LISTS = words("duration")
_ONES: list[str] = _LISTS["ones"]
_TENS: list[str] = _LISTS["tens"]
_UNIT = {form: unit for unit, forms in _LISTS["units"].items() for form in forms}
_FORMS = "|".join(sorted(_UNIT, key=len, reverse=True))
_SPELLED = {word: number for number, word in enumerate(_ONES)} | {
    word: 10 * n for n, word in enumerate(_TENS) if word
}
_WORD = "|".join(sorted(_SPELLED, key=len, reverse=True))
_NUMBER = rf"\d{{1,3}}(?:\.5)?|(?:{_WORD})(?:[- ](?:{_WORD}))?"
_LOOSE = "|".join(_LISTS["loose"])
_BOUND = "|".join(sorted(_LISTS["bounds"], key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?<![\w.])(?:(?P<bound>{_BOUND}) )?(?:(?:{_LISTS['roughly']}) )*"
    r"(?:(?P<half>half(?: an?)?(?= (?:hour|hr)))|(?P<quarters>three quarters of an(?= hour))"
    r"|(?P<past>(?<=last )|(?<=past ))(?=(?:hour|hr)\b)"
    rf"|(?P<loose>{_LOOSE})|(?P<one>an?(?= (?:{_FORMS})))|(?P<number>{_NUMBER}))"
    rf"(?P<plushalf> and a half)? ?-?(?P<unit>{_FORMS})\b(?P<later> and a half)?"
)
_WHOLE = re.compile(
    rf"\b(?P<all>all|the whole|the entire) (?P<part>{'|'.join(_LISTS['whole'])})\b(?! long)(?: long)?"
)
_VAGUE = re.compile(r"\b(?:for (?:literally |like |absolutely )?)(?P<word>hours|ages|forever)\b")
_BEFORE, _AFTER = re.compile(_LISTS["before"]), re.compile(_LISTS["after"])
_CLAUSE_END = re.compile(r"[.!?;\n]|\b(?:but|when|because|bc|cos)\b")
_UPSET = re.compile(r"\b(?:" + "|".join(re.escape(start) for start in _LISTS["upset"]) + ")")
_BARE = re.compile(rf"^(?:\W*(?:{_LISTS['bare']})\b)*\W*$")
_OWN = re.compile(_LISTS["own"])


def find_duration(doc: Doc) -> str | None:
    """Return how long the child has been upset ("Forty minutes", "An hour", "All evening"), None when it
    isn't said.

    `doc` is any spaCy Doc of the message; only its text is read. Minutes and hours only; an age, a clock
    time and the time of anything but the upset are left out.
    """
    text = " ".join(doc.text.lower().replace("’", "'").split())
    for match in _AMOUNT.finditer(text):
        if _is_of_the_upset(text, match):
            said = _readable(match)
            if said:
                return said
    for pattern in (_WHOLE, _VAGUE):
        for match in pattern.finditer(text):
            if _is_of_the_upset(text, match):
                return _first_capital(match["word"] if pattern is _VAGUE else match[0])
    return None


def in_words(number: int) -> str:
    """Return a number in words up to ninety-nine ("forty-five"), larger ones in digits."""
    if not 0 <= number <= 99:
        return str(number)
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{_ONES[ones]}" if ones else _TENS[tens]


def _is_of_the_upset(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    if _BEFORE.search(before.rstrip()) or _AFTER.search(after) or _OWN.search(before):
        return False
    start = max((end.end() for end in _CLAUSE_END.finditer(before)), default=0)
    stop = _CLAUSE_END.search(after)
    clause_before, clause_after = before[start:], after[: stop.start() if stop else len(after)]
    if _UPSET.search(clause_before + " | " + clause_after):
        return True
    return bool(_BARE.match(clause_before)) and bool(_BARE.match(clause_after))


def _readable(match: re.Match[str]) -> str | None:
    unit = _UNIT[match["unit"]]
    halves = bool(match["plushalf"] or match["later"])
    if match["half"]:
        amount = f"half an {unit}"
    elif match["quarters"]:
        amount = "three quarters of an hour"
    elif match["loose"]:
        loose = match["loose"] if match["loose"] != "a couple" else "a couple of"
        amount = f"{loose} {unit}s"
    else:
        number = 1.0 if match["number"] is None else _value(match["number"])
        halves = halves or number % 1 == 0.5
        whole = int(number)
        if whole == 0 or (unit, whole, halves) == ("minute", 1, False):
            return None  # "one minute he laughs": a way of speaking
        if unit == "minute" and whole >= 60 and whole % 60 == 0 and not halves:
            unit, whole = "hour", whole // 60
        article = "an" if unit == "hour" else "a"
        if whole == 1:
            amount = f"{article} {unit}" + (" and a half" if halves else "")
        else:
            amount = f"{in_words(whole)}{' and a half' if halves else ''} {unit}s"
    bound = _LISTS["bounds"].get(match["bound"], "")
    return _first_capital(f"{bound} {amount}".strip())


def _value(number: str) -> float:
    if number[0].isdigit():
        return float(number)
    return float(sum(_SPELLED[word] for word in re.split("[- ]", number)))


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]
