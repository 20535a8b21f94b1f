"""How fast and how big it is: `./.venv/bin/python -m benchmarks.turns --help`.

This assistant, started as `./securebase run` does, beside a stock one (benchmarks/stock.py), one after the other on
the same machine, in turns: ours, stock, stock, ours. Parents of benchmarks/conversations.yml talk over REST from a
process of their own (benchmarks/load.py). Tables are Markdown; everything is kept as JSON under results/.

The processor time of a turn is measured as well: unlike turns a second it hardly changes when something else runs on
the machine. How much else ran is printed beside.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Annotated, Any

import typer

from benchmarks.installation import (
    THREADS,
    Installation,
    Memory,
    launcher_environment,
    machine_seconds,
    our_parts,
    stock_parts,
)
from benchmarks.measures import console, keep, percentile, show
from benchmarks.stock import EPOCHS, RESULTS, trained_stock
from bot.processes import Part
from bot.settings import ROOT, Settings
from bot.startup import Problem, check_writable, upgrade_database
from bot.training import ensure_model

OURS, STOCK = "Secure Base", "stock"
VARIANTS = {
    STOCK: "as `rasa init` sets it up, threads as TensorFlow chooses",
    "stock, one thread": "the same with our launcher's one-thread settings",
    "stock, rules only": "the same as stock, but TED, UnexpecTED and Memoization had no stories to learn from",
}


@dataclass
class Level:
    """What was measured with a number of parents at once: the sum over the rounds."""

    parents: int
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    messages: int = 0
    silent: int = 0
    failed: int = 0
    assistant_seconds: float = 0.0
    actions_seconds: float = 0.0
    others: list[float] = field(default_factory=list)


@dataclass
class System:
    """One assistant: how it is started, and what was measured of it."""

    name: str
    parts: Callable[[Settings], list[Part]]
    environment: Mapping[str, str]
    listen: list[float] = field(default_factory=list)
    answer: list[float] = field(default_factory=list)
    fresh: list[Memory] = field(default_factory=list)
    used: list[Memory] = field(default_factory=list)
    actions: list[Memory] = field(default_factory=list)
    levels: dict[int, Level] = field(default_factory=dict)


def measure(system: System, found: Settings, parents: list[int], seconds: float, round_: int) -> None:
    """Start `system`, let each number of parents talk to it for `seconds`, and add what was seen to it."""
    for left in found.var.glob("securebase.db*"):
        left.unlink()
    upgrade_database(found)
    logs = RESULTS / "turns" / f"{system.name} {round_}".replace(",", "").replace(" ", "-").lower()
    with Installation(system.parts(found), found, system.environment, logs) as installation:
        system.listen.append(installation.seconds_to_listen)
        system.answer.append(installation.seconds_to_answer)
        system.fresh.append(installation.memory("assistant"))
        _talk(installation.address, f"warm{round_}", 0, 0)
        for number in parents:
            level = system.levels.setdefault(number, Level(number))
            _add(level, installation, f"r{round_}p{number}", seconds)
            console.print(
                f"{system.name}, round {round_}, {number} at once: {len(level.latencies) / level.seconds:.1f} turns/s"
            )
        system.used.append(installation.memory("assistant"))
        system.actions.append(installation.memory("actions"))


def _add(level: Level, installation: Installation, run: str, seconds: float) -> None:
    names = ("assistant", "actions")
    before, machine, children = [installation.processor_seconds(name) for name in names], machine_seconds(), _children()
    began = time.monotonic()
    load = _talk(installation.address, run, level.parents, seconds)
    lasted = time.monotonic() - began
    spent = [installation.processor_seconds(name) - old for name, old in zip(names, before, strict=True)]
    others = machine_seconds() - machine - sum(spent) - (_children() - children)
    level.seconds += load["seconds"]
    level.latencies += load["turns"]
    level.messages += load["messages"]
    level.silent += load["silent"]
    level.failed += load["failed"]
    # The processor time belongs to all turns, those before and after the measured window too.
    part = len(load["turns"]) / max(load["all_turns"], 1)
    level.assistant_seconds += spent[0] * part
    level.actions_seconds += spent[1] * part
    level.others.append(max(0.0, others / lasted / (os.cpu_count() or 1)))


def _children() -> float:
    """Return the processor time of the load processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _talk(address: str, run: str, parents: int, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.load", address, "--run", run]
    command += ["--parents", str(parents), "--seconds", str(seconds)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=seconds + 600)
    load: dict[str, Any] = json.loads(done.stdout)
    return load


def report(systems: list[System], parents: list[int]) -> dict[str, Any]:
    """Print the tables and return the figures: lists of latencies become percentiles."""
    show(
        "Start and memory (means over the rounds; memory of the assistant process)",
        ["", "listens after, s", "first answer, s", "PSS fresh, MB", "PSS after, MB", "RSS after, MB"]
        + ["action server PSS, MB"],
        [
            [
                system.name,
                f"{_mean(system.listen):.1f}",
                f"{_mean(system.answer):.1f}",
                *(f"{_mean([one.pss for one in seen]):.0f}" for seen in (system.fresh, system.used)),
                f"{_mean([one.rss for one in system.used]):.0f}",
                f"{_mean([one.pss for one in system.actions]):.0f}",
            ]
            for system in systems
        ],
    )
    figures = {system.name: {number: _summary(system.levels[number]) for number in parents} for system in systems}
    show(
        "Turns",
        ["", "at once", "turns/s", "p50, s", "p95, s", "processor ms", "actions ms", "answers"]
        + ["silent", "failed", "machine used by others"],
        [
            [
                name,
                number,
                f"{level['turns_a_second']:.1f}",
                level["p50"],
                level["p95"],
                f"{level['processor_ms']:.0f}",
                f"{level['actions_ms']:.0f}",
                f"{level['answers_a_turn']:.2f}",
                level["silent"],
                level["failed"],
                f"{level['others']:.0%}",
            ]
            for number in parents
            for name, level in ((system.name, figures[system.name][number]) for system in systems)
        ],
    )
    if systems[0].name == OURS and len(systems) > 1:
        ours, memory = figures[OURS], _mean([one.pss for one in systems[0].used])
        show(
            "Secure Base against each (wanted: at least 3 times the turns a second, at most 0.6 of the memory)",
            ["against", *(f"turns/s at {number}" for number in parents)]
            + [*(f"processor at {number}" for number in parents), "PSS"],
            [
                [
                    other.name,
                    *(f"{ours[n]['turns_a_second'] / figures[other.name][n]['turns_a_second']:.2f}x" for n in parents),
                    *(f"{ours[n]['processor_ms'] / figures[other.name][n]['processor_ms']:.2f}x" for n in parents),
                    f"{memory / _mean([one.pss for one in other.used]):.2f}x",
                ]
                for other in systems[1:]
            ],
        )
    starts = {
        system.name: {
            "listen": system.listen,
            "answer": system.answer,
            "memory": {
                key: [asdict(one) for one in seen]
                for key, seen in (("fresh", system.fresh), ("used", system.used), ("actions", system.actions))
            },
        }
        for system in systems
    }
    return {"starts": starts, "levels": figures}


def _summary(level: Level) -> dict[str, float]:
    turns = max(len(level.latencies), 1)
    return {
        "turns": len(level.latencies),
        "turns_a_second": len(level.latencies) / level.seconds,
        "p50": percentile(level.latencies, 50),
        "p95": percentile(level.latencies, 95),
        "processor_ms": 1000 * (level.assistant_seconds + level.actions_seconds) / turns,
        "actions_ms": 1000 * level.actions_seconds / turns,
        "answers_a_turn": level.messages / turns,
        "silent": level.silent,
        "failed": level.failed,
        "others": _mean(level.others),
    }


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _free_ports() -> tuple[int, int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(2)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        one, two = (probe.getsockname()[1] for probe in probes)
    return one, two


def _environments(found: Settings) -> tuple[dict[str, str], dict[str, str]]:
    """Return the environment of our processes, and that of a stock installation: without our thread settings."""
    base = {name: value for name, value in os.environ.items() if name not in THREADS}
    base |= {"SECUREBASE_VAR": str(found.var), "SECUREBASE_ACTIONS_PORT": str(found.actions_port)}
    ours = {**base, **launcher_environment()}
    return ours, {name: value for name, value in ours.items() if name not in THREADS}


def main(
    parents: Annotated[str, typer.Option(help="Numbers of conversations at once.")] = "1,10,50",
    seconds: Annotated[float, typer.Option(help="How long each number is measured in a round.")] = 20.0,
    rounds: Annotated[int, typer.Option(help="How often each assistant is started; the order turns round.")] = 2,
    stock_epochs: Annotated[int, typer.Option(help="How often stock's DIET sees the data in training.")] = EPOCHS,
    stale_stock: Annotated[bool, typer.Option(help="Take the last trained stock, though data changed since.")] = False,
    variants: Annotated[str, typer.Option(help=f"Of stock, separated by ';': {'; '.join(VARIANTS)}.")] = STOCK,
) -> None:
    """Measure this assistant and the stock one side by side."""
    assistant_port, actions_port = _free_ports()
    os.environ["SECUREBASE_VAR"] = str(RESULTS / "turns" / "var")  # the benchmark's families are nobody's
    found = Settings(assistant_port=assistant_port, actions_port=actions_port)
    numbers = [int(number) for number in parents.split(",")]
    check_writable(found)
    found.key()
    model = ensure_model(found, console.print)
    ours, plain = _environments(found)
    systems = [System(OURS, partial(our_parts, model), ours)]
    for name in filter(None, (variant.strip() for variant in variants.split(";"))):
        if name not in VARIANTS:
            raise Problem(f"There is no stock variant {name!r}: {'; '.join(VARIANTS)}.")
        project = trained_stock(console.print, stock_epochs, "rules only" not in name, stale_stock)
        environment = ours if "one thread" in name else plain
        systems.append(System(name, partial(stock_parts, project), environment))
    for round_ in range(1, rounds + 1):
        for system in systems if round_ % 2 else systems[::-1]:
            measure(system, found, numbers, seconds, round_)
    kept = {"seconds": seconds, "rounds": rounds, "stock_epochs": stock_epochs, **report(systems, numbers)}
    console.print(f"Kept in {keep(RESULTS, 'turns', kept)}")


if __name__ == "__main__":
    try:
        typer.run(main)
    except Problem as problem:
        sys.exit(str(problem))
