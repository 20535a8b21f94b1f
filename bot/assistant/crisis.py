"""Where a conversation about danger stands, read from its events, and what is said next.

Nothing is remembered outside the conversation: what was said, and what a yes to it means, stands in the tracker. The
words are responses of `domain.yml`, found by name: `utter_crisis_<category>` opens, `utter_crisis_<category>_danger`
and `_safe` answer its direct question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.language.risk.answers import Answer
from bot.language.risk.rules import CATEGORIES

CRISIS = "utter_crisis_"
ASK_SAFE = "utter_ask_safe"
LEAD_BACK = "utter_crisis_lead_back"
RETURN = "utter_crisis_return"
STAY = "utter_crisis_stay"
AGAIN = "utter_crisis_again"
NOW = "utter_crisis_now"
PLAN = "utter_safety_plan"

PLAN_FORM = "safety_plan_form"
CALL_FORM = "call_back_form"

# The names under which a crisis opens when no category names it: unwanted pictures, and "somebody is in danger".
_UNNAMED = ("intrusive_thoughts", "somebody")

# A number alone is rarely used, a plan is (shared/RISK.md: 2.4% against 49% of one product's crisis users).
_PLANNED = ("parent_suicide", "parent_self_harm", "child_suicide_self_harm", "somebody")

# After this long without a word the parent is met as somebody who comes back.
AWAY = timedelta(minutes=30)

_OPPOSITE = {"danger": "safe", "safe": "danger", "company": "alone", "step": "first_step"}

_MEANS = {
    Answer.DANGER: "danger",
    Answer.SAFE: "safe",
    Answer.PLAN: "plan",
    Answer.CALL: "call",
    Answer.STEADY: "steady",
}

_REPLIES = {
    Answer.GO_ON: LEAD_BACK,
    Answer.UNSURE: "utter_crisis_unsure",
    Answer.MISUNDERSTOOD: "utter_crisis_misunderstood",
    Answer.SECRET: "utter_crisis_secret",
    Answer.REACHED: "utter_crisis_reached",
    Answer.PARTNER: "utter_crisis_reached",
    Answer.NOTHING: "utter_crisis_silence",
    Answer.GOODBYE: "utter_crisis_goodbye",
    Answer.ELSEWHERE: "utter_crisis_topic",
}


@dataclass(frozen=True)
class Standing:
    """Where the conversation stood when the parent's latest message came.

    `crisis`: what opened the crisis that is open, or None. `asked`: what the question whether all are safe was about
    ("" when it named nothing), or None when something else was said last. `yes_means`: what a yes to the last question
    is. `said`: the responses said since the crisis opened, in order. `away`: whether the parent was gone for long.
    """

    crisis: str | None
    asked: str | None
    yes_means: str
    said: tuple[str, ...]
    away: bool

    @classmethod
    def of(cls, tracker: DialogueStateTracker, openings: Collection[str]) -> Standing:
        """Read it from the events before the latest message; `openings` are the responses that open a crisis."""
        said: list[str] = []
        crisis = None
        for name in _said_before(tracker):
            if name == LEAD_BACK:
                break
            said.append(name)
            if name in openings:
                crisis = name.removeprefix(CRISIS)
                break
        # What a form asks after it doesn't count as said: the question about danger is still the one to answer.
        asked = said[0].removeprefix(ASK_SAFE).lstrip("_") if said and said[0].startswith(ASK_SAFE) else None
        return cls(crisis, asked, _yes_means(tracker), tuple(said[::-1]) if crisis else (), _was_away(tracker))

    def means(self, answer: Answer | None) -> str:
        """Return what an answer says: danger, safe, company, alone, ..., or what was offered; "" for none of them."""
        if answer is Answer.PARTNER and self.crisis == "partner_violence":
            return "danger"
        # "Are you with her?", "Is another adult with you?": nobody there, or not knowing, is the danger asked about.
        if answer in (Answer.ALONE, Answer.UNSURE) and self.yes_means == "safe" and self._asked_directly:
            return "danger"
        if answer is Answer.ALONE:
            return "alone"
        if answer is Answer.YES:
            return self.yes_means
        if answer is Answer.NO:
            return _OPPOSITE.get(self.yes_means, "")
        return _MEANS.get(answer, "") if answer else ""

    def reply(self, answer: Answer | None, clinic: bool) -> str:
        """Return the next step in an open crisis to a message in which the screener found nothing new.

        `clinic`: there is one that could call. The step is a response, or a form to open.
        """
        meaning = self.means(answer)
        if meaning == "onward":
            return LEAD_BACK
        if meaning == "plan":
            return PLAN_FORM
        if meaning == "call":
            return CALL_FORM if clinic else self._opening  # nobody here can ring: the numbers once more
        if meaning in ("steady", "alone", "first_step"):
            return f"{CRISIS}{meaning}"
        if answer is Answer.NUMBER:
            return self._opening
        if meaning == "danger":
            return AGAIN if self._answered("danger") else f"{self._opening}_danger"
        if meaning == "safe" and self.said[-1] == RETURN:
            return LEAD_BACK
        if meaning == "safe" and self.said[-1] == _REPLIES[Answer.MISUNDERSTOOD]:
            return "utter_crisis_cleared"
        if self.away and answer is not Answer.GO_ON:
            return RETURN
        if meaning == "safe" and not self._answered("danger") and not self._answered("safe"):
            return f"{self._opening}_safe"
        # Not knowing is treated as a yes where danger was asked about, not where the question was who could come.
        if answer in _REPLIES and (answer is not Answer.UNSURE or self.yes_means in ("danger", "safe")):
            return _REPLIES[answer]
        return self._offer(clinic) or STAY

    @property
    def _asked_directly(self) -> bool:
        return bool(self.said) and self.said[-1] == self._opening

    @property
    def _opening(self) -> str:
        return f"{CRISIS}{self.crisis}"

    def _answered(self, meaning: str) -> bool:
        return f"{self._opening}_{meaning}" in self.said

    def _offer(self, clinic: bool) -> str:
        """Return what has not been offered yet, the most useful first; never two offers running."""
        if NOW in self.said:
            return ""  # somebody is on the way, or has to be: nothing else is offered
        offers = ["utter_crisis_offer_plan"] if self.crisis in _PLANNED and PLAN_FORM not in self.said else []
        offers += ["utter_crisis_offer_call"] if clinic else []
        offers += ["utter_crisis_offer_steady"]
        if self.said[-1].startswith("utter_crisis_offer_"):
            return ""
        return next((offer for offer in offers if offer not in self.said), "")


def category_open(tracker: DialogueStateTracker) -> str:
    """Return the category whose line is named in this crisis; `parent_suicide` when none is open."""
    for event in reversed(tracker.events):
        if isinstance(event, ActionExecuted) and str(event.action_name).startswith(CRISIS):
            named = str(event.action_name).removeprefix(CRISIS)
            if named in CATEGORIES:
                return named
            if named == "intrusive_thoughts":
                return "perinatal_crisis"
    return "parent_suicide"


def openings(responses: Collection[str], categories: Collection[str]) -> frozenset[str]:
    """Return the names of those of `responses` that open a crisis."""
    return frozenset(f"{CRISIS}{one}" for one in (*categories, *_UNNAMED)) & frozenset(responses)


def _before(tracker: DialogueStateTracker) -> Iterator[ActionExecuted | BotUttered | UserUttered]:
    """Yield the events before the parent's latest message, the latest first."""
    events = reversed(tracker.events)
    for event in events:
        if isinstance(event, UserUttered):
            break
    yield from events


def _said_before(tracker: DialogueStateTracker) -> Iterator[str]:
    """Yield what was said before the latest message, the latest first; of forms only that the plan was begun."""
    for event in _before(tracker):
        if isinstance(event, ActionExecuted) and str(event.action_name).startswith(("utter_", PLAN_FORM)):
            yield str(event.action_name)


def _yes_means(tracker: DialogueStateTracker) -> str:
    """Return what a yes to the last thing said is; "" where it isn't marked."""
    for event in _before(tracker):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, BotUttered) and (marked := (event.metadata.get("metadata") or {}).get("yes_means")):
            return str(marked)
    return ""


def _was_away(tracker: DialogueStateTracker) -> bool:
    times = [event.timestamp for event in reversed(tracker.events) if isinstance(event, UserUttered)][:2]
    return len(times) == 2 and times[0] - times[1] > AWAY.total_seconds()
