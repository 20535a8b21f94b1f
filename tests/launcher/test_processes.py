"""The supervisor over real processes: stand-in parts that die, hang, have children and answer over HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Runs a supervisor over the parts that a test names, with short times, printing what it shows.
DRIVER = """
import sys
from pathlib import Path
from bot.processes import Part, Supervisor

def show(name, line):
    print(f"{name}: {line}", flush=True)

parts = %s
Supervisor(
    parts, Path(sys.argv[1]), show, first_pause=0.1, longest_pause=0.4, healthy_after=%s, grace=1.0
).run(lambda: show("driver", "all ready"))
print("driver: returned", flush=True)
"""


class Driven:
    """A supervisor in a process of its own, whose environment marks all that descends from it."""

    def __init__(self, folder: Path, parts: str, healthy_after: float = 60) -> None:
        self.mark = f"SECUREBASE_TEST_MARK={os.urandom(8).hex()}"
        self.logs = folder / "log"
        self.output = folder / "output"
        name, _, value = self.mark.partition("=")
        with self.output.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", DRIVER % (textwrap.dedent(parts), healthy_after), str(self.logs)],
                cwd=ROOT,
                env={**os.environ, name: value},
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def shown(self) -> str:
        return self.output.read_text()

    def descendants(self) -> list[int]:
        """Return the living processes that carry the mark, but for the supervisor itself, from /proc."""
        found = []
        for place in Path("/proc").iterdir():
            if not place.name.isdigit() or int(place.name) == self.process.pid:
                continue
            try:
                alive = "\nState:\tZ" not in (place / "status").read_text()
                marked = self.mark.encode() in (place / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if alive and marked:
                found.append(int(place.name))
        return found

    def wait_for(self, text: str) -> None:
        wait_until(lambda: text in self.shown(), lambda: f"{text!r} was not shown:\n{self.shown()}")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        self.process.wait(timeout=15)


Start = Callable[..., Driven]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    driven: list[Driven] = []

    def begin(parts: str, healthy_after: float = 60) -> Driven:
        driven.append(Driven(tmp_path, parts, healthy_after))
        return driven[-1]

    yield begin
    for one in driven:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        for left in one.descendants():
            os.kill(left, signal.SIGKILL)


def test_part_that_dies_is_named_and_restarted_with_a_growing_pause(start: Start) -> None:
    driven = start("""[Part("fickle", ["sh", "-c", "echo here; exit 3"])]""")
    driven.wait_for("again in 0.4 s.")
    driven.stop()
    said = [line for line in driven.shown().splitlines() if "starting it again" in line]
    assert said[0] == "secure base: fickle stopped (exit code 3); starting it again in 0.1 s."
    assert [line.rsplit(" ", 2)[1] for line in said[:3]] == ["0.1", "0.2", "0.4"]
    assert driven.shown().count("fickle: here") >= 3


def test_pause_grows_no_further_than_its_limit(start: Start) -> None:
    driven = start("""[Part("fickle", ["false"])]""")
    wait_until(lambda: driven.shown().count("again in 0.4 s.") >= 2)
    assert "0.8 s" not in driven.shown()


def test_pause_starts_over_after_health(start: Start) -> None:
    driven = start("""[Part("fickle", ["sh", "-c", "sleep 0.3; kill -9 $$"])]""", healthy_after=0.2)
    wait_until(lambda: driven.shown().count("starting it again") >= 3)
    assert "killed by SIGKILL" in driven.shown()
    assert driven.shown().count("again in 0.1 s.") >= 3


def test_death_of_one_part_leaves_the_other_alone(start: Start) -> None:
    driven = start(
        """[Part("fickle", ["false"]), Part("steady", ["sh", "-c", "echo begun; exec sleep 60"])]"""
    )
    driven.wait_for("again in 0.4 s.")
    assert driven.shown().count("steady: begun") == 1


FAMILY = """[
    Part("family", ["sh", "-c", "sleep 61 & sh -c 'sleep 62' & echo up; wait"]),
    Part("deaf", ["sh", "-c", "trap '' TERM INT HUP; echo up; while :; do sleep 0.2; done"]),
]"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_no_process_is_left_after_a_signal(start: Start, number: signal.Signals) -> None:
    driven = start(FAMILY)
    driven.wait_for("family: up")
    driven.wait_for("deaf: up")
    assert len(driven.descendants()) >= 4
    driven.stop(number)
    assert driven.process.returncode == 0
    assert driven.shown().endswith("driver: returned\n")
    assert driven.descendants() == []


