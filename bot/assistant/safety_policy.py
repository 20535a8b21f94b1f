"""The policy above all others: a message that shows danger gets its static answer, in every state.

It reads what the detectors found in the latest message (screening the raw text itself when nothing is recorded) and
predicts, with nothing else asked: the response for the category, the end of an open form, and listening. After that it
stays with the parent (`crisis.py`) until they choose to go on. The words stand in `domain.yml`; no action server, store
or network is needed for any of them.
"""

from __future__ import annotations

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
    REQUESTED_SLOT,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.crisis import AGAIN, ASK_SAFE, CALL_FORM, CRISIS, NOW, PLAN, PLAN_FORM, Standing, openings
from bot.language.risk.answers import Answer, answer_reader
from bot.language.risk.rules import CATEGORIES
from bot.language.risk.screener import screener
from bot.language.risk.urgency import Urgency
from bot.settings import settings

# Over how many messages of the parent distress makes an idiom count (shared/RISK.md: "the last turns").
DISTRESS_TURNS = 4

# How sure the classifier must be of a no to "are you thinking about ending your life?". Buttons are sure.
CLEAR = 0.8

INTRUSIVE_THOUGHTS = "intrusive-thoughts"

SAFE_THEN = "utter_safe_then"
SOMEBODY = "utter_crisis_somebody"

# What needs help, but by itself no crisis answer.
_CONCERNS = frozenset({"parent_depression", "substance_use", "burnout"})

# Forms whose questions belong to a crisis. Naming the danger is an answer to "how do you notice it gets worse?".
_CRISIS_FORMS = frozenset({PLAN_FORM, CALL_FORM})
_NAMES_DANGER, _NAMES_PEOPLE = "plan_signs", "plan_people"
_REACHED = "reached_someone"

# Practice, in which the assistant plays the child.
PLAY_FORM = "play_form"

# What a parent may say to a child who is played, and not mean: a threat, not a wish to die.
_PLAYABLE = frozenset({"harm_to_child", "child_abuse", "child_suicide_self_harm", "burnout", "parent_depression"})

# Questions whose yes or no is a story's to answer (data/stories/safety.yml).
_FOR_STORIES = frozenset({"keep"})

# What an intent says to a question about danger, where the words themselves are not known (data/risk/answers.yml).
_BY_INTENT = {
    "affirm": Answer.YES,
    "deny": Answer.NO,
    "unsure": Answer.UNSURE,
    "resume": Answer.GO_ON,
    "stop": Answer.GOODBYE,
    "goodbye": Answer.GOODBYE,
    "find_support": Answer.NUMBER,
    "help": Answer.NUMBER,
    "contact_clinic": Answer.CALL,
    "breathe_with_me": Answer.STEADY,
    "make_safety_plan": Answer.PLAN,
    "reached_someone": Answer.REACHED,
    "misunderstood": Answer.MISUNDERSTOOD,
    "keep_secret": Answer.SECRET,
    "nothing_said": Answer.NOTHING,
    "inform": Answer.TOLD,
    "nlu_fallback": Answer.TOLD,
    "risk": Answer.TOLD,
    "thank": Answer.TOLD,
    "greet": Answer.TOLD,
    "doesnt_help": Answer.TOLD,
}
_SHOW_PLAN, _MAKE_PLAN = "show_safety_plan", "make_safety_plan"

# A parting word of so many words is one, and no answer to a form's question.
_SHORT = 2

# Inside a crisis form these are no answers to its questions; anything else is.
_NO_ANSWERS = frozenset(_BY_INTENT) - {
    "deny", "unsure", "inform", "nlu_fallback", "risk", "doesnt_help", "greet",
}  # fmt: skip


