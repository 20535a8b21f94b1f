"""The rules and the promises on top of them: it comes back, forgets what is over, and never fails silently."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import yaml
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, ActiveLoop, Event, SlotSet
from rasa.shared.core.generator import TrainingDataGenerator
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph

from bot.assistant.guide_policy import GuidePolicy
from bot.settings import ROOT
from tests.assistant.conversation import LISTEN, real_domain, says, tracker_of, utters

PART_MISSING = "utter_part_missing"


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> GuidePolicy:
    """The policy as config.yml sets it, trained on the product's rules."""
    listed = yaml.safe_load((ROOT / "config.yml").read_text())["policies"]
    (chosen,) = [dict(one) for one in listed if one["name"].endswith(".GuidePolicy")]
    del chosen["name"]
    # `rasa train` looks for contradictions between rules; here that only costs time.
    config = {**GuidePolicy.get_default_config(), **chosen, "check_for_contradictions": False}
    reader = YAMLStoryReader(real_domain())
    steps = [step for path in sorted((ROOT / "data/stories").glob("*.yml")) for step in reader.read_from_file(path)]
    generator = TrainingDataGenerator(StoryGraph(steps), real_domain(), augmentation_factor=0)
    storage = LocalModelStorage(tmp_path_factory.mktemp("guide"))
    context = ExecutionContext(GraphSchema({}), node_name="guide")
    made = GuidePolicy(config, storage, Resource("guide"), context)
    made.train(generator.generate(), real_domain())
    return made


def predict(policy: GuidePolicy, events: list[Event]) -> PolicyPrediction:
    return policy.predict_action_probabilities(tracker_of(events), real_domain())


def action(policy: GuidePolicy, events: list[Event]) -> str:
    return real_domain().action_names_or_texts[int(np.argmax(predict(policy, events).probabilities))]


def forgotten(policy: GuidePolicy, events: list[Event]) -> list[str]:
    """Return the slots that the prediction empties."""
    sets = [event for event in predict(policy, events).optional_events or [] if isinstance(event, SlotSet)]
    assert all(event.value is None for event in sets)
    return [event.key for event in sets]


def asked(form: str, slot: str) -> list[Event]:
    return [ActionExecuted(form), ActiveLoop(form), SlotSet("requested_slot", slot), *utters(f"utter_ask_{slot}")[1:]]


def settling() -> list[Event]:
    return [*says("he is melting down", "child_upset"), *utters("utter_upset_meet"), *asked("settle_form", "settled")]


def aside(intent: str, form: str = "settle_form") -> list[Event]:
    """Return a question beside the way: the form could not use it and let the rules answer."""
    return [*says("something else", intent), ActionExecutionRejected(form)]


# ---- coming back


@pytest.mark.parametrize(
    ("intent", "answers"),
    [
        ("out_of_scope", ["utter_out_of_scope"]),
        ("medical_question", ["utter_medical_question"]),
        ("bot_challenge", ["utter_bot_challenge"]),
        ("privacy", ["utter_privacy", "utter_software_notice"]),
        ("learn_secure_base", ["utter_learn_secure_base"]),
    ],
)
def test_after_a_side_answer_the_form_s_question_comes_back(
    policy: GuidePolicy, intent: str, answers: list[str]
) -> None:
    events = [*settling(), *aside(intent)]
    for answer in answers:
        assert action(policy, events) == answer
        events += utters(answer)
    assert action(policy, events) == "settle_form"


@pytest.mark.parametrize(
    "said",
    [
        ("utter_parent_stress", {"buttons": [{"title": "Breathe", "payload": "/breathe_with_me"}]}),
        ("utter_ask_reading", {}),
    ],
)
def test_an_answer_that_asks_something_keeps_the_floor(policy: GuidePolicy, said: tuple[str, dict[str, Any]]) -> None:
    name, message = said
    assert action(policy, [*settling(), *aside("parent_stress"), *utters(name, message)]) == LISTEN


def test_a_form_that_took_its_answer_is_not_asked_again(policy: GuidePolicy) -> None:
    events = [*settling(), *says("done", "affirm"), *asked("settle_form", "settled")]
    assert action(policy, events) == LISTEN


def test_without_a_form_a_side_answer_is_followed_by_listening(policy: GuidePolicy) -> None:
    assert action(policy, [*says("the weather?", "out_of_scope"), *utters("utter_out_of_scope")]) == LISTEN


# ---- nothing fails silently


@pytest.mark.parametrize("failing", ["action_find_words", "action_save_check_in", "action_find_support", "settle_form"])
def test_an_action_that_left_nothing_is_told(policy: GuidePolicy, failing: str) -> None:
    events = [*says("help", "find_support"), ActionExecuted(failing)]
    assert action(policy, events) == PART_MISSING
    events += utters(PART_MISSING)
    assert action(policy, events) == LISTEN


def test_an_action_that_left_something_goes_on(policy: GuidePolicy) -> None:
    events = [*says("who can help", "find_support"), ActionExecuted("action_find_support"), SlotSet("services", "A")]
    assert action(policy, events) == "utter_support_intro"


def test_a_response_that_left_nothing_is_no_failed_action(policy: GuidePolicy) -> None:
    """A response may have nothing to say; the channel's guard speaks when the whole turn said nothing."""
    events = [*says("who can help", "find_support"), ActionExecuted("utter_greet")]
    assert action(policy, events) != PART_MISSING


