"""Words to say: two gentle guesses at the feeling, and a sentence that a parent can say out loud."""

from __future__ import annotations

import json
import re
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.careful import CarefulAction, Events
from actions.conversation import said_so_far, situation
from actions.reviews import validation_review
from bot.language.phrases import feeling_words, guesses, storm_words
from bot.language.wording import as_sentence, written
from bot.language.words import words

# "You" or a quotation mark: said to the child rather than about it.
_SAID_TO_CHILD = re.compile(r"\b(?:you|ur|u|you're|youre|your)\b.*\w+ \w+|[\"“].+[\"”]", re.IGNORECASE)
_LEAD = re.compile(
    r"^\W*(?:(?:so|maybe|perhaps|ok|okay|no|well|how about|what about|more like|rather|then)\W+)*"
    r"(?:i(?:'d| would|'ll| will| might)(?: rather| probably)? (?:say|tell (?:him|her|them))|i say|say)\b\W*",
    re.IGNORECASE,
)


class ActionFindWords(CarefulAction):
    """Finds a sentence for this child and this moment that was not offered before."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_find_words"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set the slot `words`: very few of them in a storm, a sentence that names the feeling otherwise."""
        in_a_storm = _last_form(tracker) in ("settle_form", "soothe_form")
        find = storm_words if in_a_storm else feeling_words
        return [SlotSet("words", find(situation(tracker), said_so_far(tracker)))]


class ValidateFitForm(FormValidationAction):
    """Tells a sentence of the parent's own ("you really wanted that one") from another feeling."""

    def name(self) -> str:
        """Return the action's name in the domain; the form calls it with each answer."""
        return "validate_fit_form"

    def validate_words_fit(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """Return the answer, or `own` where it is a sentence said to the child."""
        text = str(tracker.latest_message.get("text") or "")
        own = value == "other" and not text.startswith("/") and _SAID_TO_CHILD.search(text)
        return {"words_fit": "own" if own else value}


class ActionReviewNaming(CarefulAction):
    """Reviews the sentence that a parent would say instead."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_review_naming"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set `naming_verdict` to validates or flawed, with the sentence or the suggestion."""
        sentence = _LEAD.sub("", written(str(tracker.latest_message.get("text") or ""))).strip(" \"'“”")
        review = validation_review(sentence)
        flawed = review is not None and not review.validating
        return [
            SlotSet("own_naming", as_sentence(sentence)),
            SlotSet("naming_suggestion", review.suggestion if review and flawed else None),
            SlotSet("naming_verdict", "flawed" if flawed else "validates"),
        ]


class ActionAskChildFeeling(CarefulAction):
    """Asks which feeling it may be, with the two likeliest for what happened."""

    def name(self) -> str:
        """Return the action's name in the domain; the form calls it to ask for its slot."""
        return "action_ask_child_feeling"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Answer with the question and a button for each guess; a feeling in free text does as well."""
        moment = situation(tracker)
        titles: dict[str, str] = words("buttons")["feelings"]
        guessed = guesses(moment.event or moment.thing, moment.age_band)
        buttons = [
            {"title": titles.get(name, name.capitalize()), "payload": f"/inform{json.dumps({'feeling': name})}"}
            for name in guessed
        ]
        buttons.append({"title": words("buttons")["not_known"], "payload": "/unsure"})
        one, two = (titles.get(name, name).lower() for name in guessed)
        dispatcher.utter_message(response="utter_ask_child_feeling", guess_one=one, guess_two=two, buttons=buttons)
        return []


def _last_form(tracker: Tracker) -> str | None:
    """Return the form that was active last."""
    forms = (event["name"] for event in reversed(tracker.events) if event.get("event") == "active_loop")
    return next((name for name in forms if name), None)
