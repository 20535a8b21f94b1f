"""Repair: the apology is put together from the parent's own words, and theirs to change."""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.careful import CarefulAction, Events, told
from actions.reviews import apology_review
from bot.language.ages import find_age
from bot.language.composing import act_of, compose, is_apology
from bot.language.excuse import find_excuse
from bot.language.pipeline import read
from bot.language.wording import as_sentence, written

logger = logging.getLogger(__name__)


class ValidateRepairForm(FormValidationAction):
    """Reads the act out of a drafted apology, and says kindly where a "but" takes it back."""

    def name(self) -> str:
        """Return the action's name in the domain; the form calls it with each answer."""
        return "validate_repair_form"

    def validate_repair_act(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """Return the act as a phrase in the past ("screamed at you"); the whole answer where none is found.

        None, so that it is asked once more, for an answer that can't be one: "he's 2", "ok then".
        """
        try:
            # The entity is only the act; when the act was asked for, the whole answer is the draft.
            asked = tracker.get_slot("requested_slot") == "repair_act"
            draft = str(tracker.latest_message["text"] if asked else value)
            excuse = find_excuse(draft)
            if excuse and excuse.kept:
                kept = as_sentence(written(excuse.kept, sentence=True))
                dispatcher.utter_message(
                    response="utter_apology_excuse", apology=kept, apology_excuse=excuse.excuse
                )
                draft = excuse.kept
            return {"repair_act": act_of(draft) or (None if _tells_no_act(draft) else draft)}
        except Exception as error:  # see CarefulAction: nothing may be raised towards rasa-sdk
            logger.error("%s failed with %s.", self.name(), type(error).__name__)
            return {"repair_act": value}


class ActionComposeApology(CarefulAction):
    """Puts the apology together."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_compose_apology"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set the slot `apology`, from the act, the child's need and the plan."""
        return [SlotSet("apology", _compose(tracker, plan=told(tracker, "repair_plan")))]


class ActionTakeOwnWords(CarefulAction):
    """Takes the parent's own wording, and finds where an excuse takes it back."""

    def name(self) -> str:
        """Return the action's name in the domain."""
        return "action_take_own_words"

    async def answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Set `apology` to the wording, without its excuse, and `own_words_verdict`: clear, excuse, flawed, addition.

        An addition is an answer that is no apology ("I'd look for them with him"): it becomes the next step in it.
        """
        draft = str(tracker.latest_message.get("text") or "")
        if not is_apology(draft):
            whole = _compose(tracker, plan=draft)
            return [SlotSet("apology", whole), SlotSet("repair_plan", draft), SlotSet("own_words_verdict", "addition")]
        excuse = find_excuse(draft)
        if excuse and excuse.kept:
            return [
                SlotSet("apology", as_sentence(written(excuse.kept, sentence=True))),
                SlotSet("apology_excuse", excuse.excuse),
                SlotSet("own_words_verdict", "excuse"),
            ]
        review = apology_review(draft)
        return [
            SlotSet("apology", as_sentence(written(draft, sentence=True))),
            SlotSet("apology_excuse", None),
            SlotSet("apology_suggestion", review.suggestion if review else None),
            SlotSet("own_words_verdict", "flawed" if review and not review.sincere and review.certain else "clear"),
        ]


def _compose(tracker: Tracker, plan: str | None) -> str:
    return compose(
        act=str(tracker.get_slot("repair_act") or ""),
        need=told(tracker, "repair_need"),
        plan=plan,
        name=tracker.get_slot("child_name"),
        age_band=tracker.get_slot("age_band"),
    )


def _tells_no_act(answer: str) -> bool:
    return find_age(read(answer)) is not None or len(answer.split()) < 3
