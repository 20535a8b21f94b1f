"""The policy above all others: danger is answered in every state, and the parent is stayed with."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.core.policies.policy import PolicyPrediction
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered

from bot.assistant.crisis import openings
from bot.assistant.safety_policy import DISTRESS_TURNS, SafetyPolicy, response_for
from bot.language.risk.rules import CATEGORIES
from bot.language.risk.screener import screener
from bot.language.risk.urgency import Urgency
from tests.assistant.conversation import LISTEN, real_domain, says, tracker_of, utters

DEACTIVATE = "action_deactivate_loop"
STAY = "utter_crisis_stay"

# Messages with one category each, and what the parent is answered.
ANSWERED = [
    ("i dont want to live anymore", "utter_crisis_parent_suicide"),
    ("i cut my arms every night", "utter_crisis_parent_self_harm"),
    ("I shook my baby", "utter_crisis_harm_to_child"),
    ("my daughter says she wants to kill herself", "utter_crisis_child_suicide_self_harm"),
    ("my brother in law touched my daughter between her legs", "utter_crisis_child_abuse"),
    ("my husband beats me", "utter_crisis_partner_violence"),
    ("since the birth i hear voices telling me the baby is the devil", "utter_crisis_perinatal_crisis"),
    ("I have felt nothing for weeks and cry every single day", "utter_concern_parent_depression"),
    ("I can't stop drinking, wine every night since March", "utter_concern_substance_use"),
    ("I'm completely burnt out, running on empty for months", "utter_concern_burnout"),
]
CALM = ["he cried over the blue cup", "she is 4 and won't put her shoes on", "thank you, that helped a lot"]


@pytest.fixture(scope="module")
def policy() -> SafetyPolicy:
    context = ExecutionContext(GraphSchema({}), node_name="safety")
    storage: ModelStorage = None  # type: ignore[assignment]  # never touched: nothing is learned
    return SafetyPolicy.load(SafetyPolicy.get_default_config(), storage, Resource("safety"), context)


def screened(text: str, intent: str = "inform") -> list[Event]:
    """Return what is recorded of a message that went through the whole pipeline."""
    return says(text, intent, risk=screener().screen(text).record())


def predicted(policy: SafetyPolicy, events: list[Event]) -> tuple[str | None, PolicyPrediction]:
    prediction = policy.predict_action_probabilities(tracker_of(events), real_domain())
    if max(prediction.probabilities) == 0:
        return None, prediction
    return real_domain().action_names_or_texts[int(np.argmax(prediction.probabilities))], prediction


def turn(policy: SafetyPolicy, events: list[Event]) -> list[str]:
    """Play the policy's whole turn; record it in `events` and return its actions, without the listening."""
    actions: list[str] = []
    for _ in range(6):
        action, prediction = predicted(policy, events)
        if action is None or action == LISTEN:
            assert action == LISTEN or not actions, "the turn was begun and not ended"
            return actions
        assert max(prediction.probabilities) == 1.0 and prediction.is_no_user_prediction
        actions.append(action)
        if action in real_domain().form_names:
            events += [ActionExecuted(action), *utters("utter_ask_plan_signs")[1:]]
        elif action == DEACTIVATE:
            events += [ActionExecuted(action), ActiveLoop(None), SlotSet("requested_slot", None)]
        else:
            events += utters(action, {"metadata": real_domain().responses[action][0].get("metadata", {})})
    raise AssertionError(f"the turn does not end: {actions}")


def in_a_form() -> list[Event]:
    return [
        *says("my son is melting down", "child_upset"),
        *utters("utter_upset_meet"),
        ActionExecuted("settle_form"),
        ActiveLoop("settle_form"),
        SlotSet("requested_slot", "settled"),
        *utters("utter_ask_settled"),
    ]


@pytest.mark.parametrize(("text", "answer"), ANSWERED)
def test_each_category_has_its_answer(policy: SafetyPolicy, text: str, answer: str) -> None:
    assert turn(policy, screened(text)) == [answer]


def test_every_category_is_among_them() -> None:
    answered = {answer.removeprefix("utter_crisis_").removeprefix("utter_concern_") for _, answer in ANSWERED}
    assert answered == set(CATEGORIES)


@pytest.mark.parametrize(("text", "answer"), ANSWERED)
def test_a_message_that_nobody_parsed_is_screened_here(policy: SafetyPolicy, text: str, answer: str) -> None:
    assert turn(policy, [ActionExecuted(LISTEN), UserUttered(text)]) == [answer]
    assert turn(policy, says(text, "thank")) == [answer]


