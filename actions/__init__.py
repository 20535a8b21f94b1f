"""Custom actions, one module a journey: read slots, call `bot.care` or `bot.language`, answer with a response."""

from bot.language.pipeline import nlp

nlp()  # loaded when the action server starts, so that the first parent doesn't wait for it
