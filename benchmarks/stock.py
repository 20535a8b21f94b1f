"""The assistant that `rasa init` would give for our own data: what ours is measured against.

Its pipeline and policies are Rasa's own defaults, read from the installed package. Intents, rules, responses and slots
are this repository's. Two things are added or lost by that:

- TED, UnexpecTED and Memoization learn from stories and we have none, so each rule that needs no context is given to
  them as a story as well.
- Nothing in our data is annotated for entities (our reader finds them), so DIET learns none, and slots are filled only
  by intents, texts and buttons.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from bot.settings import ROOT

RESULTS = ROOT / "results"

# How often DIET sees the data in the configuration of `rasa init`.
EPOCHS = 100

# Written last, with the seconds that training took: without it a training was interrupted.
FINISHED = "seconds.txt"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Project:
    """A folder as `rasa init` lays it out, its trained model, and how many seconds training it took."""

    folder: Path
    model: Path
    seconds: float


def stock_config(epochs: int = EPOCHS, with_policies: bool = True) -> dict[str, Any]:
    """Return the configuration that Rasa itself fills in for a new project.

    `epochs` is how often DIET sees the data (Rasa's own figure is `EPOCHS`); without policies it is NLU only.
    """
    text = files("rasa.engine.recipes.config_files").joinpath("default_config.yml").read_text(encoding="utf-8")
    config: dict[str, Any] = yaml.safe_load(text)
    for component in config["pipeline"]:
        if component["name"] == "DIETClassifier":
            component["epochs"] = epochs
    if not with_policies:
        del config["policies"]
    return config


def trained_stock(say: Say, epochs: int = EPOCHS, with_stories: bool = True, stale: bool = False) -> Project:
    """Return the stock assistant for the data as it is now, trained before or trained now (half a minute an epoch).

    `with_stories=False` leaves TED, UnexpecTED and Memoization with nothing to learn. `stale=True` takes the one
    trained last, though the data may have changed since. Raises RuntimeError when training fails; what Rasa said is in
    `training.log` beside the model.
    """
    contents = _contents(epochs, with_stories)
    digest = hashlib.sha256("\0".join(f"{name}\0{text}" for name, text in contents.items()).encode()).hexdigest()
    folder = RESULTS / "stock" / f"{'stories' if with_stories else 'rules'}-{epochs}-{digest[:12]}"
    if stale and not (folder / FINISHED).is_file():
        earlier = list((RESULTS / "stock").glob(f"{folder.name.removesuffix(digest[:12])}*/{FINISHED}"))
        if earlier:
            folder = max(earlier, key=lambda path: path.stat().st_mtime).parent
            say(f"The stock assistant in {folder} was trained on data that has changed since.")
    if not (folder / FINISHED).is_file():
        for name, text in contents.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        say(f"Training the stock assistant in {folder}.")
        (folder / FINISHED).write_text(f"{_train(folder):.0f}", encoding="utf-8")
    return Project(folder, folder / "models/stock.tar.gz", float((folder / FINISHED).read_text(encoding="utf-8")))


def _contents(epochs: int, with_stories: bool) -> dict[str, str]:
    """Return the project's files, by name: copies, so that a later change of ours does not reach them."""
    sources = [*sorted((ROOT / "data/nlu").glob("*.yml")), *sorted((ROOT / "data/stories").glob("*.yml"))]
    found = {f"data/{path.parent.name}/{path.name}": path.read_text(encoding="utf-8") for path in sources}
    if with_stories:
        found["data/stories_from_rules.yml"] = _dump({"version": "3.1", "stories": _stories()})
    return found | {
        "domain.yml": (ROOT / "domain.yml").read_text(encoding="utf-8"),
        "config.yml": _dump(stock_config(epochs)),
        "credentials.yml": _dump({"rest": None}),
    }


def _stories() -> list[dict[str, Any]]:
    """Return the rules that begin with an intent and need no context, as stories."""
    stories = []
    for path in sorted((ROOT / "data/stories").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8")).get("rules", []):
            if "condition" not in rule and "intent" in rule["steps"][0] and rule.get("wait_for_user_input", True):
                stories.append({"story": rule["rule"], "steps": rule["steps"]})
    return stories


def _dump(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def _train(folder: Path) -> float:
    """Train in `folder` and return the seconds it took."""
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "stock"]
    cache = {"RASA_CACHE_DIRECTORY": str(RESULTS / "stock" / "cache"), "RASA_TELEMETRY_ENABLED": "false"}
    began = time.monotonic()
    with (folder / "training.log").open("w", encoding="utf-8") as log:
        code = subprocess.run(
            command, cwd=folder, env={**os.environ, **cache}, stdout=log, stderr=subprocess.STDOUT, check=False
        ).returncode
    if code != 0 or not (folder / "models/stock.tar.gz").is_file():
        raise RuntimeError(f"The stock assistant could not be trained; see {folder / 'training.log'}.")
    return time.monotonic() - began
