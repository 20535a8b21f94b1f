"""Keeps the parts of an installation running: starts them, shows their words, restarts what dies.

Each part leads its own process group, so that what it starts itself ends with it, and is told by the kernel
when this process is killed without a chance to say so.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path

import httpx

Show = Callable[[str, str], None]

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
HEALTHY_AFTER = 300.0  # seconds after which a part's earlier deaths are forgotten
GRACE = 10.0  # seconds from the request to stop until a part is killed
SETTLED_AFTER = 3.0  # seconds after which a part without an address counts as started
LOG_BYTES = 5_000_000
LOG_FILES = 4
SUPERVISOR = "secure base"

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Ask Linux to end the calling process when its parent ends, however that comes. For `preexec_fn`."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(frozen=True)
class Part:
    """One process: its name in the output, its command, and the address that answers once it is ready."""

    name: str
    command: Sequence[str]
    address: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


def port_is_free(port: int) -> bool:
    """Return whether a server could be started on `port` of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(address: str) -> bool:
    """Return whether an HTTP GET of `address` succeeds within 2 seconds, going through no proxy."""
    try:
        return httpx.get(address, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


class Supervisor:
    """Runs parts until it is told to stop.

    `show(name, line)` is given each line that a part writes, and under the name "secure base" what happens to
    the parts. The same lines go to `<logs>/<name>.log`, kept to about 20 MB a part. Pauses and times are in
    seconds.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        logs: Path,
        show: Show,
        *,
        folder: Path | None = None,
        first_pause: float = FIRST_PAUSE,
        longest_pause: float = LONGEST_PAUSE,
        healthy_after: float = HEALTHY_AFTER,
        grace: float = GRACE,
    ) -> None:
        """Prepare to run `parts` in `folder`, starting none yet. Raises OSError when `logs` can't be made."""
        self._parts = parts
        self._show = show
        self._folder = folder
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._healthy_after = healthy_after
        self._grace = grace
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._logs = {part.name: _log(logs / f"{part.name}.log") for part in parts}
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._stop: asyncio.Event
        self._ready: dict[str, asyncio.Event]

    def run(self, when_ready: Callable[[], None] = lambda: None) -> None:
        """Start the parts, call `when_ready` once all answer, and return after SIGINT, SIGTERM or SIGHUP.

        When it returns, or raises, none of the processes it started is left.
        """
        asyncio.run(self._run(when_ready))

    async def _run(self, when_ready: Callable[[], None]) -> None:
        self._stop = asyncio.Event()
        self._ready = {part.name: asyncio.Event() for part in self._parts}
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop.set)
        keepers = [asyncio.create_task(self._keep_running(part)) for part in self._parts]
        herald = asyncio.create_task(self._announce(when_ready))
        told = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait([told, *keepers], return_when=asyncio.FIRST_COMPLETED)
        finally:
            if told.done():
                self._show(SUPERVISOR, "Stopping.")
            self._stop.set()
            herald.cancel()
            await asyncio.gather(*(self._end(process) for process in list(self._running.values())))
            outcomes = await asyncio.gather(*keepers, herald, told, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    async def _keep_running(self, part: Part) -> None:
        pause = self._first_pause
        while not self._stop.is_set():
            began = time.monotonic()
            code = await self._live(part)
            if self._stop.is_set():
                return
            if time.monotonic() - began >= self._healthy_after:
                pause = self._first_pause
            ending = f"{part.name} stopped ({_ending(code)})"
            self._show(SUPERVISOR, f"{ending}; starting it again in {pause:g} s.")
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)
            pause = min(pause * 2, self._longest_pause)

    async def _live(self, part: Part) -> int:
        """Run a part once, from its start to its end, and return its exit code."""
        process = await asyncio.create_subprocess_exec(
            *part.command,
            cwd=self._folder,
            env={**os.environ, **part.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        self._running[part.name] = process
        reading = asyncio.create_task(self._relay(part, process))
        watching = asyncio.create_task(self._watch(part))
        if self._stop.is_set():  # asked to stop while this part was being started
            await self._end(process)
        code = await process.wait()
        watching.cancel()
        # What a dead part had started would keep its port and its output.
        _signal_group(process.pid, signal.SIGKILL)
        await asyncio.wait([reading], timeout=2)
        reading.cancel()
        del self._running[part.name]
        return code

    async def _relay(self, part: Part, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        rest = b""
        # Read in blocks: a stream's readline gives up on a line longer than its buffer.
        while block := await process.stdout.read(1 << 16):
            *lines, rest = (rest + block).split(b"\n")
            if len(rest) > 1 << 16:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._tell(part, line)
        if rest:
            self._tell(part, rest)

    def _tell(self, part: Part, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip()
        self._logs[part.name].info("%s", text)
        self._show(part.name, text)

    async def _announce(self, when_ready: Callable[[], None]) -> None:
        await asyncio.gather(*(ready.wait() for ready in self._ready.values()))
        when_ready()

    async def _watch(self, part: Part) -> None:
        """Say when a part that was just started is ready."""
        if part.address:
            while not await asyncio.to_thread(answers, part.address):
                await asyncio.sleep(0.2)
        else:
            await asyncio.sleep(SETTLED_AFTER)
        self._show(SUPERVISOR, f"{part.name} is ready.")
        self._ready[part.name].set()

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        _signal_group(process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), self._grace)
        except asyncio.TimeoutError:
            _signal_group(process.pid, signal.SIGKILL)


def _signal_group(leader: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, number)


def _ending(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _log(path: Path) -> logging.Logger:
    logger = logging.Logger(path.stem)  # not registered by name: two supervisors don't share one
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger.addHandler(handler)
    return logger
