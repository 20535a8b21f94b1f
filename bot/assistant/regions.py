"""The numbers that a response may name, by region: {emergency} and a line for each risk category."""

from __future__ import annotations

from functools import lru_cache

from bot.care.services import CATEGORIES
from bot.care.support import directory
from bot.settings import settings


@lru_cache(maxsize=64)
def lines_of(region: str | None) -> dict[str, str]:
    """Return `emergency`, `place`, `duty` and `<category>_line` for a region's code (None: this installation's).

    A line reads after "please" or "you can". Raises SupportError when the directory is wrong, at start-up.
    """
    code = region or settings().region
    home = directory().region(code)
    lines = {"emergency": str(home.emergency), "place": str(home.name), "duty": str(home.duty)}
    for category in CATEGORIES:
        first = _first_line(category, code)
        lines[f"{category}_line"] = first
    return lines


def _first_line(category: str, code: str) -> str:
    """Say the most urgent verified service that isn't the emergency number itself, which is named beside it."""
    services = directory().lines_for(category, code)
    others = [service for service in services if "emergency" not in service.needs and service.verified]
    return str((others or services)[0].say)
