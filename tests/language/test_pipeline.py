"""The pipeline: phone spellings are understood, offsets stay, nothing breaks it, and it is fast."""

import statistics
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.pipeline import is_word, nlp, read

ODD = [
    "",
    " ",
    "\n\n\n",
    "😭😭😡👶🏽",
    "ابني غاضب جدا ولا ينام",
    "הבן שלי כועס",
    "for (int i = 0; i < 10; i++) { cry(); } // <script>alert('4')</script>",
    "a" * 10_000,
    "so angry " * 1_200,
    "7" * 10_000,
    "!" * 10_000,
    "she's 4 " * 1_250,
    "\u202e\u0000\ufffd",
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_survives_and_keeps_the_text(text: str) -> None:
    assert read(text).text == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hes", "he's"),
        ("shes", "she's"),
        ("im", "i'm"),
        ("dont", "don't"),
        ("cant", "can't"),
        ("wont", "won't"),
        ("i’m", "i'm"),
        ("don`t", "don't"),
        ("they´re", "they're"),
        ("w/ him", "with him"),
        ("mac n cheese", "mac and cheese"),
        ("sooooo", "so"),
        ("reallllly", "really"),
        ("HATES", "hates"),
        ("frustrated", "frusterated"),
        ("embarrassed", "embarassed"),
        ("jealous", "jelous"),
        ("daughter", "duaghter"),
    ],
)
def test_phone_spelling_means_the_same(typed: str, meant: str) -> None:
    norms = [[("am" if t.norm_ == "'m" else t.norm_) for t in read(text)] for text in (typed, meant)]
    assert norms[0] == norms[1]


@pytest.mark.parametrize(
    "word", ["lovely", "exited", "scored", "married", "quilted", "Noah", "curious", "crowd"]
)
def test_real_words_are_not_corrected_into_feelings(word: str) -> None:
    assert not [ent for ent in read(f"it was {word}").ents if ent.label_ == "feeling"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("4yo", ["4", "yo"]),
        ("DD7", ["DD", "7"]),
        ("son(7)", ["son", "(", "7", ")"]),
        ("7,hes", ["7", ",", "hes"]),
        ("angry/sad", ["angry", "/", "sad"]),
        ("2nd 3rd 11th", ["2nd", "3rd", "11th"]),
        ("3½", ["3", "½"]),
    ],
)
def test_what_is_glued_on_a_phone_comes_apart(text: str, tokens: list[str]) -> None:
    assert [token.text for token in read(text)] == tokens


def test_lemmas_and_sentences_are_there() -> None:
    doc = read("He hates mornings. She screamed!\nwe were late")
    assert [sent.text.strip() for sent in doc.sents] == [
        "He hates mornings.",
        "She screamed!",
        "we were late",
    ]
    assert "morning" in [token.lemma_ for token in doc]


def test_dictionary() -> None:
    assert is_word("Bedtime") and is_word("screamed") and not is_word("Priya")


def test_one_pipeline_for_the_process() -> None:
    assert nlp() is nlp()


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_keeps_its_offsets(text: str) -> None:
    doc = read(text)
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)


def test_a_message_of_twenty_words_takes_under_a_millisecond_and_a_half() -> None:
    message = (
        "my daughter has been so upset since monday because nobody sat with her at lunch and shes only seven"
    )
    taken = []
    for turn in range(300):
        began = time.perf_counter()
        read(f"{message} {turn}")
        taken.append(time.perf_counter() - began)
    assert statistics.median(taken) < 0.0015
