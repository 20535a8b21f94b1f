"""The word lists under `data/words/`, each read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "data" / "words"


@cache
def words(name: str) -> Any:
    """Return the content of `data/words/<name>.yml`. Raises FileNotFoundError when there is no such list."""
    return yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))


def flat(listed: dict[str, list[str]]) -> frozenset[str]:
    """Return all the words of a mapping of lists, whatever the key they stand under."""
    return frozenset(word for group in listed.values() for word in group)
