"""An assistant and its action server as processes that are started, watched and stopped: what they cost the machine."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx
import yaml

from benchmarks.stock import Project
from bot.processes import Part, answers, die_with_parent
from bot.settings import ROOT, Settings
from bot.startup import parts, rest_address

TICKS = os.sysconf("SC_CLK_TCK")

# Seconds until an assistant that does not answer has failed to start.
LONGEST_START = 300.0

# What the launcher sets so that the parts don't fight over two cores; a stock installation has none of it.
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TF_INTRA_OP_PARALLELISM_THREADS",
    "TF_INTER_OP_PARALLELISM_THREADS",
)


@dataclass(frozen=True)
class Memory:
    """Megabytes: `rss` counts shared pages in full, `pss` by the number of processes that share them."""

    rss: float
    pss: float


def launcher_environment() -> dict[str, str]:
    """Return the variables that `./securebase` exports with a fixed value, read from the script itself."""
    script = (ROOT / "securebase").read_text(encoding="utf-8")
    exports = [line for line in script.splitlines() if line.startswith("export ")]
    pairs = re.findall(r"([A-Z_][A-Z_0-9]*)=\"?(?:\$\{\w+:-)?([^\s\"}]+)", "\n".join(exports))
    return dict(pairs)


def our_parts(model: Path, found: Settings) -> list[Part]:
    """Return the processes of this assistant, as `./securebase run` starts them."""
    return parts(found, model)


def stock_parts(project: Project, found: Settings) -> list[Part]:
    """Return the processes of a stock assistant: `rasa run` in its folder, and the same action server as ours."""
    endpoints = project.folder / "endpoints.yml"
    action_server = {"url": f"http://localhost:{found.actions_port}/webhook"}
    endpoints.write_text(yaml.safe_dump({"action_endpoint": action_server}), encoding="utf-8")
    command = [sys.executable, "-m", "rasa", "run", "--port", str(found.assistant_port), "--interface", "127.0.0.1"]
    command += ["--model", str(project.model), "--endpoints", str(endpoints)]
    command += ["--credentials", str(project.folder / "credentials.yml")]
    actions = next(part for part in parts(found, project.model) if part.name == "actions")
    return [actions, Part("assistant", command, f"http://127.0.0.1:{found.assistant_port}/")]


class Installation:
    """The started processes of one assistant. Use as a context: at the end none is left."""

    def __init__(self, started: Sequence[Part], found: Settings, environment: Mapping[str, str], logs: Path) -> None:
        """Take the parts, the ports they were given, their whole environment, and a folder for what they write."""
        self._parts = started
        self._environment = environment
        self._logs = logs
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._files: list[IO[bytes]] = []
        self.address = rest_address(found.assistant_port)
        self.seconds_to_listen = 0.0
        self.seconds_to_answer = 0.0

    def __enter__(self) -> Installation:
        """Start everything and wait for the first answer. Raises RuntimeError when there is none."""
        self._logs.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        try:
            for part in self._parts:
                self._start(part)
            for part in self._parts:
                self._wait_for(part, began)
            self.seconds_to_listen = time.monotonic() - began
            answer = httpx.post(self.address, json={"sender": "first", "message": "hello"}, timeout=60, trust_env=False)
            if not answer.is_success or not answer.json():
                raise RuntimeError(f"No first answer; see {self._logs}.")
            self.seconds_to_answer = time.monotonic() - began
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop every process that was started."""
        for process in self._processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        for file in self._files:
            file.close()

    def memory(self, name: str) -> Memory:
        """Return the memory of part `name`, with all that it started."""
        found = [_rollup(process) for process in _group(self._processes[name].pid)]
        return Memory(sum(one.rss for one in found), sum(one.pss for one in found))

    def processor_seconds(self, name: str) -> float:
        """Return the processor time that part `name` has used since it was started."""
        return sum(_processor_ticks(process) for process in _group(self._processes[name].pid)) / TICKS

    def _start(self, part: Part) -> None:
        log = (self._logs / f"{part.name}.log").open("wb")
        self._files.append(log)
        self._processes[part.name] = subprocess.Popen(
            part.command,
            cwd=ROOT,
            env={**self._environment, **part.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )

    def _wait_for(self, part: Part, began: float) -> None:
        while part.address and not answers(part.address):
            if self._processes[part.name].poll() is not None or time.monotonic() - began > LONGEST_START:
                raise RuntimeError(f"{part.name} did not start; see {self._logs / part.name}.log.")
            time.sleep(0.1)


def machine_seconds() -> float:
    """Return the processor time that the whole machine has used since it was started."""
    # /proc/stat: user nice system idle iowait irq softirq steal
    spent = [int(number) for number in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(spent) - spent[3] - spent[4]) / TICKS


def _group(leader: int) -> list[Path]:
    """Return the /proc folders of a process group's members."""
    members = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int(_stat(folder)[2]) == leader:
                members.append(folder)
        except OSError:
            continue  # it ended meanwhile
    return members


def _stat(folder: Path) -> list[str]:
    """Return a process's numbers after its name, which may hold spaces: state, parent, group, ..."""
    return (folder / "stat").read_text().rpartition(") ")[2].split()


def _processor_ticks(folder: Path) -> int:
    fields = _stat(folder)
    return int(fields[11]) + int(fields[12])


def _rollup(folder: Path) -> Memory:
    lines = dict(line.split(":", 1) for line in (folder / "smaps_rollup").read_text().splitlines()[1:])
    rss, pss = (int(lines[name].split()[0]) / 1024 for name in ("Rss", "Pss"))
    return Memory(rss, pss)