def response_for(category: str, urgency: str, evidence: list[str] | tuple[str, ...], asks: str = "") -> str:
    """Return the name of the static response for a finding; for `none` the question whether all are safe.

    `asks`: the category that the question is about, where one is suspected.
    """
    if urgency == "none":
        return f"{ASK_SAFE}_{asks}" if asks and asks not in _CONCERNS else ASK_SAFE
    if category in _CONCERNS and urgency != "emergency":
        return f"utter_concern_{category}"
    if category == "harm_to_child" and urgency == "urgent" and INTRUSIVE_THOUGHTS in evidence:
        return "utter_crisis_intrusive_thoughts"
    return f"{CRISIS}{category}"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class SafetyPolicy(Policy):
    """Answers danger, and stays; abstains from everything else."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the priority, above every other policy's."""
        return {"priority": 10, "max_history": None}

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
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
        plan = _plan(tracker, done, domain)
        if plan is None or len(done) >= len(plan):
            return self._prediction(self._default_predictions(domain))
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(plan[len(done)])] = 1.0
        # A form that was filled before would have nothing left to ask.
        begins = plan[len(done)] in _CRISIS_FORMS
        slots = domain.required_slots_for_form(plan[len(done)]) if begins else []
        emptied: list[Event] = [SlotSet(slot, None) for slot in slots if tracker.get_slot(slot) is not None]
        # Without this, an active form's own prediction would win.
        return self._prediction(probabilities, is_no_user_prediction=True, optional_events=emptied)


def _plan(tracker: DialogueStateTracker, done: list[str], domain: Domain) -> list[str] | None:
    """Return all actions of this turn when it is a safety turn, else None. `done` is what was executed so far."""
    message = tracker.latest_message
    if message is None or message.text is None or tracker.latest_action_name == ACTION_SESSION_START_NAME:
        return None
    standing = Standing.of(tracker, openings(domain.responses, CATEGORIES))
    step = _step(tracker, message, standing)
    if step is None:
        return None
    loop = _loop_before(tracker)
    leaves_form = loop is not None and (step in _CRISIS_FORMS or step.startswith((CRISIS, "utter_cannot_screen")))
    ending = [ACTION_DEACTIVATE_LOOP_NAME] if leaves_form else []
    steps = [*ending, step] if step in _CRISIS_FORMS else [step, *ending]
    return [*steps, ACTION_LISTEN_NAME]


def _step(tracker: DialogueStateTracker, message: UserUttered, standing: Standing) -> str | None:
    """Return the response, or the form, that answers this message; None when it is no matter of safety."""
    finding = _finding(tracker, message)
    intent = str(message.intent.get("name"))
    loop = _loop_before(tracker)
    names_danger = loop == PLAN_FORM and _slot_asked(tracker) == _NAMES_DANGER and not finding.get("now")
    if names_danger and finding["category"] in ("none", standing.crisis):
        finding = {**finding, "category": "none", "urgency": "none", "asks": ""}
        intent = "inform" if intent == "risk" else intent
    if intent == _REACHED and loop == PLAN_FORM and _slot_asked(tracker) == _NAMES_PEOPLE:
        # "My brother Anselm" is who they could call; that he is here, the words themselves have to say.
        intent = _REACHED if answer_reader().read(str(message.text)) is Answer.REACHED else "inform"
    if intent == _SHOW_PLAN and finding["urgency"] == "none" and tracker.get_slot(_NAMES_DANGER):
        return PLAN  # it is in this conversation: no action is needed to say it
    playable = loop == PLAY_FORM and finding["category"] in _PLAYABLE
    if playable and not (finding.get("plain") or finding.get("now")):
        # What is typed in the play is said to a child who is played: the parent is asked whether it is true.
        finding = {**finding, "category": "none", "urgency": "none", "asks": finding["category"]}
    if standing.crisis is not None:
        answer, inside = _answer(message), loop in _CRISIS_FORMS
        if finding["urgency"] != "none" and (again := _second_signal(finding, standing, answer, inside)):
            return again
        if loop == PLAN_FORM and intent == _MAKE_PLAN:
            return f"utter_ask_{_slot_asked(tracker)}"  # it is being made: its question once more
        if inside and not _leaves(answer, message, names_danger) and intent not in _NO_ANSWERS:
            return None
        if standing.yes_means in _FOR_STORIES and intent in ("affirm", "deny", "unsure"):
            return None
        return None if intent == _SHOW_PLAN else standing.reply(answer, bool(settings().clinic))
    if finding["urgency"] != "none":
        return response_for(finding["category"], finding["urgency"], finding["evidence"])
    if standing.asked is not None:
        return _after_asking(standing, _answer(message))
    suspected = finding.get("asks", "") or intent == "risk"
    return response_for("none", "none", (), finding.get("asks", "")) if suspected else None