@pytest.mark.parametrize(("text", "answer"), ANSWERED)
def test_inside_a_form_danger_comes_before_the_question(policy: SafetyPolicy, text: str, answer: str) -> None:
    leaves = [DEACTIVATE] if answer.startswith("utter_crisis_") else []
    assert turn(policy, [*in_a_form(), *screened(text)]) == [answer, *leaves]


@pytest.mark.parametrize("intent", ["affirm", "stop", "out_of_scope", "check_in", "nlu_fallback", "risk"])
def test_no_intent_hides_danger(policy: SafetyPolicy, intent: str) -> None:
    assert turn(policy, screened("i want to kill myself", intent)) == ["utter_crisis_parent_suicide"]


@pytest.mark.parametrize("text", CALM)
def test_it_abstains_from_everything_else(policy: SafetyPolicy, text: str) -> None:
    for events in (screened(text), [*in_a_form(), *screened(text)], says(text)):
        action, prediction = predicted(policy, events)
        assert action is None
        assert not prediction.is_no_user_prediction


def test_it_abstains_before_anything_was_said(policy: SafetyPolicy) -> None:
    assert predicted(policy, [])[0] is None
    assert predicted(policy, [ActionExecuted("action_session_start")])[0] is None
    assert predicted(policy, [ActionExecuted(LISTEN)])[0] is None


def test_of_several_dangers_the_most_pressing_is_answered(policy: SafetyPolicy) -> None:
    text = "I'm burnt out, I drink every night, and honestly I want to die"
    assert {"parent_suicide", "substance_use"} <= set(screener().screen(text).categories)
    assert turn(policy, screened(text)) == ["utter_crisis_parent_suicide"]
    text = "my husband hits me and I shook the baby today"
    assert {"partner_violence", "harm_to_child"} <= set(screener().screen(text).categories)
    assert turn(policy, screened(text)) == ["utter_crisis_harm_to_child"]


def test_a_second_danger_is_answered_in_its_turn(policy: SafetyPolicy) -> None:
    events = screened("my husband beats me")
    turn(policy, events)
    events += screened("sometimes i just want to die")
    assert turn(policy, events) == ["utter_crisis_parent_suicide"]


@pytest.mark.parametrize("text", ["I'm not suicidal", "years ago I wanted to die, I'm well now"])
def test_weakened_danger_is_asked_about_and_not_a_crisis(policy: SafetyPolicy, text: str) -> None:
    """Denied or long past: it doesn't count, and it isn't silently cleared (shared/RISK.md)."""
    assert turn(policy, screened(text)) == ["utter_ask_safe_parent_suicide"]


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_has_a_question_or_is_too_light_for_one(category: str) -> None:
    asked = response_for("none", "none", (), category)
    light = category in ("parent_depression", "substance_use", "burnout")
    assert asked == ("utter_ask_safe" if light else f"utter_ask_safe_{category}")
    assert asked in real_domain().responses


def test_pictures_that_horrify_are_not_answered_with_alarm(policy: SafetyPolicy) -> None:
    text = "i keep seeing myself drop her down the stairs and it terrifies me, she is 3 weeks old"
    assert turn(policy, screened(text)) == ["utter_crisis_intrusive_thoughts"]


def test_a_raised_concern_has_an_answer_too(policy: SafetyPolicy) -> None:
    """A detail can raise any category (shared/RISK.md: drunk while driving the child)."""
    texts = ["I drove the kids home drunk again", "I'm drunk right now and driving my son home from nursery"]
    for text in texts:
        finding = screener().screen(text)
        assert finding.urgency in ("urgent", "emergency"), text
        (answer,) = turn(policy, screened(text))
        assert all("{emergency}" in variation["text"] for variation in real_domain().responses[answer])


def test_every_answer_it_can_give_exists() -> None:
    for category in CATEGORIES:
        least = screener().rules.least[category]
        for urgency in [one for one in Urgency if one >= least]:
            name = response_for(category, urgency.label, ())
            if name == f"utter_crisis_{category}" or category in ("parent_depression", "substance_use", "burnout"):
                assert name in real_domain().responses or urgency > least, (category, urgency, name)
    for opening in openings(real_domain().responses, CATEGORIES):
        for meaning in ("danger", "safe"):
            assert f"{opening}_{meaning}" in real_domain().responses


# ---- an idiom after distress


