"""Recognising when a parent needs more than a chatbot; the specification is docs and data/risk/README.md."""

from bot.language.risk.screener import Finding, Screener, screener
from bot.language.risk.urgency import Urgency

__all__ = ["Finding", "Screener", "Urgency", "screener"]
