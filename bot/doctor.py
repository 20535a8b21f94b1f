"""Says what is wrong with this installation, and for each thing what to do."""

from __future__ import annotations

import hashlib
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.lessons import INTENTS, REVIEWS, RISK, is_taught
from bot.processes import answers, port_is_free
from bot.settings import ROOT, Settings
from bot.startup import Problem, check_writable, under_way
from bot.training import encoder_is_current, fresh_model

LOCKS = ("requirements.lock", "requirements-encoder.lock")  # in the launcher's order
SPACE_WANTED = 500_000_000  # bytes: a training's scratch files, two models and the logs


@dataclass(frozen=True)
class Finding:
    """What was looked at, and what to do about it; nothing to do means that it is well."""

    subject: str
    to_do: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each thing that an installation needs. Changes nothing but a probe file."""
    for subject, look in LOOKS.items():
        try:
            yield Finding(subject, look(settings))
        except Problem as problem:
            yield Finding(subject, str(problem))
        except OSError as error:
            yield Finding(subject, f"{error.filename}: {error.strerror}. Make it readable for you.")


def _python(_: Settings) -> str:
    found = sys.version.split()[0]
    return "" if sys.version_info[:2] == (3, 10) else f"This is Python {found}; start it with ./securebase."


def _packages(_: Settings) -> str:
    stamp = ROOT / ".venv" / "securebase.stamp"
    locks = b"".join((ROOT / name).read_bytes() for name in LOCKS)
    wanted = f"{hashlib.sha256(locks).hexdigest()} {ROOT}"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return ""
    return "The packages are not those of the lock files: start ./securebase once, which installs them."


def _encoder(settings: Settings) -> str:
    from bot.language.encoder import EncoderError, load_encoder, shipped_weights, verify

    try:
        if settings.encoder is None:
            verify(shipped_weights())
        if not encoder_is_current(settings):
            return "It was not built from today's weights: run ./securebase train."
        load_encoder(settings.encoder_folder)
    except (EncoderError, RuntimeError, ValueError) as error:
        return str(error)
    return ""


def _classifier(settings: Settings) -> str:
    if not is_taught(RISK, settings):
        return "It was not taught on today's examples, the rules screen alone: run ./securebase train."
    from bot.language.encoder import EncoderError
    from bot.language.risk.classifier import RiskClassifier

    try:
        RiskClassifier.load(settings.risk_folder).probabilities("hello")
    except (EncoderError, OSError, RuntimeError, ValueError, KeyError) as error:
        return f"It can't be read ({type(error).__name__}): run ./securebase train --force."
    return ""


def _reviewer(settings: Settings) -> str:
    if not is_taught(REVIEWS, settings):
        return "It was not taught on today's examples: run ./securebase train."
    from bot.language.encoder import EncoderError
    from bot.language.reviewer import Reviewer

    try:
        Reviewer.load(settings.reviews_folder).marks("apology", "I'm sorry I shouted.")
    except (EncoderError, OSError, RuntimeError, ValueError, KeyError) as error:
        return f"It can't be read ({type(error).__name__}): run ./securebase train --force."
    return ""


def _intents(settings: Settings) -> str:
    if not is_taught(INTENTS, settings):
        return "It was not taught on today's examples: run ./securebase train."
    return ""


def _model(settings: Settings) -> str:
    if fresh_model(settings):
        return ""
    return "None is trained on the data as it is now: run ./securebase train (or run, which trains first)."


def _writable(settings: Settings) -> str:
    check_writable(settings)
    return ""


def _space(settings: Settings) -> str:
    place = next(folder for folder in (settings.var, *settings.var.absolute().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    return "" if free >= SPACE_WANTED else f"Only {free // 1_000_000} MB are free on its disk: make room."


def _key(settings: Settings) -> str:
    path = settings.var / "secret.key"
    if settings.secret_key.get_secret_value():
        return ""
    if not path.exists():
        return "There is none yet: ./securebase run makes it."
    open_to_others = path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return f"Others can read it: chmod 600 '{path}'." if open_to_others else ""


def _database(settings: Settings) -> str:
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    try:
        url = make_url(settings.store_url)
        if url.get_backend_name() == "sqlite" and not (ROOT / (url.database or "")).is_file():
            return "There is none yet: ./securebase run makes it."
        with create_engine(url).connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except (SQLAlchemyError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return f"It can't be reached ({reason}): check SECUREBASE_DATABASE_URL and that the server runs."
    if current != ScriptDirectory(str(ROOT / "bot" / "care" / "migrations")).get_current_head():
        return "Its tables are not those of this version: ./securebase run brings them up to date."
    return ""


def _ports(settings: Settings) -> str:
    running = under_way(settings)
    if running:
        addresses = {
            "assistant": f"http://127.0.0.1:{running.assistant_port}/",
            "action server": f"http://127.0.0.1:{running.actions_port}/health",
        }
        silent = [name for name, address in addresses.items() if not answers(address)]
        return f"No answer from the {' and the '.join(silent)}: see {settings.var / 'log'}." if silent else ""
    ports = {"ASSISTANT": settings.assistant_port, "ACTIONS": settings.actions_port}
    taken = [f"{port} (SECUREBASE_{name}_PORT)" for name, port in ports.items() if not port_is_free(port)]
    return f"Another program holds {' and '.join(taken)}: stop it or set another." if taken else ""


LOOKS: dict[str, Callable[[Settings], str]] = {
    "Python 3.10": _python,
    "packages": _packages,
    "folder for data": _writable,
    "disk space": _space,
    "secret key": _key,
    "sentence encoder": _encoder,
    "risk classifier": _classifier,
    "reviewer": _reviewer,
    "reader of intents": _intents,
    "model": _model,
    "database": _database,
    "ports": _ports,
}