@pytest.mark.parametrize("idiom", ["I could kill for a nap", "this job is killing me", "i'm done"])
def test_an_idiom_is_only_an_idiom_until_distress_was_voiced(policy: SafetyPolicy, idiom: str) -> None:
    assert turn(policy, screened(idiom)) == []
    events = screened("I have felt nothing for weeks and cry every single day")
    turn(policy, events)
    (answer,) = turn(policy, [*events, *screened(idiom)])
    assert answer.startswith("utter_crisis_")


def test_distress_counts_for_some_turns_and_no_longer(policy: SafetyPolicy) -> None:
    events = screened("I'm completely burnt out, running on empty for months")
    turn(policy, events)
    for passed in range(1, DISTRESS_TURNS + 2):
        answered = turn(policy, [*events, *screened("i'm done")])
        assert bool(answered) == (passed <= DISTRESS_TURNS), f"{passed} messages after it"
        events += screened("he is four and likes trains")


# ---- staying


def crisis(policy: SafetyPolicy, text: str = "i want to kill myself") -> list[Event]:
    events = screened(text)
    turn(policy, events)
    return events


def reply(policy: SafetyPolicy, events: list[Event], intent: str, sure: float = 0.9) -> str:
    """Play a turn in which the parent answers with an intent; return what is said, or the form that opens."""
    text = "zebra crossing"
    events += says(text, intent, sure, risk=screener().screen(text).record())
    return turn(policy, events)[-1]


def test_a_no_that_is_not_clear_counts_as_not_knowing(policy: SafetyPolicy) -> None:
    assert reply(policy, crisis(policy), "deny", sure=0.6) == "utter_crisis_unsure"


@pytest.mark.parametrize(
    ("intent", "answer"),
    [
        ("affirm", "utter_crisis_parent_suicide_danger"),
        ("unsure", "utter_crisis_unsure"),
        ("deny", "utter_crisis_parent_suicide_safe"),
        ("resume", "utter_crisis_lead_back"),
        ("reached_someone", "utter_crisis_reached"),
        ("misunderstood", "utter_crisis_misunderstood"),
        ("keep_secret", "utter_crisis_secret"),
        ("nothing_said", "utter_crisis_silence"),
        ("breathe_with_me", "utter_crisis_steady"),
        ("make_safety_plan", "safety_plan_form"),
        ("goodbye", "utter_crisis_goodbye"),
        ("stop", "utter_crisis_goodbye"),
        ("child_upset", "utter_crisis_topic"),
        ("out_of_scope", "utter_crisis_topic"),
        ("inform", "utter_crisis_offer_plan"),
        ("thank", "utter_crisis_offer_plan"),
        ("nlu_fallback", "utter_crisis_offer_plan"),
        ("find_support", "utter_crisis_parent_suicide"),
        ("help", "utter_crisis_parent_suicide"),
    ],
)
def test_after_a_crisis_it_stays(policy: SafetyPolicy, intent: str, answer: str) -> None:
    assert reply(policy, crisis(policy), intent) == answer


ENDINGS = {"safety_plan_form", "utter_crisis_lead_back"}


@pytest.mark.parametrize("intent", sorted(set(real_domain().intents) - {"show_safety_plan"}))
def test_every_intent_has_an_answer_in_a_crisis(policy: SafetyPolicy, intent: str) -> None:
    events = crisis(policy)
    for _ in range(3):
        events = crisis(policy) if reply(policy, events, intent) in ENDINGS else events
        said = [event for event in events if isinstance(event, ActionExecuted)]
        assert said[-1].action_name in {*real_domain().responses, "safety_plan_form", "call_back_form", DEACTIVATE}


def test_the_first_answers_each_meet_what_was_said(policy: SafetyPolicy) -> None:
    """An evening: yes; nobody there; a wish for secrecy; told something; back to silence."""
    events = crisis(policy)
    assert reply(policy, events, "affirm") == "utter_crisis_parent_suicide_danger"
    assert reply(policy, events, "inform") == "utter_crisis_offer_plan"
    assert reply(policy, events, "deny") == STAY
    assert reply(policy, events, "keep_secret") == "utter_crisis_secret"
    assert reply(policy, events, "inform") == "utter_crisis_offer_steady"
    assert reply(policy, events, "nothing_said") == "utter_crisis_silence"


def test_not_knowing_whether_the_child_is_there_is_danger(policy: SafetyPolicy) -> None:
    events = crisis(policy, "my daughter says she wants to kill herself")
    assert turn(policy, [*events, *screened("no shes up in her room with the door locked")]) == [
        "utter_crisis_child_suicide_self_harm_danger"
    ]


