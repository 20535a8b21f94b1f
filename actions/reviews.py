"""The reviews of a parent's own words, as far as they were taught: without them the conversation goes on."""

from __future__ import annotations

import logging

from bot.language.apology import ApologyReview, review_apology
from bot.language.encoder import EncoderError
from bot.language.reviewer import Reviewer, reviewer
from bot.language.validation import ValidationReview, review_validation
from bot.settings import settings

logger = logging.getLogger(__name__)


def apology_review(draft: str) -> ApologyReview | None:
    """Return the review of a drafted apology, or None where nothing was taught."""
    taught = _taught()
    return review_apology(draft, taught) if taught else None


def validation_review(sentence: str) -> ValidationReview | None:
    """Return the review of a sentence to an upset child, or None where nothing was taught."""
    taught = _taught()
    return review_validation(sentence, taught) if taught else None


def _taught() -> Reviewer | None:
    try:
        return reviewer(settings().reviews_folder)
    except (OSError, EncoderError, ValueError) as error:
        logger.error("The reviewer can't be read (%s). Run ./securebase doctor.", type(error).__name__)
        return None
