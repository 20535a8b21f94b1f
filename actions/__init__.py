"""Custom actions, one module a journey: read slots, call `bot.care` or `bot.language`, answer with a response."""
