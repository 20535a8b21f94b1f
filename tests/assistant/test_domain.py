"""The words of the product are sound: what a parent reads keeps the voice, the safety rules and the grammar."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from bot.assistant.regions import lines_of
from bot.assistant.voice import _PRONOUNS
from bot.language.risk.rules import CATEGORIES
from bot.language.words import words
from bot.settings import ROOT
from tests.assistant.conversation import real_domain

RESPONSES: dict[str, list[dict[str, Any]]] = real_domain().responses
DANGER = ("utter_crisis_", "utter_concern_", "utter_ask_safe")

# Intents that DESIGN.md fixes; `risk` is what the screener takes over.
FIXED_INTENTS = {
    "greet", "goodbye", "thank", "affirm", "deny", "stop", "help", "bot_challenge", "out_of_scope",
    "medical_question", "child_upset", "name_feelings", "repair", "boundaries", "responsiveness", "exploration",
    "encouragement", "separation", "withdrawal", "behaviour", "screen_time", "village", "own_childhood",
    "learn_secure_base", "starting_therapy", "find_support", "parent_stress", "child_low_mood", "check_in",
    "see_progress", "mood_questionnaire", "practise", "remind_me", "export_data", "delete_data", "privacy",
    "contact_clinic", "inform",
}  # fmt: skip

# Said once in a conversation, or only what an action found.
SAID_ONCE = {
    "utter_software_notice", "utter_check_in_failed", "utter_support_services", "utter_apology_flaw",
    "utter_own_naming_flaw", "utter_ask_play_line", "utter_play_setting", "utter_play_last", "utter_play_try",
}  # fmt: skip

# What only an action hands over (actions/name_feelings.py, actions/repair.py).
HANDED_OVER = {"guess_one", "guess_two", "apology", "apology_excuse"}


def variations() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, listed in RESPONSES.items():
        for variation in listed:
            yield name, variation


def texts() -> list[tuple[str, str]]:
    """Return every text a parent reads, with its response; buttons included."""
    found = []
    for name, variation in variations():
        found += [(name, variation["text"])] if variation.get("text") else []
        found += [(name, button["title"]) for button in variation.get("buttons") or []]
    return found


def buttons() -> Iterator[tuple[str, dict[str, str]]]:
    for name, variation in variations():
        for button in variation.get("buttons") or []:
            yield name, button


def offered_words() -> list[tuple[str, str]]:
    """Return the sentences of data/words that are offered to be said to a child."""
    phrases = words("phrases")
    return [
        (f"phrases.{kind}.{band}", sentence)
        for kind in ("storm", "naming")
        for band, sentences in phrases[kind].items()
        for sentence in sentences
    ]


# ---- complete


def test_the_domain_is_read_and_has_words() -> None:
    assert len(RESPONSES) > 80 and len(texts()) > 250


@pytest.mark.parametrize("name", sorted(set(RESPONSES) - SAID_ONCE))
def test_what_can_come_twice_can_be_said_in_two_ways(name: str) -> None:
    plain = [variation for variation in RESPONSES[name] if not variation.get("condition")]
    assert len({json.dumps(variation, sort_keys=True) for variation in plain}) >= 2


def test_no_two_variations_are_the_same() -> None:
    for name, listed in RESPONSES.items():
        keys = Counter(json.dumps([one.get("text"), one.get("condition"), one.get("channel")]) for one in listed)
        assert max(keys.values()) == 1, name


def test_every_name_in_braces_is_filled_by_somebody() -> None:
    slots = {slot.name for slot in real_domain().slots}
    known = slots | HANDED_OVER | set(lines_of(None)) | set(_PRONOUNS["they"]) | {"child", "crisis_line", "clinic"}
    for name, variation in variations():
        named = re.findall(r"{([A-Za-z_]+)}", json.dumps({**variation, "condition": None}))
        unknown = {one for one in named if one[:1].lower() + one[1:] not in known}
        assert not unknown, f"{name}: nothing fills {unknown}"


def test_every_question_of_a_form_has_its_words() -> None:
    for form in real_domain().form_names:
        for slot in real_domain().required_slots_for_form(form):
            names = {f"utter_ask_{slot}", f"utter_ask_{form}_{slot}", f"action_ask_{slot}"}
            assert names & set(real_domain().action_names_or_texts), f"{form} can't ask for {slot}"


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_has_its_answer(category: str) -> None:
    assert {f"utter_crisis_{category}", f"utter_concern_{category}"} & set(RESPONSES)


def test_every_response_and_slot_of_the_stories_exists() -> None:
    actions = set(real_domain().action_names_or_texts)
    for path in sorted((ROOT / "data/stories").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text())["rules"]:
            for step in rule["steps"]:
                assert step.get("action", "action_listen") in actions, f"{path.name}: {rule['rule']}"
                assert step.get("intent", "greet") in {*real_domain().intents, "nlu_fallback"}, rule["rule"]


def test_no_response_is_left_unused() -> None:
    used = "".join(path.read_text() for path in (ROOT / "data/stories").glob("*.yml"))
    used += "".join(path.read_text() for folder in ("actions", "bot") for path in (ROOT / folder).rglob("*.py"))
    used += (ROOT / "config.yml").read_text()
    for name in RESPONSES:
        asks = name.startswith("utter_ask_") and name.removeprefix("utter_ask_") in {
            s.name for s in real_domain().slots
        }
        assert asks or name in used or name.startswith(DANGER), f"nothing says {name}"


# ---- buttons


def test_every_button_carries_a_known_intent_and_known_entities() -> None:
    for name, button in buttons():
        if "{reading_" in button["payload"]:
            continue  # filled by action_find_readings from the intents of data/words/buttons.yml, tested below
        match = re.fullmatch(r"/(\w+)(\{.*\})?", button["payload"])
        assert match, f"{name}: {button}"
        assert match[1] in real_domain().intents, f"{name}: {button}"
        carried = json.loads(match[2] or "{}")
        assert set(carried) <= set(real_domain().entities), f"{name}: {button}"


def test_readings_offered_are_intents_of_the_domain() -> None:
    assert set(words("buttons")["readings"]) <= set(real_domain().intents) - {"risk"}


def test_buttons_are_few_short_and_what_a_parent_would_say() -> None:
    commands = re.compile(
        r"^(continue|next|option \d|submit|ok|click|select|start$|cancel|confirm|proceed|back)\b", re.I
    )
    for name, variation in variations():
        titles = [button["title"] for button in variation.get("buttons") or []]
        assert len(titles) <= 5 and len(set(titles)) == len(titles), name
        for title in titles:
            assert len(title) <= 32 and not commands.match(title), f"{name}: {title}"


# ---- the voice (shared/VOICE.md)

NEVER = re.compile(
    r"sorry to hear|understand how you feel|know how you feel|you should\b|you need to\b|you must\b"
    r"|you have to\b(?! be)|make sure|be sure to|great job|good job|well done|amazing|awesome|fantastic"
    r"|the behaviou?r\b|co-?regulat|\bvalidat|i-statement|the situation\b|as an ai|language model|!!"
    r"|feel free|reach out|don't hesitate|rest assured",
    re.IGNORECASE,
)
DIAGNOSES = re.compile(
    r"\b(anxious|anxiety|depressed|depression|adhd|autis\w+|disorder\w*|ptsd|trauma\w*|bipolar"
    r"|psychosis|psychotic|diagnos\w+|symptom\w*|attachment (issue|problem|disorder)|insecure|clinical\w*|patholog\w*"
    r"|postnatal|postpartum)\b",
    re.IGNORECASE,
)
SECRECY = re.compile(
    r"confidential|(stays|keep it|kept) between us|completely private|totally private|no ?one (will|can|could) (ever )?"
    r"(see|read|know)|your secret|is safe with me|100 ?%|fully anonymous|guarantee",
    re.IGNORECASE,
)
PRETENCE = re.compile(
    r"\bI (feel|hope|love|care|remember|worry|promise|swear|know what it's like)\b|\bI'm (sad|happy|worried|proud)\b"
)
FAREWELL_TO_HELP = re.compile(r"couples? (counsel|therap)|contract|promise me", re.IGNORECASE)
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf]")


@pytest.mark.parametrize(
    "rule", [NEVER, DIAGNOSES, SECRECY, PRETENCE, FAREWELL_TO_HELP, EMOJI], ids=lambda r: r.pattern[:20]
)
def test_no_text_breaks_the_voice(rule: re.Pattern[str]) -> None:
    said = [(name, text) for name, text in texts() if not (rule is PRETENCE and _quoted_only(rule, text))]
    broken = [
        f"{name}: {text}"
        for name, text in said + (offered_words() if rule is not PRETENCE else [])
        if rule.search(text)
    ]
    assert not broken


def _quoted_only(rule: re.Pattern[str], text: str) -> bool:
    """Say whether the words stand only inside quotation marks: offered to the parent, not said by the program."""
    return not rule.search(re.sub(r'"[^"]*"', '""', text))


def test_the_rules_of_the_voice_find_what_they_look_for() -> None:
    for bad in (
        "I'm sorry to hear that.",
        "You should breathe.",
        "Make sure to rest.",
        "Great job!",
        "We co-regulate.",
    ):
        assert NEVER.search(bad)
    assert DIAGNOSES.search("He is clearly anxious.") and SECRECY.search("This stays between us.")
    assert PRETENCE.search("I hope it helps") and _quoted_only(PRETENCE, 'Say: "I love you."')


# "{they} want" turns into "he want": after they, only words that he and she take as well.
_AFTER_THEY = {
    "can", "could", "may", "might", "will", "would", "should", "must", "did", "had", "ever", "needed", "felt", "wanted",
    "said", "got", "ready", "won't", "can't", "couldn't", "wouldn't", "didn't", "never", "like",
}  # fmt: skip


def test_no_verb_breaks_with_he_or_she() -> None:
    for name, text in texts():
        for match in re.finditer(r"{[Tt]hey} ([\w']+)", text):
            before = text[: match.start()].rstrip().rpartition(" ")[2].lower()
            asks = before in ("would", "might", "may", "can", "could", "did", "will", "do", "think", "think,")
            word = match[1].lower()
            past = word.endswith("ed")
            assert asks or past or word in _AFTER_THEY, f"{name}: {match[0]!r} breaks with he or she"
        assert not re.search(r"{[Tt]hey}'", text), f"{name}: a contraction after they; use theyre"
        assert not re.search(r"\b(do|are|were|have) {they}", text, re.IGNORECASE), f"{name}: breaks with he or she"


# Answers that carry facts, numbers or a list, and may be longer.
LONGER = (*DANGER, "utter_privacy", "utter_support_", "utter_ask_keep_check_ins", "utter_part_missing")


def sentences(text: str) -> list[str]:
    """Return the sentences outside quotation marks: an offered sentence counts with the one that offers it."""
    own = re.sub(r'"[^"]*"', "“”", text)
    return [one for one in re.split(r"(?<=[.?!])\s+", own) if re.search(r"\w", one)]


@pytest.mark.parametrize("name", [name for name in RESPONSES if not name.startswith(LONGER)])
def test_few_short_sentences_and_one_question(name: str) -> None:
    for variation in RESPONSES[name]:
        said = sentences(variation.get("text") or "")
        questions = [one for one in said if one.endswith("?")]
        assert len(questions) <= 2, f"more than one thing is asked: {variation['text']}"
        assert len(said) - len(questions) <= 4, f"a wall of text: {variation['text']}"
        assert len(variation.get("text") or "") <= 330, f"too long: {variation['text']}"


@pytest.mark.parametrize(
    "name", [name for name in RESPONSES if name.startswith("utter_ask_") and name not in ("utter_ask_keep_check_ins",)]
)
def test_a_question_asks_and_is_short(name: str) -> None:
    for variation in RESPONSES[name]:
        assert len(sentences(variation["text"])) <= 4 and len(variation["text"]) <= 160, variation["text"]


def test_in_a_storm_it_is_short() -> None:
    for name in ("utter_upset_meet", "utter_storm_goes_on", "utter_ask_child_state"):
        for variation in RESPONSES[name]:
            assert len(variation["text"].split()) <= 26, variation["text"]


# ---- danger (shared/RISK.md)


def danger_texts() -> list[tuple[str, str]]:
    return [(name, one["text"]) for name, one in variations() if name.startswith(DANGER)]


def test_numbers_come_only_from_the_directory() -> None:
    """A number written into a text is wrong for every other country, and nobody verifies it."""
    allowed = re.compile(r"\b(50|(?:19|20)\d\ds?|1 to 5|1, very low|5|1|2|3|4)\b")
    for name, text in texts():
        digits = (
            re.findall(r"\d[\d -]*\d|\d", allowed.sub("", text))
            if not name.startswith(DANGER)
            else re.findall(r"\d", text)
        )
        ages = name in ("utter_ask_age_band",)
        assert ages or not digits, f"{name}: {text}"


OPENING = [f"utter_crisis_{one}" for one in CATEGORIES if f"utter_crisis_{one}" in RESPONSES]


@pytest.mark.parametrize("name", OPENING)
def test_each_crisis_answer_is_whole(name: str) -> None:
    for variation in RESPONSES[name]:
        text = variation["text"]
        assert "{emergency}" in text, text
        assert re.search(r"{\w+_line}", text) or name.endswith("perinatal_crisis"), text
        assert sum(one.endswith("?") for one in sentences(text)) == 1, f"one direct question: {text}"
        assert variation.get("buttons"), text
        assert not variation.get("condition"), "a crisis answer never depends on what is known"


@pytest.mark.parametrize("name", [name for name, _ in danger_texts()])
def test_in_danger_nothing_is_named_that_may_be_unknown(name: str) -> None:
    free = set(lines_of(None)) | set(_PRONOUNS["they"]) | {"child", "crisis_line"}
    free |= {"clinic"} if name == "utter_crisis_offer_call" else set()
    for variation in RESPONSES[name]:
        assert set(re.findall(r"{([A-Za-z_]+)}", variation["text"])) <= free | {one.capitalize() for one in free}


def test_the_line_in_an_answer_is_the_one_of_its_category() -> None:
    for name, text in danger_texts():
        lines = set(re.findall(r"{(\w+)_line}", text))
        category = name.removeprefix("utter_crisis_").removeprefix("utter_concern_")
        if category in CATEGORIES:
            assert lines <= {category}, f"{name} names the line of {lines}"


MINIMISES = re.compile(
    r"it could be worse|others have it worse|not (?:that|so) bad|don't worry|cheer up|look on the bright|just a phase"
    r"|everyone feels|everybody feels|it'll pass|get over|overreact|at least you|calm down|relax\b|toughen",
    re.IGNORECASE,
)
BLAMES = re.compile(
    r"how could you|why did(?:n't)? you|you should(?:n't)? have|your own fault|(?<!isn't )(?<!it is )\byour fault"
    r"|you let (?:him|her|them)|selfish|what were you thinking|think of your (?:child|kids)|bad (?:parent|mother)",
    re.IGNORECASE,
)
METHODS = re.compile(
    r"overdos|\bhang|noose|\bjump|bridge|\bgun|razor|wrist(?!s)|\bdose|poison|\brope\b|bleach|exhaust", re.IGNORECASE
)
CONTRACTS = re.compile(r"promise|contract|swear|give me your word|agree not to", re.IGNORECASE)


@pytest.mark.parametrize("forbidden", [MINIMISES, BLAMES, METHODS, CONTRACTS], ids=lambda one: one.pattern[:20])
def test_in_danger_nothing_is_said_that_hurts(forbidden: re.Pattern[str]) -> None:
    """Not minimised, not blamed, no method named, nothing to be promised (shared/RISK.md)."""
    honest = "I won't promise to keep it secret"
    assert not [f"{name}: {text}" for name, text in danger_texts() if forbidden.search(text.replace(honest, ""))]


def test_what_hurts_is_found() -> None:
    assert MINIMISES.search("Don't worry, it could be worse.") and BLAMES.search("This is your fault.")
    assert not BLAMES.search("it isn't your fault") and METHODS.search("an overdose") and CONTRACTS.search("Promise me")


def test_at_most_three_services_at_once() -> None:
    for name, text in danger_texts():
        assert len(re.findall(r"{(?:emergency|\w+_line)}", text)) <= 3, f"{name}: {text}"


def test_what_a_yes_means_is_known_wherever_a_crisis_asks_for_one() -> None:
    """A question that can be answered with yes or no, in what opens a crisis or asks about it, is marked."""
    meanings = {"danger", "safe", "company", "step", "plan", "steady", "call", "keep", "onward"}
    for name, variation in variations():
        marked = (variation.get("metadata") or {}).get("yes_means")
        assert marked is None or marked in meanings, f"{name}: {marked}"
        if name in OPENING or name.startswith("utter_ask_safe"):
            assert marked in ("danger", "safe"), f"{name}: {variation['text']}"


def test_danger_is_never_answered_with_coaching() -> None:
    for name, text in danger_texts():
        assert not re.search(r"say sorry|apolog|breath|try this|secure base|calm down", text, re.IGNORECASE), (
            f"{name}: {text}"
        )


def test_partner_violence_asks_about_safety_and_never_for_an_apology() -> None:
    texts = [one["text"] for one in RESPONSES["utter_crisis_partner_violence"]]
    assert all("close this" in text or "safe to write" in text for text in texts)


# ---- what the program says of itself


def test_it_says_that_it_is_a_program_and_no_therapist() -> None:
    said = RESPONSES["utter_software_notice"][0]["text"] + RESPONSES["utter_bot_challenge"][0]["text"]
    assert "program" in said and "not a therapist" in said


def test_consent_is_asked_before_anything_is_kept_and_says_what_happens() -> None:
    text = RESPONSES["utter_ask_keep_check_ins"][0]["text"]
    assert "encrypted" in text and "responsible" in text
    slots = {slot.name: slot for slot in real_domain().slots}
    (mapping,) = slots["keep_check_ins"].mappings
    assert mapping["intent"] in ("affirm", ["affirm"]), "only a clear yes is a yes"


# ---- what parents say


def examples() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "data/nlu").glob("*.yml")):
        for message in RasaYAMLReader().read(path).intent_examples:
            found[message.get("intent")].append(message.get("text"))
    return found


def test_intents_are_learned_from_enough_examples_none_of_them_twice() -> None:
    learned = examples()
    assert set(learned) >= FIXED_INTENTS
    assert set(learned) <= set(real_domain().intents)
    distinct = {
        name: {re.sub(r"\W+", " ", one.lower()).strip() or one for one in said} for name, said in learned.items()
    }
    assert not {name: len(said) for name, said in distinct.items() if len(said) < 60}
    seen = Counter(one for said in distinct.values() for one in said)
    assert not [one for one, count in seen.items() if count > 1], "one example, two intents"


def test_intents_of_the_design_are_there() -> None:
    assert {*FIXED_INTENTS, "risk"} <= set(real_domain().intents)