def _leaves(answer: Answer | None, message: UserUttered, names_danger: bool) -> bool:
    """Return whether a message inside a crisis form is no answer to its question.

    "Stop" is; "going to bed" is what helps somebody, and stays one.
    """
    short = len(str(message.text).split()) <= _SHORT
    return (answer is Answer.DANGER and not names_danger) or (answer in (Answer.GOODBYE, Answer.GO_ON) and short)


def _second_signal(
    finding: dict[str, Any], standing: Standing, answer: Answer | None, inside: bool
) -> str | None:
    """Return the answer to danger voiced while a crisis is open; None when the message answers what was asked.

    What is happening now comes first. Another danger that is at least urgent has its own answer; the same one, or a
    lesser, is met as what it is. The classifier reads a message without what came before: where it alone is worried, a
    plain answer to the question, or to a crisis form's (`inside`), is taken as that.
    """
    opening = response_for(finding["category"], finding["urgency"], finding["evidence"])
    another = opening != f"{CRISIS}{standing.crisis}" and Urgency.from_label(finding["urgency"]) >= Urgency.URGENT
    if finding.get("now"):
        return opening if another else NOW
    answers = answer not in (None, Answer.TOLD, Answer.ELSEWHERE)
    unruled = all(one.startswith("classifier:") or one.endswith((":denied", ":past")) for one in finding["evidence"])
    if unruled and (inside or answers):
        return None
    if another:
        return opening
    return None if answers and not inside else AGAIN


def _after_asking(standing: Standing, answer: Answer | None) -> str:
    """Return what follows the question whether all are safe. Only a clear no ends it (shared/RISK.md)."""
    if standing.means(answer) == "safe" or answer is Answer.MISUNDERSTOOD:
        return SAFE_THEN
    return f"{CRISIS}{standing.asked}" if standing.asked else SOMEBODY


def _answer(message: UserUttered) -> Answer | None:
    """Return what a message says to a question about danger; a no that isn't clear counts as not knowing."""
    text, intent = str(message.text), str(message.intent.get("name"))
    if not text.startswith("/") and (read := answer_reader().read(text)) is not None:
        return read
    clear = float(message.intent.get("confidence") or 0.0) >= CLEAR
    if intent in ("affirm", "deny", "misunderstood") and not clear:
        return Answer.UNSURE
    return _BY_INTENT.get(intent, Answer.ELSEWHERE)


def _finding(tracker: DialogueStateTracker, message: UserUttered) -> dict[str, Any]:
    """Return what was found when the message came in; the rules look again after distress, and at a button's text."""
    known = (message.parse_data or {}).get("risk")
    finding: dict[str, Any] = known or screener().screen(str(message.text)).record()
    if finding["urgency"] == "none" and _distressed(tracker, message):
        again = screener().screen(str(message.text), distressed=True).record()
        finding = again if again["urgency"] != "none" else finding
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


def _loop_before(tracker: DialogueStateTracker) -> str | None:
    """Return the form that was open when the latest message came."""
    earlier = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            earlier = True
        elif earlier and isinstance(event, ActiveLoop):
            return str(event.name) if event.name else None
    return None


def _slot_asked(tracker: DialogueStateTracker) -> str | None:
    """Return the slot that the open form had asked for when the latest message came."""
    earlier = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            earlier = True
        elif earlier and isinstance(event, SlotSet) and event.key == REQUESTED_SLOT:
            return str(event.value)
    return None
