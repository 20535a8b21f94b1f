"""Who the child is: relation, pronoun, name; and who is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.family import Child, find_child
from bot.language.pipeline import read


@pytest.mark.parametrize(
    ("text", "pronoun", "relation", "name"),
    [
        ("my son Ravi threw his plate", "he", "son", "Ravi"),
        ("my daughter, Aoife, slammed the door", "she", "daughter", "Aoife"),
        ("our Kieran won't get dressed", None, None, "Kieran"),
        ("Zara is 4 and bites", None, None, "Zara"),
        ("we have a girl called Ngozi", "she", "daughter", "Ngozi"),
        ("his name is Mateusz and hes 3", "he", None, "Mateusz"),
        ("my boy won't talk to me", "he", "son", None),
        ("our wee girl is terrified of the dark", "she", "daughter", None),
        ("DD 9 came home in a mood", "she", "daughter", None),
        ("my ds7 hates school", "he", "son", None),
        ("my stepdaughter ignores me", "she", "stepdaughter", None),
        ("looking after my grandson today", "he", "grandson", None),
        ("my niece is staying with us", "she", "niece", None),
        ("our foster child hides food", "they", "foster child", None),
        ("the kids are fighting again", "they", "children", None),
        ("my twins will not share", "they", "twins", None),
        ("my teenager slams doors, he never talks", "he", "teenager", None),
        ("my youngest hit me", "they", "child", None),
        ("my youngest hit me, she's 3", "she", "child", None),
        ("the baby won't settle", "they", "baby", None),
        ("he threw his shoe at me", "he", None, None),
        ("I'm a single dad and he hates me", "he", None, None),
        ("my son Will won't share", "he", "son", "Will"),
        ("shes screaming in the car", "she", None, None),
        ("my husband says she is spoiled", "she", None, None),
        ("my mum thinks he needs discipline", "he", None, None),
        ("MY DAUGHTER WONT STOP", "she", "daughter", None),
        ("a boy in his class hit my daughter", "she", "daughter", None),
        ("hi, I'm Fatima, my son bites", "he", "son", None),
    ],
)
def test_finds_the_child(text: str, pronoun: str | None, relation: str | None, name: str | None) -> None:
    child = find_child(read(text))
    assert (child.pronoun, child.relation, child.name) == (pronoun, relation, name)


@pytest.mark.parametrize(
    "text",
    [
        "my wife says she can't do this any more",
        "my husband yelled and he walked out",
        "my mother told me she was never like that",
        "the doctor said he would ring back",
        "my partner says she's done",
        "i feel so alone",
        "what is a secure base?",
        "Bedtime is awful",
        "Tuesday was the worst",
        "Minecraft is taking over",
        "Paris is lovely",
        "oh boy what a day",
        "my sister Joanna thinks I'm soft",
        "",
    ],
)
def test_nobody_is_taken_for_the_child(text: str) -> None:
    assert find_child(read(text)) == Child(None, None, None)


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_never_raises_and_names_stand_in_the_text(text: str) -> None:
    child = find_child(read(text))
    assert child.name is None or child.name in text


_WORDS = """
my son Leo our he she they wife says called name is ( 7 , kid baby the a DD Grace and not
"""
_PARTS = st.sampled_from(_WORDS.split())


@given(st.lists(_PARTS, max_size=15).map(" ".join))
@settings(max_examples=150, deadline=None)
def test_never_raises_on_words_it_looks_for(text: str) -> None:
    assert find_child(read(text)).pronoun in ("he", "she", "they", None)