def test_a_yes_means_what_was_asked(policy: SafetyPolicy) -> None:
    """"Are you with her right now?": a yes is the safe answer."""
    for intent, meaning in (("affirm", "safe"), ("deny", "danger")):
        events = says("x", "risk", risk=screener().screen("my daughter says she wants to kill herself").record())
        name = "utter_crisis_child_suicide_self_harm"
        events += utters(name, {"metadata": {"yes_means": "safe"}})
        assert reply(policy, events, intent) == f"{name}_{meaning}"


@pytest.mark.parametrize(
    ("crisis_text", "answer"),
    [("my husband beats me", "utter_crisis_partner_violence_danger"), ("i want to die", "utter_crisis_reached")],
)
def test_the_partner_coming_home_is_company_or_danger(policy: SafetyPolicy, crisis_text: str, answer: str) -> None:
    events = crisis(policy, crisis_text)
    assert turn(policy, [*events, *screened("my husband is home")]) == [answer]


@pytest.mark.parametrize(
    ("category_text", "answer"),
    [
        ("i want to die", "utter_crisis_alone"),
        ("the voices say the baby is the devil", "utter_crisis_perinatal_crisis_danger"),
    ],
)
def test_being_alone_is_met_by_what_was_asked(policy: SafetyPolicy, category_text: str, answer: str) -> None:
    events = crisis(policy, category_text)
    assert turn(policy, [*events, *screened("nobody, its just me")]) == [answer]


def test_danger_said_twice_is_not_answered_with_the_same(policy: SafetyPolicy) -> None:
    events = crisis(policy)
    assert reply(policy, events, "affirm") == "utter_crisis_parent_suicide_danger"
    events += screened("i want to kill myself")
    assert turn(policy, events) == ["utter_crisis_again"]


def test_a_lesser_danger_does_not_take_the_place_of_an_emergency(policy: SafetyPolicy) -> None:
    events = crisis(policy)
    events += screened("I'm completely burnt out, running on empty for months")
    assert turn(policy, events) == ["utter_crisis_again"]


def test_one_you_misunderstood_me_does_not_close_an_emergency(policy: SafetyPolicy) -> None:
    events = crisis(policy)
    for intent in ("misunderstood", "deny", "doesnt_help", "deny", "inform", "affirm", "thank"):
        answer = reply(policy, events, intent)
        assert answer.startswith("utter_crisis_") and answer != "utter_crisis_lead_back", intent


def test_it_ends_when_the_parent_goes_on_and_not_before(policy: SafetyPolicy) -> None:
    events = crisis(policy)
    reply(policy, events, "affirm")
    assert reply(policy, events, "resume") == "utter_crisis_lead_back"
    for intent in ("affirm", "deny", "find_support", "child_upset", "resume"):
        assert turn(policy, [*events, *screened("and now", intent)]) == []
    assert turn(policy, [*events, *screened("i want to kill myself")]) == ["utter_crisis_parent_suicide"]


def test_who_comes_back_after_a_while_is_met_with_that(policy: SafetyPolicy) -> None:
    events = crisis(policy)
    for event in events:
        event.timestamp -= 3600
    assert reply(policy, events, "greet") == "utter_crisis_return"
    events += screened("/affirm", "affirm")
    assert turn(policy, events) == ["utter_crisis_lead_back"]


def test_asking_for_the_number_brings_back_the_crisis_that_is_open(policy: SafetyPolicy) -> None:
    events = crisis(policy)
    reply(policy, events, "resume")
    events += screened("my husband beats me")
    turn(policy, events)
    reply(policy, events, "inform")
    assert reply(policy, events, "find_support") == "utter_crisis_partner_violence"


def test_a_concern_does_not_hold_anybody(policy: SafetyPolicy) -> None:
    events = screened("I'm completely burnt out, running on empty for months")
    assert turn(policy, events) == ["utter_concern_burnout"]
    for intent in ("affirm", "deny", "resume", "find_support", "child_upset"):
        assert turn(policy, [*events, *screened("he is four", intent)]) == []


# ---- the safety plan


def in_the_plan(policy: SafetyPolicy, slot: str) -> list[Event]:
    events = crisis(policy)
    events += says("/make_safety_plan", "make_safety_plan")
    assert turn(policy, events) == ["safety_plan_form"]
    return [*events, ActiveLoop("safety_plan_form"), SlotSet("requested_slot", slot)]


def test_naming_the_danger_is_an_answer_to_how_it_begins(policy: SafetyPolicy) -> None:
    events = in_the_plan(policy, "plan_signs")
    assert turn(policy, [*events, *screened("when i start wanting to die", "risk")]) == []


