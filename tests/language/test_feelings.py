"""Which feelings a message tells, how strong, whose; and what only looks like one."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.feelings import find_feelings
from bot.language.pipeline import read
from bot.language.words import words

_CANON_WORDS = """
angry sad scared worried frustrated jealous embarrassed lonely disappointed excited overwhelmed
tired guilty happy calm ashamed proud shy hurt bored
"""
CANONICAL = frozenset(_CANON_WORDS.split())


def told(text: str) -> list[str]:
    """The names of the feelings in a text, in order."""
    return [feeling.name for feeling in find_feelings(read(text))]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("he's livid that his sister got the window seat", ["angry"]),
        ("she was cross with me all the way home", ["angry"]),
        ("proper fuming cos I said no to crisps", ["angry"]),
        ("she's in a huff", ["angry"]),
        ("my boy is heartbroken, the hamster died", ["sad"]),
        ("hes missing his nan terribly", ["sad"]),
        ("she has been down in the dumps all week", ["sad"]),
        ("he's petrified of dogs", ["scared"]),
        ("scared stiff of the dentist", ["scared"]),
        ("she's a bundle of nerves before swimming", ["worried"]),
        ("really apprehensive about year 7", ["worried"]),
        ("he is taking so much tension about boards", ["worried"]),
        ("hes fed up of losing", ["frustrated"]),
        ("I'm sick of asking him to put shoes on", ["frustrated"]),
        ("tired of being told what to do", ["frustrated"]),
        ("she's green with envy", ["jealous"]),
        ("so envious of her cousin's puppy", ["jealous"]),
        ("he was mortified when I waved", ["embarrassed"]),
        ("she was pure morto", ["embarrassed"]),
        ("they excluded her and she feels left out", ["lonely", "lonely"]),
        ("nobody wants to play with him, no friends at all", ["lonely", "lonely"]),
        ("absolutely gutted about the trials", ["disappointed"]),
        ("bummed out that the party's cancelled", ["disappointed"]),
        ("he can't wait for camp", ["excited"]),
        ("shes buzzing for her sleepover", ["excited"]),
        ("I'm at the end of my rope", ["overwhelmed"]),
        ("it's all got too much for her", ["overwhelmed"]),
        ("everyone is knackered", ["tired"]),
        ("he's shattered after school", ["tired"]),
        ("i feel awful about what I said", ["guilty"]),
        ("she was over the moon", ["happy"]),
        ("he seems calmer this evening", ["calm"]),
        ("she's so ashamed she hid under the bed", ["ashamed"]),
        ("chuffed to bits with his medal", ["proud"]),
        ("painfully shy around grown ups", ["shy"]),
        ("she was hurt that they laughed", ["hurt"]),
        ("you hurt her feelings", ["hurt"]),
        ("bored stiff in the car", ["bored"]),
        ("frusterated and embarassed", ["frustrated", "embarrassed"]),
        ("he's jelous, and sooo angrry", ["jealous", "angry"]),
        ("sad but also a bit relieved and proud", ["sad", "proud"]),
        ("first angry, then worried, then calm", ["angry", "worried", "calm"]),
    ],
)
def test_names_feelings(text: str, names: list[str]) -> None:
    assert told(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("she isn't angry, just disappointed", ["disappointed"]),
        ("hes not sad hes furious", ["angry"]),
        ("he doesn't look scared to me", []),
        ("I don't think she is jealous", []),
        ("never excited about anything now", []),
        ("no longer anxious at drop off", []),
        ("neither happy nor sad", []),
        ("he went in without being scared", []),
        ("she used to be so happy", []),
        ("nothing makes him happy", []),
        ("not really that upset tbh", []),
        ("not just tired but overwhelmed", ["tired", "overwhelmed"]),
        ("he isn't only sad, he's lonely", ["sad", "lonely"]),
        ("he can't stop being jealous of her", ["jealous"]),
        ("i can't help feeling guilty", ["guilty"]),
        ("I've never seen him so proud", ["proud"]),
        ("she won't eat because she's sad", ["sad"]),
        ("he can't sleep he's too excited", ["excited"]),
        ("i dont know why shes angry", ["angry"]),
        ("not sure if he's tired or sad", ["tired", "sad"]),
        ("she won't say why she's embarrassed", ["embarrassed"]),
        ("I want him to feel proud", []),
        ("hoping she's happy there", []),
    ],
)
def test_denied_and_wished_feelings(text: str, names: list[str]) -> None:
    assert told(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "he's mad about trains",
        "she is mad about football",
        "I'm afraid I forgot the form",
        "that's a pretty sad excuse for a lunch",
        "happy to help",
        "I'd be happy to try",
        "Happy birthday to him",
        "can you calm him down",
        "she needs to calm down",
        "how do I stay calm",
        "he hurt his elbow",
        "she hurts the cat",
        "he fell and got hurt",
        "the blue cup broke",
        "walk down the street",
        "we're low on nappies",
        "hot dogs for tea",
        "sorry about that",
        "what a shame",
        "cross the road with me",
        "temper tantrums every day",
        "he's crying and screaming",
        "no worries",
        "guilt trip",
        "the plate shattered",
        "we spent the day outside",
        "he's got an upset stomach",
        "don't worry about it",
        "",
    ],
)
def test_false_friends(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("I'm so ashamed of how I spoke", ["parent"]),
        ("we are both exhausted", ["parent"]),
        ("she is exhausted", ["child"]),
        ("I'm frustrated because he is scared", ["parent", "child"]),
        ("he's sad and I feel guilty", ["child", "parent"]),
        ("he makes me furious", ["parent"]),
        ("I made her sad", ["child"]),
        ("it drives me mad", ["parent"]),
        ("my anger is the problem", ["parent"]),
        ("his anger is the problem", ["child"]),
        ("my shy little girl", ["child"]),
        ("I shouted at my son and feel so guilty", ["parent"]),
        ("I can see she is disappointed", ["child"]),
        ("I'm worried that my daughter is lonely", ["parent", "child"]),
        ("so proud of him", ["parent"]),
        ("I think jealous", ["child"]),
        ("left out, I guess", ["child"]),
        ('he said "I\'m bored"', ["child"]),
        ("she keeps telling me im scared mummy", ["child"]),
        ("I told him I was sad", ["parent"]),
        ("disappointed", ["child"]),
        ("he says i embarrass him", ["child"]),
        ("and feel terribly guilty now", ["parent"]),
        ("my sister's kids came and he got jealous", ["child"]),
        ("me and his dad are worried", ["parent"]),
        ("my husband is furious", []),
        ("the teacher is annoyed but he is just tired", ["child"]),
    ],
)
def test_whose(text: str, whose: list[str]) -> None:
    assert [feeling.whose for feeling in find_feelings(read(text))] == whose


@pytest.mark.parametrize(
    ("text", "intensity"),
    [
        ("he's sad", "plain"),
        ("he's a bit sad", "mild"),
        ("kinda worried", "mild"),
        ("she is slightly jealous", "mild"),
        ("she's irritated", "mild"),
        ("she's really irritated", "strong"),
        ("so sad", "strong"),
        ("absolutely terrified", "strong"),
        ("livid", "strong"),
        ("a little bit devastated", "plain"),
        ("soooo tired", "strong"),
        ("angryyyy", "strong"),
        ("she was ANGRY", "strong"),
        ("SHE WAS ANGRY", "plain"),
        ("scared to death", "strong"),
        ("jealous as hell", "strong"),
        ("he is angry so he left", "plain"),
    ],
)
def test_intensity(text: str, intensity: str) -> None:
    assert [feeling.intensity for feeling in find_feelings(read(text))] == [intensity]


def test_offsets_and_order() -> None:
    text = "She was 😡 angry, then so sad."
    assert [text[f.start : f.end] for f in find_feelings(read(text))] == ["angry", "sad"]


def test_the_words_file_has_every_canonical_feeling_and_no_other() -> None:
    assert set(words("feelings")["feeling"]) == CANONICAL


_WORDS = """
i he she my him me not never don't is feel feels so a bit angry sad scared guilty hurt that and but
because , . says " ' want to be son husband mad about tired of no longer furious IM calm down
"""
_PARTS = st.sampled_from(_WORDS.split())


@given(st.one_of(st.text(max_size=200), st.lists(_PARTS, max_size=20).map(" ".join)))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_feelings_inside_it(text: str) -> None:
    found = find_feelings(read(text))
    assert all(0 <= f.start < f.end <= len(text) and f.name in CANONICAL for f in found)
    assert [f.start for f in found] == sorted(f.start for f in found)


def test_pages_without_a_full_stop_take_linear_time() -> None:
    short, long = (read("so angry and he is sad " * times) for times in (100, 800))
    taken = []
    for doc in (short, long):
        began = time.perf_counter()
        find_feelings(doc)
        taken.append(time.perf_counter() - began)
    assert taken[1] < 30 * taken[0] + 0.05  # eight times the text; quadratic would be 64 times
