"""Rasa's rules, with three promises kept on top: it comes back, it never goes in circles, it never fails silently."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

PART_MISSING = "utter_part_missing"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class GuidePolicy(RulePolicy):
    """The rules decide; where they would leave the parent alone, this adds the next step.

    - A question beside the way was answered inside a form: the form's own question comes back, unless the answer
      asked something itself.
    - An action left nothing behind, as when the action server is down: the parent is told so.
    - No rule fits: the menu, once, and then listening.
    """

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
        if predicted == ACTION_LISTEN_NAME and tracker.is_active_loop_rejected and not _asked_something(tracker):
            return self._only(str(tracker.active_loop_name), domain)
        return prediction

    def _only(self, action: str, domain: Domain) -> PolicyPrediction:
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities, is_no_user_prediction=True)


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
