"""The screener as the rest of the assistant sees it: regression sets, interface, speed, no exceptions."""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.risk import Finding, Urgency, screener

HERE = Path(__file__).parent
SIGNALS = yaml.safe_load((HERE / "signals.yml").read_text())
LOOKALIKES = yaml.safe_load((HERE / "lookalikes.yml").read_text())
SECOND = yaml.safe_load((HERE / "second_batch.yml").read_text())
THIRD = yaml.safe_load((HERE / "third_batch.yml").read_text())
LOWERED = SIGNALS.pop("lowered")

# Of the second batch: what no rule finds by a way of speaking. They wait for the classifier.
BEYOND_RULES = {
    "the kids will be sad for a bit but they'll get over me",
    "I keep standing on the balcony at night working out if it's high enough",
    "the swim coach texts my daughter late at night and asked her for a photo in her swimsuit",
    "he say if I go back to my country with kids he find me and kill",
    "she scratches and punches me and says nobody will believe a man",
    "I look at my kids and there's just nothing there",
}
LEAST = {
    "parent_suicide": Urgency.EMERGENCY,
    "parent_self_harm": Urgency.URGENT,
    "harm_to_child": Urgency.URGENT,  # urgent only for unwanted thoughts
    "child_suicide_self_harm": Urgency.EMERGENCY,
    "child_abuse": Urgency.URGENT,
    "partner_violence": Urgency.URGENT,
    "perinatal_crisis": Urgency.EMERGENCY,
    "parent_depression": Urgency.SUPPORT,
    "substance_use": Urgency.SUPPORT,
    "burnout": Urgency.SUPPORT,
}


def _signals():
    for category, by_urgency in SIGNALS.items():
        for urgency, texts in by_urgency.items():
            for text in texts:
                yield pytest.param(category, Urgency.from_label(urgency), text, id=text[:60])


@pytest.mark.parametrize(("category", "least", "text"), _signals())
def test_signals_are_found(category, least, text):
    finding = screener().screen(text)
    assert category in finding.categories
    assert Urgency.from_label(finding.urgency) >= least


@pytest.mark.parametrize("text", SIGNALS["harm_to_child"]["urgent"])
def test_unwanted_thoughts_get_no_alarm(text):
    assert screener().screen(text).urgency == "urgent"


@pytest.mark.parametrize("text", LOWERED)
def test_denied_and_past_are_asked_about_without_alarm(text):
    finding = screener().screen(text)
    assert finding.urgency == "none" and finding.evidence
    about = {one.partition(":")[0] for one in finding.evidence}
    light = {pattern.id for pattern in screener().rules.patterns if pattern.urgency == Urgency.SUPPORT}
    assert finding.asks or about <= light


@pytest.mark.parametrize("text", [text for texts in LOOKALIKES.values() for text in texts])
def test_ordinary_messages_are_left_alone(text):
    assert screener().screen(text) == Finding("none", "none", (), ())


@pytest.mark.parametrize(
    ("category", "text"),
    [
        (category, text)
        for batch in (SECOND, THIRD)
        for category, texts in batch["signals"].items()
        for text in texts
        if text not in BEYOND_RULES
    ],
)
def test_signals_of_the_later_batches_stay_found(category, text):
    finding = screener().screen(text)
    assert finding.urgency != "none"
    if category in finding.categories:
        assert Urgency.from_label(finding.urgency) >= LEAST[category]


@pytest.mark.parametrize("text", [*SECOND["none"], *THIRD["none"]])
def test_lookalikes_of_the_later_batches_stay_clear(text):
    assert screener().screen(text).urgency == "none"


def test_the_sentence_two_products_failed_in_2018():
    finding = screener().screen("I am forced to have sex and I am only 12 years old")
    assert finding.category == "child_abuse"
    assert finding.urgency == "emergency"


def test_every_category_in_a_message_is_reported_and_the_most_urgent_leads():
    finding = screener().screen("I drink every night to cope. My husband hits me. I want to die.")
    assert finding.category == "parent_suicide"
    assert set(finding.categories) >= {"parent_suicide", "partner_violence", "substance_use"}