# ---- no rule fits


def test_with_no_rule_the_menu_comes_once_and_then_it_listens(policy: GuidePolicy) -> None:
    events = says("?", "made_up")
    assert action(policy, events) == "utter_menu"
    events += utters("utter_menu")
    assert action(policy, events) == LISTEN
    assert action(policy, [*events, *says("??", "made_up")]) == "utter_menu"


def test_not_understood_once_and_twice(policy: GuidePolicy) -> None:
    events = says("blorp", "nlu_fallback")
    assert action(policy, events) == "action_find_readings"
    events += [ActionExecuted("action_find_readings"), SlotSet("reading_one", "a")]
    assert action(policy, events) == "utter_ask_reading"
    events += utters("utter_ask_reading")
    assert action(policy, events) == LISTEN
    assert action(policy, [*events, *says("blorp blorp", "nlu_fallback")]) == "utter_menu"


# ---- forgetting


def test_a_step_that_begins_anew_forgets_its_answer(policy: GuidePolicy) -> None:
    events = [
        *settling(),
        *says("breathe with me", "breathe_with_me"),
        ActionExecuted("settle_form"),
        SlotSet("settled", "together"),
        SlotSet("requested_slot", None),
        ActiveLoop(None),
        *utters("utter_paced_breath"),
        *utters("utter_paced_breath_out"),
    ]
    assert action(policy, events) == "settle_form"
    assert forgotten(policy, events) == ["settled"]


def test_a_step_that_goes_on_forgets_nothing(policy: GuidePolicy) -> None:
    events = [*settling(), *says("yes", "affirm")]
    assert action(policy, events) == "settle_form"
    assert forgotten(policy, events) == []


def test_an_answer_of_this_step_is_kept(policy: GuidePolicy) -> None:
    """Filled after the last loop began or ended: it is the answer to the question that is open."""
    events = [*settling(), ActiveLoop(None), SlotSet("settled", "yes"), *utters("utter_paced_breath_out")]
    assert "settled" not in forgotten(policy, events)


def first_story() -> list[Event]:
    return [
        *says("she screamed 40 min because her tower fell", "child_upset"),
        SlotSet("duration", "40 minutes"),
        SlotSet("trigger_event", "her tower fell"),
        SlotSet("child_feeling", "angry"),
        SlotSet("age_band", "preschool"),
        SlotSet("child_name", "Mia"),
        *utters("utter_upset_meet"),
    ]


@pytest.mark.parametrize("intent", ["child_upset", "name_feelings"])
def test_a_new_story_forgets_the_old_one_and_keeps_the_child(policy: GuidePolicy, intent: str) -> None:
    events = [*first_story(), *says("now he's upset again", intent)]
    over = forgotten(policy, events)
    assert {"duration", "trigger_event", "child_feeling"} <= set(over)
    assert not {"age_band", "child_name"} & set(over)


def test_what_this_very_message_told_is_kept(policy: GuidePolicy) -> None:
    new = [*says("now it is the shoes, she is sad", "child_upset"), SlotSet("trigger_event", "the shoes were wet")]
    over = forgotten(policy, [*first_story(), *new])
    assert "trigger_event" not in over and "duration" in over


def test_inside_a_form_a_story_does_not_begin_anew(policy: GuidePolicy) -> None:
    events = [*first_story(), *asked("settle_form", "settled"), *says("still screaming", "child_same")]
    assert forgotten(policy, events) == []


@pytest.mark.parametrize("intent", ["thank", "affirm", "out_of_scope", "check_in"])
def test_other_messages_forget_nothing(policy: GuidePolicy, intent: str) -> None:
    assert forgotten(policy, [*first_story(), *says("ok", intent)]) == []


def test_asking_for_support_anew_forgets_the_need_but_not_the_region(policy: GuidePolicy) -> None:
    events = [
        *says("someone for my drinking, in Austin, Texas", "find_support"),
        SlotSet("need", "substance"),
        SlotSet("region", "US"),
        *utters("utter_support_services"),
    ]
    assert forgotten(policy, [*events, *says("and a therapist for him", "find_support")]) == ["need"]


def test_only_slots_and_forms_and_intents_that_exist_are_configured() -> None:
    listed = yaml.safe_load((ROOT / "config.yml").read_text())["policies"]
    (config,) = [one for one in listed if one["name"].endswith(".GuidePolicy")]
    slots = {slot.name for slot in real_domain().slots}
    assert set(config["asked_anew"]) <= set(real_domain().form_names)
    assert set(config["begins_anew"]) <= set(real_domain().intents)
    for names in (*config["asked_anew"].values(), *config["begins_anew"].values()):
        assert set(names) <= slots


def test_the_rules_that_are_looked_at_are_all_that_could_fit(policy: GuidePolicy) -> None:
    """Every rule that Rasa's own search over all of them finds is found by looking at the last action first."""
    lookup = policy.lookup["rules"]
    fitting = 0
    for key in sorted(lookup)[::7]:
        states = policy._rule_key_to_state(key)
        found = policy._get_possible_keys(lookup, states)
        assert found == RulePolicy._get_possible_keys(policy, lookup, states)
        fitting += bool(found)
    assert fitting > 20
