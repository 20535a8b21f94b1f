"""REST on loopback, as Rasa defines it, with the guard around each turn."""

from __future__ import annotations

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint

from bot.assistant.channels.guard import Guard, Handler


class RestChannel(RestInput):
    """`POST /webhooks/rest/webhook {"sender", "message"}` -> a list of messages, never an empty one."""

    @classmethod
    def name(cls) -> str:
        """Keep Rasa's own address."""
        return "rest"

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """Return Rasa's routes with the guard in between."""
        guard = Guard.load()

        async def guarded(message: UserMessage) -> None:
            await guard.handle(message, on_new_message)

        routes: Blueprint = super().blueprint(guarded)
        return routes
