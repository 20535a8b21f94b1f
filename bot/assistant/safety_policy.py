"""The policy above all others: a message that shows danger gets its static answer, in every state.

It reads the screener's finding for the latest message (screening the raw text itself when there is none) and
predicts, with nothing else asked: the response for the category, the end of an open form, and listening. After a
crisis it stays with the parent until they choose to go on. The words stand in `domain.yml`; no action server, store
or network is needed for any of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import (
    ACTION_DEACTIVATE_LOOP_NAME,
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.language.risk.screener import screener

# Over how many messages of the parent distress makes an idiom count (shared/RISK.md: "the last turns").
DISTRESS_TURNS = 4

# How sure the classifier must be of a no to "are you thinking about ending your life?". Buttons are sure.
CLEAR = 0.8

INTRUSIVE_THOUGHTS = "intrusive-thoughts"

LEAD_BACK = "utter_crisis_lead_back"
_STAY = "utter_crisis_stay"
_CRISIS = "utter_crisis_"
ASK_SAFE = "utter_ask_safe"
SAFE_THEN = "utter_safe_then"

# What needs help, but by itself no crisis answer.
_CONCERNS = frozenset({"parent_depression", "substance_use", "burnout"})

# What is said while a crisis is open, by what the parent answers; anything else is met with staying.
_IN_CRISIS = {
    "resume": LEAD_BACK,
    "affirm": "utter_crisis_yes",
    "unsure": "utter_crisis_unsure",  # an unclear answer is treated as yes (shared/RISK.md)
    "deny": "utter_crisis_no",
}
# What follows the question whether all are safe. An answer that is neither goes on as usual: the question was asked
# because the screener was unsure, and it screens that answer as well.
_AFTER_ASKING = {"affirm": "utter_crisis_somebody", "unsure": "utter_crisis_somebody", "deny": SAFE_THEN}
# Asking for help, or for the number again, brings the crisis answer back.
_AGAIN = {"find_support", "help", "contact_clinic"}


def response_for(category: str, urgency: str, evidence: list[str] | tuple[str, ...]) -> str:
    """Return the name of the static response for a finding; for `none` the question whether all are safe."""
    if category in _CONCERNS:
        # Raised by a detail, as when the parent drives the child drunk: the question that names the emergency number.
        return ASK_SAFE if urgency == "emergency" else f"utter_concern_{category}"
    if urgency in ("none", "support"):
        # Weakened by negation or time: acknowledged, not treated as a crisis.
        return ASK_SAFE
    if category == "harm_to_child" and urgency == "urgent" and INTRUSIVE_THOUGHTS in evidence:
        return "utter_crisis_intrusive_thoughts"
    return f"utter_crisis_{category}"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class SafetyPolicy(Policy):
    """Answers danger, and stays; abstains from everything else."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the priority, above every other policy's."""
        return {"priority": 10, "max_history": None}

    def train(
        self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any
    ) -> Resource:
        """Learn nothing: what this policy does must not depend on data."""
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SafetyPolicy:
        """Make the policy; there is nothing to read."""
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict the next step of the safety answer with certainty, or nothing."""
        done = _actions_of_turn(tracker)
        plan = _plan(tracker, done)
        if plan is None or len(done) >= len(plan):
            return self._prediction(self._default_predictions(domain))
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(plan[len(done)])] = 1.0
        # Without this, an active form's own prediction would win.
        return self._prediction(probabilities, is_no_user_prediction=True)


def _plan(tracker: DialogueStateTracker, done: list[str]) -> list[str] | None:
    """Return all actions of this turn when it is a safety turn, else None. `done` is what was executed so far."""
    message = tracker.latest_message
    if message is None or message.text is None or tracker.latest_action_name == ACTION_SESSION_START_NAME:
        return None
    finding = _finding(tracker, message)
    if finding["urgency"] != "none":
        response = response_for(finding["category"], finding["urgency"], finding["evidence"])
    elif (opened := _open_crisis(tracker)) is not None:
        answer = _answer(message)
        response = opened if answer in _AGAIN else _IN_CRISIS.get(answer, _STAY)
    elif _said_last(tracker) == ASK_SAFE and _answer(message) in _AFTER_ASKING:
        response = _AFTER_ASKING[_answer(message)]
    else:
        return None
    leaves_form = response.startswith("utter_crisis_") and (
        tracker.active_loop_name is not None or ACTION_DEACTIVATE_LOOP_NAME in done
    )
    ending = [ACTION_DEACTIVATE_LOOP_NAME] if leaves_form else []
    return [response, *ending, ACTION_LISTEN_NAME]


def _answer(message: UserUttered) -> str:
    """Return the intent of an answer to the direct question; a no that isn't clear counts as not knowing."""
    intent = str(message.intent.get("name"))
    clear = float(message.intent.get("confidence") or 0.0) >= CLEAR
    return "unsure" if intent == "deny" and not clear else intent


def _finding(tracker: DialogueStateTracker, message: UserUttered) -> dict[str, Any]:
    known = (message.parse_data or {}).get("risk")
    finding: dict[str, Any] = known or screener().screen(str(message.text)).to_dict()
    if finding["urgency"] == "none" and _distressed(tracker, message):
        finding = screener().screen(str(message.text), distressed=True).to_dict()
    return finding


def _distressed(tracker: DialogueStateTracker, message: UserUttered) -> bool:
    """Return whether an earlier message of the last turns voiced any risk."""
    seen = 0
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered) and event is not message:
            seen += 1
            if (event.parse_data or {}).get("risk", {}).get("urgency", "none") != "none":
                return True
            if seen >= DISTRESS_TURNS:
                return False
    return False


def _actions_of_turn(tracker: DialogueStateTracker) -> list[str]:
    """Return the actions executed since the parent's latest message, in order."""
    names: list[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted):
            names.append(str(event.action_name))
    return names[::-1]


def _open_crisis(tracker: DialogueStateTracker) -> str | None:
    """Return the crisis response that is still open before the latest message, or None."""
    for name in _said_before(tracker):
        if name == LEAD_BACK:
            return None
        if name.startswith(_CRISIS) and name not in (_STAY, *_IN_CRISIS.values()):
            return name
    return None


def _said_last(tracker: DialogueStateTracker) -> str | None:
    """Return the response said last before the latest message, not counting a form's question after it."""
    return next((name for name in _said_before(tracker) if name.startswith("utter_")), None)


def _said_before(tracker: DialogueStateTracker) -> Iterator[str]:
    """Yield the actions executed before the parent's latest message, the latest first."""
    earlier = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            earlier = True
        elif earlier and isinstance(event, ActionExecuted):
            yield str(event.action_name)
