"""Ages as parents write them, numbers that are no ages, and the bands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.ages import age_band, band_in, find_age
from bot.language.pipeline import read

TOLD: dict[int, list[str]] = {
    0: ["my newborn screams all night", "she is 12 days old", "2 week old baby", "he's 3 wks old"],
    1: ["our 6 week old won't be put down", "he's just 7 weeks old"],
    5: ["5 months old", "my 5mo", "baby is 5 months"],
    9: ["my 9 month old cries when i leave", "9 mths"],
    12: ["my one year old bites", "she's one", "he's one and a bit"],
    18: ["he is eighteen months", "my 18-month-old", "18 months old", "a year and a half old"],
    20: ["our 20 month old throws food", "20mo"],
    23: ["hes nearly 2", "almost two years old", "she's turning 2 on sunday, well next week"],
    24: ["my two year old", "2yo", "shes just turned 2", "he turned two"],
    30: ["2.5 yr old", "two and a half", "she's 2 1/2", "2½"],
    33: ["he's two and three quarters"],
    35: ["she'll be 3 in may", "almost 3", "turning three next month"],
    36: ["3 y/o", "my three-year-old", "he's 3.", "SHES 3 AND WONT SLEEP"],
    48: ["my 4yo lost it", "he is in JK", "my little guy (4) hits"],
    60: ["5yo boy", "she's in kindergarten", "my daughter who is 5", "five", "he started SK"],
    66: ["5 and a half", "five and a half year old", "he's 5.5"],
    71: [
        "my girl Isla (nearly 6)",
        "he turns 6 in two weeks",
        "coming up to 6",
        "she's going on 6",
        "my son is about to turn six",
    ],
    72: ["he's in grade 1", "my first grader", "she's in year 2", "6 yr old"],
    84: [
        "in P3",
        "DS7",
        "my daughter (7)",
        "7f",
        "aged 7",
        "7, she's asleep now",
        "my seven year old",
        "2nd grade",
    ],
    96: ["8", "eight", "my 8-yr-old son", "she is 8 and so angry", "third grade", "my son Omar is 8"],
    108: ["our nine year old", "9 yo twins", "grade four", "he's 9 btw"],
    120: ["my ten year old", "10 years old", "Amara, 10, won't go in"],
    132: ["she's eleven", "age 11", "11yr old"],
    156: ["13 going on 25", "my son's 13", "thirteen"],
    168: ["my son 14 won't come out of his room", "14 year old girl", "he is fourteen"],
    192: ["my 16 year old", "daughter aged 16"],
    204: ["17 yrs old", "she's seventeen"],
}
NOT_TOLD = [
    "she cried for 20 minutes",
    "he's up at 5 am every day",
    "I've got 3 kids",
    "his 3rd meltdown today",
    "I'm 29 and exhausted",
    "my 32 year old sister",
    "we've been divorced for 2 years",
    "since she was 3",
    "when he was 4 we moved",
    "he hit me 6 times",
    "7 out of 10",
    "8/10",
    "4 days",
    "3 weeks ago",
    "when I was 8 my dad left",
    "his brother is 10",
    "her 2 year old sister",
    "he behaves like a 2 year old",
    "dinner is at 6",
    "it's 9 and she's still awake",
    "i said no 10 times",
    "he is 5 minutes away from losing it",
    "she has 2 best friends",
    "my husband is 40",
    "been going on 2 weeks",
    "room 12",
    "it cost $7",
    "until he's 5",
    "I teach grade 3",
    "his grade 4 teacher",
    "19 years old",
    "my toddler",
    "my teenager",
    "preschooler",
    "he got 9 stars",
    "she slept 4 hours",
    "two of them were fighting",
    "one more thing",
    "",
]


@pytest.mark.parametrize(
    ("months", "text"), [(months, text) for months, texts in TOLD.items() for text in texts]
)
def test_reads_the_age(months: int, text: str) -> None:
    age = find_age(read(text))
    assert age is not None and age.months == months


@pytest.mark.parametrize("text", NOT_TOLD)
def test_other_numbers_are_no_age(text: str) -> None:
    assert find_age(read(text)) is None


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("my 7 year old hit his 4 year old sister", 84),
        ("his brother is 9 and he is 5", 60),
        ("I'm 35 and my son is 6", 72),
        ("she screamed for 40 minutes, she's 4", 48),
        ("my 3 year old and my newborn", 36),
        ("I have a 10 year old and a 6 year old", 120),
    ],
)
def test_the_child_of_the_message_comes_first(text: str, months: int) -> None:
    age = find_age(read(text))
    assert age is not None and age.months == months


def test_offsets_point_at_the_age() -> None:
    text = "help, my 4 year old is screaming"
    age = find_age(read(text))
    assert age is not None and text[age.start : age.end] == "4 year old"


@pytest.mark.parametrize(
    ("months", "band"),
    [
        (0, "baby"),
        (11, "baby"),
        (12, "toddler"),
        (35, "toddler"),
        (36, "preschool"),
        (71, "preschool"),
        (72, "school_age"),
    ]
    + [(155, "school_age"), (156, "teen"), (227, "teen")],
)
def test_edges_of_the_bands(months: int, band: str) -> None:
    assert age_band(months) == band


@pytest.mark.parametrize("months", [-1, 228, 10_000])
def test_no_band_outside_childhood(months: int) -> None:
    with pytest.raises(ValueError, match="age in months"):
        age_band(months)


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("under 1", "baby"),
        ("Under 1 year", "baby"),
        ("1 to 3", "toddler"),
        ("1–3 years", "toddler"),
        ("3-5", "preschool"),
        ("6 to 12", "school_age"),
        ("13 or older", "teen"),
        ("13+", "teen"),
        ("my toddler bites", "toddler"),
        ("he's in nursery", "preschool"),
        ("my tween is moody", "school_age"),
        ("she hates high school", "teen"),
        ("my infant won't sleep", "baby"),
        ("my adolescent son", "teen"),
        ("my 10 year old", "school_age"),
        ("my son is so jealous of the baby", None),
        ("she cried 3 to 5 times", None),
        ("6-12 hours", None),
        ("hello", None),
    ],
)
def test_band_of_a_message(text: str, band: str | None) -> None:
    assert band_in(read(text)) == band


_WORDS = """
he is she 's my son 3 17 99 4.5 ½ and a half three year years month old - yo turning nearly in grade
2nd year JK for at ( ) , . newborn since was sister twenty one quarters y / o m f
"""
_PARTS = st.sampled_from(_WORDS.split())


@given(st.one_of(st.text(max_size=200), st.lists(_PARTS, max_size=15).map(" ".join)))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_an_age_of_a_child_or_none(text: str) -> None:
    doc = read(text)
    age = find_age(doc)
    assert age is None or (0 <= age.months <= 227 and 0 <= age.start < age.end <= len(text))
    assert band_in(doc) in ("baby", "toddler", "preschool", "school_age", "teen", None)


@given(
    st.integers(1, 18),
    st.sampled_from(["my {} year old", "he's {}", "{}yo", "she is {} and angry", "aged {}"]),
)
@settings(deadline=None)
def test_every_year_is_read_in_every_form(years: int, form: str) -> None:
    age = find_age(read(form.format(years)))
    assert age is not None and age.months == years * 12
