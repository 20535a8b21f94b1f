"""What stands before the first message: one `run` a folder, free ports, a current database, and the parts."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from bot.processes import Part, port_is_free
from bot.settings import ROOT, Settings, settings


class Problem(RuntimeError):
    """Something that a person can put right; the message is one sentence that says how."""


@dataclass(frozen=True)
class Running:
    """A `run` of this folder that is under way."""

    pid: int
    assistant_port: int
    actions_port: int

    @property
    def rest(self) -> str:
        """The address that takes a parent's message."""
        return rest_address(self.assistant_port)


def rest_address(port: int) -> str:
    """Return the address of Rasa's REST channel on this machine."""
    return f"http://127.0.0.1:{port}/webhooks/rest/webhook"


def read_settings() -> Settings:
    """Return the settings. Raises Problem naming the variable whose value can't be used."""
    try:
        found = settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise Problem(f"SECUREBASE_{str(first['loc'][0]).upper()} can't be used: {first['msg']}.") from error
    for name, port in _ports(found).items():
        if not 0 < port < 65536:
            raise Problem(f"{name} is {port}, and a port is a number from 1 to 65535.")
    if found.assistant_port == found.actions_port:
        raise Problem(f"Both parts would use port {found.actions_port}: set {' or '.join(_ports(found))}.")
    return found


def _ports(found: Settings) -> dict[str, int]:
    return {
        "SECUREBASE_ASSISTANT_PORT": found.assistant_port,
        "SECUREBASE_ACTIONS_PORT": found.actions_port,
    }


def check_writable(found: Settings) -> None:
    """Raise Problem when the var folder can't be written or its disk is full."""
    probe = found.var / f".writable-{os.getpid()}"
    try:
        found.var.mkdir(parents=True, exist_ok=True, mode=0o700)  # families' data is for its owner only
        (found.var / "log").mkdir(exist_ok=True, mode=0o700)
        probe.write_bytes(b"0" * 4096)
        probe.unlink()
    except OSError as error:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Problem(f"The disk of {found.var} is full: make room and start again.") from error
        raise Problem(
            f"Nothing can be written in {found.var}: make it writable for you, or name another folder in "
            "SECUREBASE_VAR."
        ) from error


def check_ports(found: Settings) -> None:
    """Raise Problem for the first port of a part that another program holds."""
    for name, port in _ports(found).items():
        if not port_is_free(port):
            raise Problem(f"Port {port} is taken by another program: stop it, or set {name} to a free port.")


def under_way(found: Settings) -> Running | None:
    """Return the `run` that is under way in this folder, or None."""
    try:
        with (found.var / "run.lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return Running(**json.loads(lock.read()))
    except (OSError, ValueError, TypeError):
        pass
    return None


@contextlib.contextmanager
def only_run(found: Settings) -> Iterator[None]:
    """Be the only `run` of this folder while the block lasts. Raises Problem when there is one already.

    The kernel lets go of the lock when the process ends, however it ends.
    """
    with (found.var / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            other = under_way(found)
            stop = f"Ctrl-C in its window, or: kill {other.pid}" if other else "Ctrl-C in its window"
            raise Problem(f"Secure Base is already running from this folder; stop it with {stop}.") from error
        lock.truncate(0)
        lock.write(json.dumps(asdict(Running(os.getpid(), found.assistant_port, found.actions_port))))
        lock.flush()
        yield


def upgrade_database(found: Settings) -> None:
    """Bring the database's tables up to date. Raises Problem when the database can't be used."""
    # Imported here: SQLAlchemy and Alembic take half a second that most commands needn't wait.
    from alembic.util import CommandError
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from bot.care import database

    try:
        database.upgrade()
    except (SQLAlchemyError, CommandError, OSError) as error:
        try:
            place = make_url(found.store_url).render_as_string(hide_password=True)
        except SQLAlchemyError:
            raise Problem("SECUREBASE_DATABASE_URL is not a database address.") from error
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise Problem(f"The database {place} can't be used: {reason}.") from error


def endpoints_file(found: Settings) -> Path:
    """Return the endpoints file for these settings: the repository's, or a copy with the other port."""
    original = ROOT / "endpoints.yml"
    content = yaml.safe_load(original.read_text(encoding="utf-8"))
    address = f"http://localhost:{found.actions_port}/webhook"
    if content["action_endpoint"]["url"] == address:
        return original
    content["action_endpoint"]["url"] = address
    copy = found.var / "endpoints.yml"
    copy.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return copy


def parts(found: Settings, model: Path) -> list[Part]:
    """Return the processes that make up an installation, with `model` loaded in the assistant."""
    python = sys.executable
    assistant = [python, "-m", "rasa", "run", "--port", str(found.assistant_port), "--interface", "127.0.0.1"]
    assistant += ["--model", str(model), "--endpoints", str(endpoints_file(found))]
    assistant += ["--credentials", str(ROOT / "credentials.yml")]
    actions = [python, "-m", "rasa_sdk", "--actions", "actions", "--port", str(found.actions_port)]
    return [
        # The action server trusts whoever asks and listens on every interface unless told otherwise.
        Part(
            "actions", actions, f"http://127.0.0.1:{found.actions_port}/health", {"SANIC_HOST": "127.0.0.1"}
        ),
        Part("worker", [python, "-m", "bot.worker"]),
        Part("assistant", assistant, f"http://127.0.0.1:{found.assistant_port}/"),
    ]


def prepare(found: Settings, say: Callable[[str], None]) -> Path:
    """Do all that comes before the parts can start, and return the model. Raises Problem."""
    from bot.training import ensure_model

    check_writable(found)
    found.key()
    upgrade_database(found)
    return ensure_model(found, say)
