"""What comes in: no stranger's command gets through, and no word of a parent is lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.assistant.channels.incoming import MOST_CHARACTERS, cleaned

BUTTONS = frozenset({"affirm", "inform", "check_in"})

_ALMOST_COMMANDS = st.lists(
    st.sampled_from(
        ["/", "/", " ", "\n", "\t", "\u00a0", "\u2003", "\u200b", "\x00", "\x1c", "\ud800", "@1.0", "|", "restart",
         "affirm", "inform", "session_start", '{"feeling": "sad"}', "{", "}", "-", ".", "hello"]
    ),
    max_size=8,
).map("".join)  # fmt: skip


def command_in(text: str) -> str | None:
    """Return the intent that Rasa itself takes the text for, or None when it reads it as words."""
    found = YAMLStoryReader.unpack_regex_message(Message(data={TEXT: text}))
    return (found.get(INTENT) or {}).get("name")


@given(st.one_of(_ALMOST_COMMANDS, st.text(max_size=40), st.text(max_size=20).map("/{}".format)))
@settings(max_examples=400, deadline=None)
@example("/\n/restart")
@example("/ \u2003/restart")
@example("\x00/restart")
@example(" //session_start")
def test_only_commands_of_buttons_get_through(text: str) -> None:
    assert command_in(cleaned(text, BUTTONS)) in {None, *BUTTONS}


@pytest.mark.parametrize("text", ["/affirm", '/inform{"feeling": "sad"}', "  /affirm ", '/inform{"answer": "}{"}'])
def test_a_button_stays_as_it_is(text: str) -> None:
    assert cleaned(text, BUTTONS) == text.strip()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/restart", "restart"),
        ("//restart", "restart"),
        ("/ he hit me", "he hit me"),
        ("/affirm and then some", "affirm and then some"),
        ("/s", "s"),
        ("either/or", "either/or"),
    ],
)
def test_any_other_command_is_words(text: str, words: str) -> None:
    assert cleaned(text, BUTTONS) == words


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_nothing_that_can_be_seen_is_lost(text: str) -> None:
    def seen(words: str) -> str:
        return "".join(char for char in words if unicodedata.category(char)[0] in "LNPSM").lstrip("/")

    assert seen(cleaned(text, ())) == seen(text)


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = cleaned(text, BUTTONS)
    assert cleaned(once, BUTTONS) == once


@given(st.characters(whitelist_categories=("Cc", "Cs")).filter(lambda char: char not in "\n\t"))
def test_control_characters_go(char: str) -> None:
    assert cleaned(f"he {char}cried", ()) == "he cried"


@pytest.mark.parametrize(
    "text", ["👨‍👩‍👧 help", "\u200fאני עייף", "מה\u200eabc", "line one\nline two\tend", "naïve 3½"]
)
def test_joiners_and_directions_stay(text: str) -> None:
    assert cleaned(text, ()) == text


@pytest.mark.parametrize("nothing", ["", "   ", "\n\n", "\x00\x07", "/", "/ / /", None, 7, b"hello", ["hello"], {}])
def test_nothing_to_read_is_empty(nothing: object) -> None:
    assert cleaned(nothing, BUTTONS) == ""


@given(st.integers(min_value=MOST_CHARACTERS - 2, max_value=MOST_CHARACTERS * 3))
@settings(max_examples=25, deadline=None)
def test_a_long_text_keeps_its_beginning_and_its_end(length: int) -> None:
    text = "begin" + "x" * (length - 8) + "end"
    kept = cleaned(text, ())
    assert kept.startswith("begin") and kept.endswith("end")
    assert len(kept) <= MOST_CHARACTERS + 3
    assert (kept == text) == (length <= MOST_CHARACTERS)
