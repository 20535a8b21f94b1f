"""Parents who talk all at once: `python -m benchmarks.load`, the load on one assistant, in a process of its own.

Each of `--parents` tasks plays conversations from benchmarks/conversations.yml, one after the other, each with a new
sender. They begin at different turns (played before the clock starts), so that a slow assistant is not measured on
openings only. One JSON object is printed.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import aiohttp
import typer
import yaml

SCRIPTS = Path(__file__).with_name("conversations.yml")

# Seconds until a turn counts as failed.
PATIENCE = 60.0


@dataclass
class Load:
    """What was measured: seconds of each turn that ended inside the window, and what came back."""

    seconds: float = 0.0
    turns: list[float] = field(default_factory=list)
    messages: int = 0
    silent: int = 0
    failed: int = 0
    all_turns: int = 0  # those before and after the window too


class Parents:
    """Several parents at one address."""

    def __init__(self, address: str, session: aiohttp.ClientSession, run: str) -> None:
        """Take the address of a REST channel; `run` keeps the senders apart from those of other runs."""
        self._address = address
        self._session = session
        self._run = run
        self._names = itertools.count()
        self._scripts: list[list[str]] = list(yaml.safe_load(SCRIPTS.read_text(encoding="utf-8")).values())
        self._load = Load()
        self._end: float | None = None

    async def talk(self, parents: int, seconds: float) -> Load:
        """Let `parents` talk at once for `seconds` and return what was measured."""
        gate = _Gate(parents)
        await asyncio.gather(*(self._parent(number, gate, seconds) for number in range(parents)))
        self._load.seconds = seconds
        return self._load

    async def play_each_once(self) -> None:
        """Play every conversation once, one after the other, before anything is measured."""
        for script in self._scripts:
            sender = self._sender()
            for text in script:
                await self._say(sender, text)

    async def _parent(self, number: int, gate: _Gate, seconds: float) -> None:
        # Parents sit at places spread over the scripts, so that all kinds of turns are measured at any time.
        script = self._scripts[number % len(self._scripts)]
        place = (number // len(self._scripts)) * 5 % len(script)
        sender = self._sender()
        for text in script[:place]:
            await self._say(sender, text)
        await gate.wait()
        end = time.monotonic() + seconds
        rest, following = script[place:], number + 1
        while True:
            for text in rest:
                if time.monotonic() >= end:
                    return
                began = time.monotonic()
                answers = await self._say(sender, text)
                if time.monotonic() < end:
                    self._count(time.monotonic() - began, answers)
            sender, rest = self._sender(), self._scripts[following % len(self._scripts)]
            following += 1

    def _sender(self) -> str:
        return f"{self._run}-{next(self._names)}"

    async def _say(self, sender: str, text: str) -> int | None:
        """Return the number of answers to one message, or None when it failed."""
        self._load.all_turns += 1
        try:
            async with self._session.post(self._address, json={"sender": sender, "message": text}) as answer:
                return len(await answer.json()) if answer.status == 200 else None
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError):
            return None

    def _count(self, seconds: float, answers: int | None) -> None:
        if answers is None:
            self._load.failed += 1
            return
        self._load.turns.append(seconds)
        self._load.messages += answers
        self._load.silent += not answers


class _Gate:
    """Opens when as many have come as were announced (asyncio.Barrier is Python 3.11's)."""

    def __init__(self, parties: int) -> None:
        self._missing = parties
        self._open = asyncio.Event()

    async def wait(self) -> None:
        self._missing -= 1
        if not self._missing:
            self._open.set()
        await self._open.wait()


async def _measure(address: str, parents: int, seconds: float, run: str) -> Load:
    connector = aiohttp.TCPConnector(limit=0)
    patience = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(connector=connector, timeout=patience, trust_env=False) as session:
        crowd = Parents(address, session, run)
        if not parents:
            await crowd.play_each_once()
            return Load()
        return await crowd.talk(parents, seconds)


def main(
    address: str,
    run: Annotated[str, typer.Option(help="Begins every sender's name.")],
    parents: Annotated[int, typer.Option(help="How many at once; 0: play each conversation once, to warm up.")] = 0,
    seconds: Annotated[float, typer.Option(help="How long is measured.")] = 20.0,
) -> None:
    """Talk to the assistant at ADDRESS and print what was measured."""
    typer.echo(json.dumps(asdict(asyncio.run(_measure(address, parents, seconds, run)))))


if __name__ == "__main__":
    typer.run(main)