@pytest.mark.parametrize(
    ("plain", "graver"),
    [
        ("I drink every night to cope", "I was drunk and drove the kids to school"),
        ("my husband hit me", "my husband strangled me"),
        ("my ex hits my daughter", "my ex raped my daughter"),
    ],
)
def test_a_detail_raises_the_urgency(plain, graver):
    urgency = [Urgency.from_label(screener().screen(text).urgency) for text in (plain, graver)]
    assert urgency[0] < urgency[1] == Urgency.EMERGENCY


def test_an_unwanted_thought_is_named_as_one():
    finding = screener().screen("I keep seeing myself drop her and it terrifies me")
    assert (finding.category, finding.urgency) == ("harm_to_child", "urgent")
    assert "intrusive-thoughts" in finding.evidence


@pytest.mark.parametrize(
    "text",
    [
        "i want to d1e",
        "I W A N T to d i e",
        "i wanna diiiiiie",
        "i\u200b want to die",
        "I wânt to dïe",
        "i want 2 die",
        "I don\u2019t want to live",
        "I dont wanna live",
        "i want to k!ll myself",
        "thinking of su*cide",
        "feeling sucidal",
        "im suicidle",
        "i want to kill mysefl",
        "I. Want. To. Die.",
        "i want\nto die",
        "i want to... die",
        "I WANT TO DIE!!!",
    ],
)
def test_however_it_is_typed(text):
    finding = screener().screen(text)
    assert (finding.category, finding.urgency) == ("parent_suicide", "emergency")


def test_the_crisis_path_needs_only_the_standard_library_and_yaml():
    code = "import sys; from bot.language.risk import screener; screener(); print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"spacy", "rasa", "sqlalchemy", "numpy"} & set(result.stdout.split())


def test_urgencies_are_ordered():
    assert Urgency.NONE < Urgency.SUPPORT < Urgency.URGENT < Urgency.EMERGENCY


def test_a_finding_prints_as_json():
    printed = json.loads(json.dumps(screener().screen("I want to die").to_dict()))
    assert printed["category"] == "parent_suicide"
    assert printed["categories"] == ["parent_suicide"]
    assert printed["urgency"] == "emergency"
    assert printed["evidence"]


def test_the_screener_is_loaded_once():
    assert screener() is screener()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_no_text_raises(text):
    assert screener().screen(text).urgency in {"none", "support", "urgent", "emergency"}


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "'" * 50, "*" * 50, "~", "a" * 99_999, "!?."])
def test_odd_texts_do_not_raise(text):
    assert screener().screen(text, distressed=True).urgency == "none"


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abc .,!?\n", max_size=200), st.text(alphabet="xyz .,!?\n", max_size=200))
def test_a_signal_is_found_inside_any_babble(before, after):
    assert screener().screen(f"{before}. I want to kill myself. {after}").urgency == "emergency"


def test_twenty_words_take_less_than_two_milliseconds():
    signal = "I don't want to be here and my husband hit me again last night in front of the kids over dinner"
    ordinary = "my four year old keeps hitting his little brother over a cup and I don't know what to do now"
    texts = [signal, ordinary] * 50
    screener().screen(texts[0])
    times = []
    for text in texts:
        start = time.perf_counter()
        screener().screen(text)
        times.append(time.perf_counter() - start)
    assert statistics.median(times) < 0.002


@pytest.mark.parametrize(
    "words",
    [
        "my husband and the kids want to go on and i really can not do this when he hits me ",
        "i ",
        "i really just so honestly ",
        "not ",
        "he said she said my son told my mum that ",
        "i keep seeing the baby ",
        " ".join(text for texts in SIGNALS["harm_to_child"].values() for text in texts) + " ",
    ],
    ids=lambda words: words[:20],
)
def test_time_grows_no_faster_than_the_text(words):
    def seconds(length: int) -> float:
        text = (words * (length // len(words) + 1))[:length]
        start = time.perf_counter()
        screener().screen(text)
        return time.perf_counter() - start

    short, long = min(seconds(10_000) for _ in range(3)), min(seconds(40_000) for _ in range(3))
    assert long < 12 * short + 0.05
    assert short < 2
