"""Rasa's rules, with promises kept on top: it comes back, it forgets what is over, it never fails silently."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME, PREVIOUS_ACTION
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME

from bot.assistant.children import kept_apart

PART_MISSING = "utter_part_missing"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class GuidePolicy(RulePolicy):
    """The rules decide; where they would leave the parent alone, this adds the next step.

    - A question beside the way was answered inside a form: the form's own question comes back, unless the answer
      asked something itself.
    - An action left nothing behind, as when the action server is down: the parent is told so.
    - No rule fits: the menu, once, and then listening.
    - A question is asked again, or a new story begins: answers to the one before don't count for it. (Rasa's YAML can
      fill a slot but not empty one; which slots these are stands in config.yml.)
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return Rasa's settings for rules, and ours: `asked_anew` by form, `begins_anew` by intent."""
        return {**RulePolicy.get_default_config(), "asked_anew": {}, "begins_anew": {}}

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict what the rules say, or the step that keeps one of the promises."""
        if tracker.latest_action_name == PART_MISSING:
            return self._only(ACTION_LISTEN_NAME, domain)
        if _failed(tracker, domain):
            return self._only(PART_MISSING, domain)
        prediction = super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
        predicted = domain.action_names_or_texts[int(np.argmax(prediction.probabilities))]
        if predicted == self.config["core_fallback_action_name"] and _has_answered(tracker):
            predicted, prediction = ACTION_LISTEN_NAME, self._only(ACTION_LISTEN_NAME, domain)
        if tracker.is_active_loop_rejected and predicted in (ACTION_LISTEN_NAME, tracker.active_loop_name):
            if not _asked_something(tracker):
                return self._only(str(tracker.active_loop_name), domain)
            waiting = self._only(ACTION_LISTEN_NAME, domain)
            # A form that rejected a message takes no answer until it has run again; opening it anew lifts that.
            waiting.optional_events.append(ActiveLoop(tracker.active_loop_name))
            return waiting
        if tracker.latest_action_name == ACTION_LISTEN_NAME:
            prediction.optional_events += kept_apart(tracker)
        prediction.optional_events += self._forgotten(tracker, predicted)
        return prediction

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        """Look for a rule by intent only: none of ours is written with a parent's words, and each look costs."""
        if use_text_for_last_user_input:
            return None, None, False
        found: tuple[str | None, str | None, bool] = super()._find_action_from_rules(
            tracker, domain, use_text_for_last_user_input
        )
        return found

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        """Look only at rules whose last step is what was done last: comparing every rule is half of a turn's time."""
        done = _last_action(states)
        known = self.__dict__.setdefault("_by_last_action", {})
        place = (id(lookup), len(lookup))
        if place not in known:
            known[place] = {}
            for key, action in lookup.items():
                known[place].setdefault(_last_action(self._rule_key_to_state(key)), {})[key] = action
        found: set[str] = super()._get_possible_keys(known[place].get(done, {}), states)
        return found

    def _forgotten(self, tracker: DialogueStateTracker, predicted: str) -> list[Event]:
        """Return the events that empty the slots whose answers are over, before `predicted` is executed."""
        over: list[str] = []
        if predicted != tracker.active_loop_name:
            over += _told_before(tracker, self.config["asked_anew"].get(predicted, []), ActiveLoop)
        begins = tracker.latest_action_name == ACTION_LISTEN_NAME and tracker.latest_message is not None
        if begins and tracker.active_loop_name is None:
            intent = tracker.latest_message.intent.get("name")
            over += _told_before(tracker, self.config["begins_anew"].get(intent, []), UserUttered)
        return [SlotSet(slot, None) for slot in over]

    def _only(self, action: str, domain: Domain) -> PolicyPrediction:
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, is_no_user_prediction=True)


def _last_action(states: list[State]) -> str | None:
    """Return what was done last in the last of `states`; None at the very beginning."""
    done = states[-1].get(PREVIOUS_ACTION) if states else None
    return str(done.get(ACTION_NAME)) if done else None


def _told_before(tracker: DialogueStateTracker, slots: list[str], limit: type[Event]) -> list[str]:
    """Return those of `slots` that are filled and were last filled before the latest event of type `limit`."""
    filled = {slot for slot in slots if tracker.get_slot(slot) is not None}
    for event in reversed(tracker.events):
        if not filled or isinstance(event, limit):
            break
        if isinstance(event, SlotSet):
            filled.discard(event.key)
    return [slot for slot in slots if slot in filled]


def _failed(tracker: DialogueStateTracker, domain: Domain) -> bool:
    """Return whether the last thing that happened is an action or form that left no event: all of ours leave one."""
    last = tracker.events[-1] if tracker.events else None
    if not isinstance(last, ActionExecuted):
        return False
    name = str(last.action_name)
    return name in domain.form_names or (name in domain.user_actions and not name.startswith("utter_"))


def _has_answered(tracker: DialogueStateTracker) -> bool:
    return _last_utterance(tracker) is not None


def _asked_something(tracker: DialogueStateTracker) -> bool:
    last = _last_utterance(tracker)
    return bool(last and (last.data.get("buttons") or str(last.metadata.get("utter_action")).startswith("utter_ask_")))


def _last_utterance(tracker: DialogueStateTracker) -> BotUttered | None:
    """Return what the assistant said last in this turn, or None."""
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return None
        if isinstance(event, BotUttered):
            return event
    return None
