"""A whole installation in a folder of its own: the parts that `run` starts, and ways to break one of them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.care import database, secrecy
from bot.care.models import Alert, CheckIn, Parent
from bot.lessons import LESSONS, ensure_taught
from bot.processes import Part, answers, die_with_parent
from bot.settings import ROOT, Settings
from bot.startup import endpoints_file, parts, rest_address
from bot.training import encoder_is_current

READY_WITHIN = 120.0  # seconds
WORKER_WITHIN = 15.0  # seconds; the worker looks every 5


class Installation:
    """The assistant, action server, worker and database, with everything they write under `var`."""

    def __init__(self, var: Path) -> None:
        """Choose free ports; nothing is started yet."""
        assistant_port, actions_port = _free_ports(2)
        self.settings = Settings(
            var=var,
            assistant_port=assistant_port,
            actions_port=actions_port,
            database_url="",
            secret_key=SecretStr(""),
            region="CA-ON",
            encoder=None,
        )
        self.logs = var / "log"
        self.rest = rest_address(assistant_port)
        self.model = Path()
        self._parts: dict[str, Part] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def prepare(self) -> None:
        """Do what `run` does before it starts the parts; train only when no model fits the project as it is."""
        self.logs.mkdir(parents=True)
        usual = Settings(var=ROOT / "var", encoder=None)
        if encoder_is_current(usual):  # building it takes longer than copying it
            shutil.copytree(usual.encoder_folder, self.settings.encoder_folder)
        for lesson in LESSONS:  # and teaching takes minutes: once for this machine, not for each test run
            ensure_taught(lesson, usual, print)
            shutil.copytree(lesson.folder(usual), lesson.folder(self.settings))
        trained = subprocess.run(
            [sys.executable, "-m", "bot.cli", "train"],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
        )
        assert trained.returncode == 0, f"no model could be made:\n{trained.stdout}{trained.stderr}"
        self.model = Path(trained.stdout.rsplit("Model: ", 1)[1].strip())
        self.settings.key()
        database.upgrade(self.settings.store_url)
        endpoints_file(self.settings)
        self._parts = {part.name: part for part in parts(self.settings, self.model)}

    def start(self, *names: str) -> None:
        """Start the parts with these names (none: all) and wait until they answer."""
        chosen = [self._parts[name] for name in names or self._parts]
        for part in chosen:
            with (self.logs / f"{part.name}.log").open("ab") as log:
                self._running[part.name] = subprocess.Popen(
                    part.command,
                    cwd=ROOT,
                    env={**self._environment(), **part.environment},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=die_with_parent,
                )
        for part in chosen:
            wait_until(partial(self._ready, part), f"{part.name} is not ready")

    def _ready(self, part: Part) -> bool:
        return self.alive(part.name) and (not part.address or answers(part.address))

    def stop(self, *names: str) -> None:
        """Stop the parts with these names (none: all); what they started ends with them."""
        for name in names or list(self._running):
            process = self._running.pop(name, None)
            if process is None:
                continue
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def alive(self, name: str) -> bool:
        """Return whether a part that was started is still there. Fails when it ended by itself."""
        process = self._running[name]
        assert process.poll() is None, f"{name} ended by itself: {self.log(name)[-2000:]}"
        return True

    def process(self, name: str) -> subprocess.Popen[bytes]:
        """Return the process of a part that was started."""
        return self._running[name]

    @property
    def running(self) -> list[str]:
        """The names of the parts that were started and not stopped."""
        return list(self._running)

    def log(self, name: str) -> str:
        """Return all that a part wrote."""
        return (self.logs / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    # ---- the database and the waiting place

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """Let a folder stand where the database's file belongs, so that nothing can be opened."""
        with _replaced(self.settings.var / "securebase.db", Path.mkdir):
            yield

    @contextmanager
    def without_journal(self) -> Iterator[None]:
        """Let a file stand where the journal's folder belongs."""
        with _replaced(self.settings.journal_folder, Path.touch):
            yield

    def check_ins(self, sender: str) -> list[dict[str, Any]]:
        """Return what is kept of a sender's check-ins, oldest first, with their texts in the clear."""
        with self._secrets(), Session(database.engine(self.settings.store_url), future=True) as opened:
            mine = select(CheckIn).join(Parent).where(Parent.identity_hash == secrecy.keyed_hash(sender))
            rows = opened.scalars(mine.order_by(CheckIn.at)).all()
            names = ("mood", "child_feeling", "moment_kind", "moment", "helped", "note")
            return [{name: getattr(row, name) for name in names} for row in rows]

    def alerts(self, senders: Collection[str]) -> list[dict[str, Any]]:
        """Return what the database holds of alerts about these senders."""
        with self._secrets(), Session(database.engine(self.settings.store_url), future=True) as opened:
            hashes = {secrecy.keyed_hash(sender) for sender in senders}
            rows = [row for row in opened.scalars(select(Alert)).all() if row.conversation_hash in hashes]
            names = ("category", "urgency", "evidence", "answer", "words")
            return [{name: getattr(row, name) for name in names} for row in rows]

    @contextmanager
    def _secrets(self) -> Iterator[None]:
        """Use this installation's secret, and no other test's."""
        secrecy._derived.cache_clear()
        try:
            with patch.object(secrecy, "settings", lambda: self.settings):
                yield
        finally:
            secrecy._derived.cache_clear()

    def _environment(self) -> dict[str, str]:
        """Return what the launcher sets, and the settings of this installation instead of any from outside."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("SECUREBASE_")}
        return {
            **outside,
            "SECUREBASE_VAR": str(self.settings.var),
            "SECUREBASE_ASSISTANT_PORT": str(self.settings.assistant_port),
            "SECUREBASE_ACTIONS_PORT": str(self.settings.actions_port),
            "RASA_TELEMETRY_ENABLED": "false",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONWARNINGS": "ignore",
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }


def wait_until(holds: Callable[[], object], what: str, within: float = READY_WITHIN) -> None:
    """Return once `holds` does. Fails after `within` seconds."""
    until = time.monotonic() + within
    while not holds():
        assert time.monotonic() < until, f"waited {within:g} s in vain: {what}"
        time.sleep(0.1)


@contextmanager
def _replaced(path: Path, stand_in: Callable[[Path], None]) -> Iterator[None]:
    aside = path.with_name(f"{path.name}.aside")
    there = path.exists()
    if there:
        path.rename(aside)
    stand_in(path)
    try:
        yield
    finally:
        path.rmdir() if path.is_dir() else path.unlink()
        if there:
            aside.rename(path)


def _free_ports(number: int) -> list[int]:
    probes = [socket.socket() for _ in range(number)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