@pytest.mark.parametrize("text", ["i have the pills in my hand and i will take them", "my husband beats me"])
def test_what_is_happening_now_comes_before_the_plan(policy: SafetyPolicy, text: str) -> None:
    events = in_the_plan(policy, "plan_signs")
    (answer, *_) = turn(policy, [*events, *screened(text, "risk")])
    assert answer.startswith("utter_crisis_")


def test_an_overdose_in_the_plan_is_met_with_the_number_and_no_more_offers(policy: SafetyPolicy) -> None:
    events = in_the_plan(policy, "plan_helps")
    events += screened("i have the pills in my hand and i am taking them all now", "risk")
    assert turn(policy, events)[0] == "utter_crisis_now"
    assert reply(policy, events, "thank") == STAY


def test_stopping_the_plan_is_not_met_with_the_plan(policy: SafetyPolicy) -> None:
    events = in_the_plan(policy, "plan_helps")
    events += screened("stop", "deny")
    assert turn(policy, events)[0] == "utter_crisis_goodbye"


def test_an_old_button_for_the_plan_does_not_begin_it_anew(policy: SafetyPolicy) -> None:
    events = in_the_plan(policy, "plan_helps")
    assert turn(policy, [*events, *says("/make_safety_plan", "make_safety_plan")]) == ["utter_ask_plan_helps"]


def test_in_the_other_questions_danger_is_danger(policy: SafetyPolicy) -> None:
    events = in_the_plan(policy, "plan_people")
    assert turn(policy, [*events, *screened("i want to die", "risk")])[0] == "utter_crisis_again"


def test_leaving_the_plan_is_met_by_the_crisis(policy: SafetyPolicy) -> None:
    events = in_the_plan(policy, "plan_helps")
    assert turn(policy, [*events, *says("zebra", "goodbye")])[0] == "utter_crisis_goodbye"


# ---- being asked


@pytest.mark.parametrize(
    ("intent", "answer"),
    [
        ("affirm", "utter_crisis_partner_violence"),
        ("unsure", "utter_crisis_partner_violence"),
        ("inform", "utter_crisis_partner_violence"),
        ("out_of_scope", "utter_crisis_partner_violence"),
        ("deny", "utter_safe_then"),
        ("misunderstood", "utter_safe_then"),
    ],
)
def test_asked_about_a_suspicion_only_a_clear_no_ends_it(policy: SafetyPolicy, intent: str, answer: str) -> None:
    """An unclear or evasive answer is treated as a yes (shared/RISK.md)."""
    asked = utters("utter_ask_safe_partner_violence", {"metadata": {"yes_means": "danger"}})
    assert reply(policy, [*says("it sounds like something", "risk"), *asked], intent) == answer


def test_not_safe_after_being_asked_is_a_crisis_that_is_stayed_with(policy: SafetyPolicy) -> None:
    asked = utters("utter_ask_safe", {"metadata": {"yes_means": "danger"}})
    events = [*says("it sounds like something", "risk"), *asked]
    assert reply(policy, events, "affirm") == "utter_crisis_somebody"
    assert reply(policy, events, "boundaries") == "utter_crisis_topic"


def test_in_a_crisis_a_form_is_left_once(policy: SafetyPolicy) -> None:
    events = [*in_a_form(), *screened("i want to kill myself")]
    assert turn(policy, events) == ["utter_crisis_parent_suicide", DEACTIVATE]
    assert reply(policy, events, "affirm") == "utter_crisis_parent_suicide_danger"


# ---- practice: what is typed is said to a child who is played


def in_the_play(finding: dict[str, object]) -> list[Event]:
    return [
        ActionExecuted("play_form"),
        ActiveLoop("play_form"),
        ActionExecuted(LISTEN),
        UserUttered("...", {"name": "risk", "confidence": 1.0}, parse_data={"risk": finding}),  # type: ignore[arg-type]
    ]


def found(**marks: object) -> dict[str, object]:
    base = {"category": "harm_to_child", "urgency": "urgent", "evidence": ["classifier:0.9"], "asks": ""}
    return {**base, "plain": False, "now": False, **marks}


def test_in_the_play_the_parent_is_asked_whether_it_is_true(policy: SafetyPolicy) -> None:
    assert turn(policy, in_the_play(found())) == ["utter_ask_safe_harm_to_child"]


@pytest.mark.parametrize("marks", [{"plain": True}, {"now": True}])
def test_plain_danger_is_no_play(policy: SafetyPolicy, marks: dict[str, object]) -> None:
    assert turn(policy, in_the_play(found(**marks)))[0] == "utter_crisis_harm_to_child"
