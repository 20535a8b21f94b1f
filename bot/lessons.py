"""What is taught before Rasa trains: the risk classifier and the reviewer, each when what stands behind it changed."""

from __future__ import annotations

import fcntl
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.processes import die_with_parent
from bot.settings import ROOT, Settings
from bot.startup import Problem

Say = Callable[[str], None]

_ENDINGS = {".yml", ".yaml", ".py", ".lock", ".json", ".jsonl", ".txt", ".csv"}
_BEHIND_ALL = ("bot/language/encoder.py", "bot/language/teaching.py", "requirements.lock")


@dataclass(frozen=True)
class Lesson:
    """Something that is taught: by `module`, into the folder `name` under var, from what stands `behind` it."""

    name: str
    subject: str
    module: str
    behind: tuple[str, ...]

    def folder(self, settings: Settings) -> Path:
        """Return where what was taught is kept."""
        return settings.var / self.name

    def source(self) -> str:
        """Return the SHA-256 of everything that it is taught from, as the project is now."""
        return hash_files((*self.behind, *_BEHIND_ALL))


# data/nlu is read as ordinary talk, too, and left out here: an example more for an intent teaches nothing about danger,
# and would cost minutes. `./securebase train --force` teaches anew.
RISK = Lesson(
    "risk",
    "risk classifier",
    "bot.language.risk.learning",
    ("data/risk/examples", "bot/language/risk/learning.py", "bot/language/risk/examples.py"),
)
REVIEWS = Lesson(
    "reviews",
    "reviewer of apologies",
    "bot.language.review_learning",
    (
        "data/reviews/apology.jsonl",
        "data/reviews/validation.jsonl",
        "bot/language/review_learning.py",
        "bot/language/reviewer.py",
    ),
)
INTENTS = Lesson(
    "intents",
    "reader of intents",
    "bot.language.intent_learning",
    ("data/nlu", "bot/language/intent_learning.py"),
)
LESSONS = (RISK, REVIEWS, INTENTS)


def ensure_taught(lesson: Lesson, settings: Settings, say: Say, force: bool = False) -> None:
    """Teach `lesson` when it was not, or its examples or its code changed. Raises Problem.

    Taught beside what is at hand and moved in one step: an interrupted lesson leaves the former one.
    """
    if is_taught(lesson, settings) and not force:
        return
    settings.var.mkdir(parents=True, exist_ok=True)
    with (settings.var / f".{lesson.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_taught(lesson, settings) and not force:
            return  # another process taught it in the meantime
        say(f"Teaching the {lesson.subject}. This takes some minutes, and only when its examples change.")
        folder = lesson.folder(settings)
        try:
            with tempfile.TemporaryDirectory(prefix=f".{lesson.name}-", dir=settings.var) as scratch:
                draft = Path(scratch) / lesson.name
                _teach(lesson, draft, settings, say)
                (draft / "source.txt").write_text(lesson.source(), encoding="utf-8")
                shutil.rmtree(folder, ignore_errors=True)
                draft.rename(folder)
        except OSError as error:
            raise Problem(f"The {lesson.subject} could not be taught: {error}") from error


def is_taught(lesson: Lesson, settings: Settings) -> bool:
    """Return whether `lesson` was taught with today's examples, by today's code."""
    note = lesson.folder(settings) / "source.txt"
    return note.is_file() and note.read_text(encoding="utf-8") == lesson.source()


def _teach(lesson: Lesson, folder: Path, settings: Settings, say: Say) -> None:
    """Teach in a process of its own: the memory that TensorFlow takes is given back."""
    command = [sys.executable, "-m", lesson.module, str(folder)]
    log = settings.var / "log" / f"{lesson.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True, preexec_fn=die_with_parent
        )
        for line in process.stdout or ():
            say(line.strip())
        if process.wait() != 0:
            raise Problem(f"The {lesson.subject} could not be taught: {last_complaint(log)} More is in {log}.")


def hash_files(names: Iterable[str]) -> str:
    """Return the SHA-256 of these files and folders of the project, of what can be read as text; names count too."""
    digest = hashlib.sha256()
    for name in names:
        place = ROOT / name
        files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
        for path in files:
            if path.suffix in _ENDINGS and path.is_file():
                content = path.read_bytes()
                digest.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode())
                digest.update(content)
    return digest.hexdigest()


def last_complaint(log: Path) -> str:
    """Return the line of a log that most likely says what is wrong, ended by a full stop."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8").splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"\b(\w*Error|\w*Exception)\b", line)] or lines
    return re.sub(r"\x1b\[[0-9;]*m", "", telling[-1]).rstrip(".") + "." if telling else "It said nothing."
