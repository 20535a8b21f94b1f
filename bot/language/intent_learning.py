"""Teaches the reader of intents on the examples of `data/nlu`: the third view that `intents.py` takes of a message.

On messages of families that no example was written by, the two other views were right in 0.68, with this one in 0.78
(docs/benchmarks.md).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml

from bot.language.intents import is_left_out
from bot.language.teaching import one_of, teach

EPOCHS = 4

DATA = Path(__file__).resolve().parents[2] / "data" / "nlu"


def main(arguments: Sequence[str]) -> None:
    """Learn from this repository's examples, into the folder that the first argument names; print each pass."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True)
    examples = [(text, intent) for text, intent in labelled(DATA) if not is_left_out(text)]
    intents = sorted({intent for _, intent in examples})
    (folder / "intents.json").write_text(json.dumps(intents), encoding="utf-8")
    truth = np.eye(len(intents))[[intents.index(intent) for _, intent in examples]]
    teach([text for text, _ in examples], truth, one_of, EPOCHS, folder, lambda line: print(line, flush=True))


def labelled(folder: Path) -> list[tuple[str, str]]:
    """Return each example of Rasa's NLU files with its intent."""
    return [
        (text, str(entry["intent"]))
        for path in sorted(folder.glob("*.yml"))
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
        if entry.get("intent")
        for text in re.findall(r"^\s*- (.+)$", str(entry["examples"]), re.MULTILINE)
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