def test_signal_during_a_pause_stops_at_once(start: Start) -> None:
    driven = start("""[Part("fickle", ["false"])]""")
    driven.wait_for("again in 0.4 s.")
    began = time.monotonic()
    driven.stop()
    assert time.monotonic() - began < 2
    assert driven.descendants() == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_parts_end_when_the_supervisor_is_killed(start: Start) -> None:
    driven = start("""[Part("steady", ["sleep", "60"])]""")
    wait_until(lambda: len(driven.descendants()) == 1)
    driven.stop(signal.SIGKILL)
    wait_until(lambda: driven.descendants() == [])


def test_children_of_a_part_that_died_do_not_stay(start: Start) -> None:
    driven = start("""[Part("fickle", ["sh", "-c", "sleep 63 & exit 1"])]""")
    driven.wait_for("again in 0.4 s.")
    assert len(driven.descendants()) <= 2


def test_all_ready_is_told_once_each_part_answers(start: Start) -> None:
    port = free_port()
    server = "import time, http.server as h; time.sleep(0.7); "
    server += f"h.test(h.SimpleHTTPRequestHandler, port={port})"
    driven = start(f"""[Part("web", [sys.executable, "-c", {server!r}], "http://127.0.0.1:{port}/")]""")
    time.sleep(0.4)
    assert "ready" not in driven.shown()
    driven.wait_for("driver: all ready")
    assert driven.shown().index("web is ready.") < driven.shown().index("all ready")


def test_restarted_part_is_called_ready_again(start: Start) -> None:
    port = free_port()
    server = "import http.server as h, threading, os; threading.Timer(1, os._exit, [1]).start(); "
    server += f"h.test(h.SimpleHTTPRequestHandler, port={port})"
    driven = start(f"""[Part("web", [sys.executable, "-c", {server!r}], "http://127.0.0.1:{port}/")]""")
    wait_until(lambda: driven.shown().count("web is ready.") == 2)
    assert driven.shown().count("all ready") == 1


def test_one_part_that_never_answers_keeps_all_from_being_ready(start: Start) -> None:
    driven = start(f"""[Part("mute", ["sleep", "60"], "http://127.0.0.1:{free_port()}/")]""")
    time.sleep(1)
    assert "ready" not in driven.shown()


def test_lines_are_kept_in_the_log_of_their_part(start: Start) -> None:
    long = 200_000
    script = f"print('first'); print('x' * {long}); print(chr(0x1F49B)); import sys; sys.stdout.write('last')"
    driven = start(f"""[Part("wordy", [sys.executable, "-X", "utf8", "-c", {script!r}])]""")
    driven.wait_for("starting it again")
    log = (driven.logs / "wordy.log").read_text()
    assert "first" in log and "\N{YELLOW HEART}" in log and "last" in log
    assert log.split("last")[0].count("x") == long


def test_program_that_does_not_exist_is_an_error_and_stops_the_rest(start: Start) -> None:
    driven = start("""[Part("steady", ["sleep", "60"]), Part("typo", ["/no/such/program"])]""")
    driven.process.wait(timeout=10)
    assert "FileNotFoundError" in driven.shown()
    assert driven.descendants() == []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(
    true: Callable[[], bool], otherwise: Callable[[], str] = lambda: "", seconds: float = 10
) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, otherwise() or "did not happen in time"
        time.sleep(0.02)
