"""A moment of connection or of rupture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.moments import kind_of_moment
from bot.language.pipeline import read


@pytest.mark.parametrize(
    "text",
    [
        "we cuddled on the sofa after bath",
        "she told me about the boy in her class",
        "he laughed so hard at my silly dance",
        "baking banana bread together, flour everywhere",
        "after nursery he was singing on my lap",
        "my teenager showed me a song she likes",
        "she helped me set the table and was so proud",
        "I yelled, and later we cuddled and it was ok",
        "huge argument in the morning but we made up on the walk to school",
        "he was so happy when I came home",
    ],
)
def test_connection(text: str) -> None:
    assert kind_of_moment(read(text)) == "connection"


@pytest.mark.parametrize(
    "text",
    [
        "I screamed at him in the car",
        "we argued about homework until she slammed the door",
        "lost it over the spilled milk",
        "he said i hate you",
        "bedtime was one long fight",
        "I snapped at her in front of her friends",
        "nice walk and then a massive tantrum",
        "she was so sad when I left",
    ],
)
def test_rupture(text: str) -> None:
    assert kind_of_moment(read(text)) == "rupture"


@pytest.mark.parametrize("text", ["", "Tuesday", "we had pasta", "😶", "nothing special really"])
def test_unknown(text: str) -> None:
    assert kind_of_moment(read(text)) == "unknown"


@given(st.text(max_size=80))
def test_any_text_has_a_kind(text: str) -> None:
    assert kind_of_moment(read(text)) in ("connection", "rupture", "unknown")
