"""Makes the model that the assistant runs, and knows when the one at hand still fits.

A model's name carries the fingerprint of all that went into it, so going back to an earlier state of the
data finds the earlier model. Two kinds of change are told apart: Rasa itself sees what changed in its own
files and trains only that; of the source behind a component, the word lists it reads or the encoder's weights
Rasa knows nothing, so such a change trains everything anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.lessons import LESSONS, Say, ensure_taught, hash_files, last_complaint
from bot.processes import die_with_parent
from bot.settings import ROOT, Settings
from bot.startup import Problem

KEPT = 2
RASA_FILES = ("config.yml", "domain.yml", "domain", "data/nlu", "data/stories", "data/rules")
BEHIND_RASA = ("bot/assistant", "bot/language", "data/words", "data/risk", "requirements.lock")


@dataclass(frozen=True)
class Fingerprint:
    """SHA-256 of what Rasa reads itself and of what stands behind its components."""

    data: str
    code: str

    @property
    def name(self) -> str:
        """The name of the model that belongs to it, without `.tar.gz`."""
        return f"securebase-{self.data[:8]}-{self.code[:8]}"


def fingerprint(settings: Settings) -> Fingerprint:
    """Return the fingerprint of the project as it is now, with the encoder that `settings` name."""
    code = hashlib.sha256(hash_files(BEHIND_RASA).encode())
    code.update(_encoder_source(settings).encode())
    return Fingerprint(hash_files(RASA_FILES), code.hexdigest())


def fresh_model(settings: Settings) -> Path | None:
    """Return the trained model that fits the project as it is now, or None."""
    model = settings.models_folder / f"{fingerprint(settings).name}.tar.gz"
    return model if model.is_file() and _read_fingerprint(model) == fingerprint(settings) else None


def ensure_encoder(settings: Settings, say: Say) -> None:
    """Build the sentence encoder when it is missing or was made from other weights or by other code.

    Raises Problem when the weights are missing or not what was published.
    """
    if encoder_is_current(settings):
        return
    # Imported here: a second `run` is ready sooner without the libraries that only building needs.
    from bot.language.encoder import EncoderError, build

    say("Building the sentence encoder.")
    try:
        build(settings.encoder_folder, settings.encoder)
        _encoder_note(settings).write_text(_encoder_source(settings), encoding="utf-8")
    except (EncoderError, OSError, KeyError, ValueError) as error:
        raise Problem(f"The sentence encoder could not be built: {error}") from error


def encoder_is_current(settings: Settings) -> bool:
    """Return whether the built encoder was made from the weights that the settings name, by today's code."""
    note = _encoder_note(settings)
    return note.is_file() and note.read_text(encoding="utf-8") == _encoder_source(settings)


def _encoder_note(settings: Settings) -> Path:
    # Inside the built folder, which is replaced as a whole: an encoder without its note is never trusted.
    return settings.encoder_folder / "source.txt"


def _encoder_source(settings: Settings) -> str:
    builder = hashlib.sha256((ROOT / "bot/language/encoder.py").read_bytes()).hexdigest()
    if settings.encoder is None:
        return f"the published weights, built by {builder}"
    weights = settings.encoder / "model.safetensors"
    digest = hashlib.sha256()
    try:
        with weights.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise Problem(f"SECUREBASE_ENCODER is set, but {weights} can't be read.") from error
    return f"{settings.encoder.resolve()} {digest.hexdigest()}, built by {builder}"


def ensure_model(settings: Settings, say: Say, force: bool = False) -> Path:
    """Return a model that fits the project as it is now; build the encoder and train if there is none.

    `say` is given one line for each step worth knowing; `force` trains even when a model fits. Raises
    Problem when training fails; what Rasa said is in `var/log/training.log`.
    """
    try:
        settings.models_folder.mkdir(parents=True, exist_ok=True)
        with (settings.models_folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two starts at once: the second finds the first one's model
            return _ensure_model(settings, say, force)
    except OSError as error:
        if (model := fresh_model(settings)) and not force:
            return model  # nothing can be written here, and nothing needs to be
        place = error.filename or settings.models_folder
        raise Problem(f"The model could not be written: {error.strerror} ({place}).") from error


def _ensure_model(settings: Settings, say: Say, force: bool) -> Path:
    ensure_encoder(settings, say)
    for lesson in LESSONS:
        ensure_taught(lesson, settings, say, force)
    wanted = fingerprint(settings)
    model = fresh_model(settings)
    if model and not force:
        os.utime(model)  # in use, so not the one to be cleared away
        return model
    newest = max(_own_models(settings), key=lambda path: path.stat().st_mtime, default=None)
    known = _read_fingerprint(newest) if newest else None
    everything = force or known is None or known.code != wanted.code
    say("Training the assistant. This takes a minute or two.")
    # Trained beside the finished models and moved in one step: an interrupted training leaves none.
    with tempfile.TemporaryDirectory(prefix=".training-", dir=settings.models_folder) as scratch:
        trained = _train(Path(scratch), wanted.name, everything, settings, say)
        model = settings.models_folder / trained.name
        os.replace(trained, model)
    _note(model).write_text(json.dumps(asdict(wanted)), encoding="utf-8")
    _clear_away(settings, say)
    return model


def _train(folder: Path, name: str, everything: bool, settings: Settings, say: Say) -> Path:
    command = [sys.executable, "-m", "rasa", "train", "--out", str(folder), "--fixed-model-name", name]
    if everything:
        command.append("--force")
    log = settings.var / "log" / "training.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        try:
            for line in process.stdout or ():
                file.write(line)
                if step := re.search(r"Starting to train component '(\w+)'", line):
                    say(f"Training {step[1]}.")
            code = process.wait()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    trained = folder / f"{name}.tar.gz"
    if code != 0 or not trained.is_file():
        if shutil.disk_usage(folder).free < 100_000_000:
            raise Problem(f"Training stopped because the disk is full: make room in {folder.parent}.")
        raise Problem(f"Training failed: {last_complaint(log)} All that Rasa said is in {log}.")
    return trained


def _note(model: Path) -> Path:
    return model.with_name(model.name.removesuffix(".tar.gz") + ".fingerprint.json")


def _read_fingerprint(model: Path) -> Fingerprint | None:
    try:
        return Fingerprint(**json.loads(_note(model).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _own_models(settings: Settings) -> list[Path]:
    return list(settings.models_folder.glob("securebase-*.tar.gz"))


def _clear_away(settings: Settings, say: Say) -> None:
    """Keep the newest models that we trained; those that somebody trained with Rasa's own command stay."""
    newest_first = sorted(_own_models(settings), key=lambda path: path.stat().st_mtime, reverse=True)
    for model in newest_first[KEPT:]:
        model.unlink()
        _note(model).unlink(missing_ok=True)
        say(f"Removed the older model {model.name}.")
    for unfinished in settings.models_folder.glob(".training-*"):
        shutil.rmtree(unfinished, ignore_errors=True)
