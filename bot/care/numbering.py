"""Which phone numbers can exist in a country, so that a mistyped crisis line is caught where it can be.

The shapes follow each country's numbering plan: NANPA (Canada, United States), Ofcom, ACMA, New Zealand's
NAD, ComReg. That a number can exist doesn't mean that somebody answers: a person has to call it.
"""

from __future__ import annotations

import re

_NORTH_AMERICA = (
    r"988|[2-9]11"  # service codes
    # area code and exchange never start with 0 or 1; 555-01xx is kept for fiction
    r"|1?[2-9]\d{2}(?!55501)[2-9]\d{6}"
)

# Country -> numbers to call, and short numbers to text besides those, both without separators.
_SHAPES: dict[str, tuple[str, str]] = {
    "CA": (_NORTH_AMERICA, r"[2-9]\d{4,5}"),
    "US": (_NORTH_AMERICA, r"[2-9]\d{4,5}"),
    "GB": (r"999|112|111|101|105|116\d{3}|0808\d{7}|0(?!808)[1-389]\d{8,9}|07\d{9}", r"[6-8]\d{4}"),
    "AU": (r"000|112|106|13\d{4}|1[38]00\d{6}|0[23478]\d{8}", r""),
    "NZ": (r"111|105|1737|0800\d{6,7}|0508\d{6}|0[34679]\d{7}|02\d{7,9}", r"\d{3,4}"),
    "IE": (r"112|999|116\d{3}|1800\d{6}|0[1-9]\d{7,8}", r"5\d{4}"),
    "INTL": (r"(?!)", r"(?!)"),  # a number from elsewhere would be worse than none
}
# A country that nobody has described yet: what ITU-T E.164 allows, 15 digits at most.
_ANY_COUNTRY = (r"\d{3,15}", r"")

_WRITTEN = re.compile(r"\+?\d[\d -]*\d")
_NUMBER = re.compile(r"(?<![\w/])\+?\d(?:[ -]?\d){2,}(?!\w)")


def digits_of(text: str) -> str:
    """Return only the digits of `text`."""
    return re.sub(r"\D", "", text)


def numbers_in(text: str) -> set[str]:
    """Return the digits of every number of three digits or more in a sentence."""
    return {digits_of(match) for match in _NUMBER.findall(text)}


def why_impossible(number: str, region: str, by_text: bool = False) -> str | None:
    """Return why `number` can't be one of `region` ("CA-ON"), or None when it can.

    `by_text` also allows the short numbers that take text messages.
    """
    country = region.split("-")[0]
    calls, texts = _SHAPES.get(country, _ANY_COUNTRY)
    shape = f"{calls}|{texts}" if by_text and texts else calls
    if _WRITTEN.fullmatch(number) and re.fullmatch(shape, digits_of(number)):
        return None
    kind = "to text" if by_text else "to call"
    return f"{number!r} can't be a number {kind} in {country}"
