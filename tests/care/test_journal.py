"""The waiting place: what was put in comes out once, in order, whatever dies in between."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.care.journal import Entry, Journal
from bot.settings import Settings


@pytest.fixture
def journal(installation: Settings) -> Journal:
    return Journal("waiting")


def path_of(installation: Settings) -> Path:
    return installation.journal_folder / "waiting.journal"


def delivered(journal: Journal) -> list[Entry]:
    found: list[Entry] = []
    assert journal.deliver(found.append) == len(found)
    return found


def entries(*numbers: int) -> list[Entry]:
    return [{"number": number, "note": "he slept 😴"} for number in numbers]


def fill(journal: Journal, *numbers: int) -> None:
    for entry in entries(*numbers):
        journal.append(entry)


def test_what_was_put_in_comes_out_once_and_in_order(journal: Journal) -> None:
    fill(journal, *range(20))
    assert journal.waiting() == 20
    assert delivered(journal) == entries(*range(20))
    assert journal.waiting() == 0
    assert delivered(journal) == []


def test_nothing_ever_waited(journal: Journal) -> None:
    assert journal.waiting() == 0 and delivered(journal) == []


def test_two_journals_do_not_mix(installation: Settings) -> None:
    Journal("one").append({"of": "one"})
    Journal("two").append({"of": "two"})
    assert delivered(Journal("one")) == [{"of": "one"}]
    assert delivered(Journal("two")) == [{"of": "two"}]


def test_another_process_finds_it(installation: Settings) -> None:
    fill(Journal("waiting"), 1)
    assert delivered(Journal("waiting")) == entries(1)


def test_what_is_refused_goes_on_waiting_in_its_place(journal: Journal) -> None:
    fill(journal, *range(6))

    def odd_only(entry: Entry) -> None:
        if entry["number"] % 2 == 0:
            raise RuntimeError("no")

    assert journal.deliver(odd_only) == 3
    fill(journal, 6)
    assert delivered(journal) == entries(0, 2, 4, 6)


def test_with_everything_refused_nothing_changes(journal: Journal, installation: Settings) -> None:
    fill(journal, 1, 2)
    before = path_of(installation).read_bytes()

    def refuse(entry: Entry) -> None:
        raise OSError("still down")

    assert journal.deliver(refuse) == 0
    assert path_of(installation).with_suffix(".taken").read_bytes() == before
    assert delivered(journal) == entries(1, 2)


def test_a_store_that_takes_its_time_holds_nothing_up(journal: Journal) -> None:
    """The assistant's answer to a crisis must not wait for a database."""
    fill(journal, 1)
    journal.deliver(lambda _: journal.append({"number": 2}))
    assert journal.waiting() == 1


def test_what_a_former_delivery_left_comes_first(journal: Journal) -> None:
    fill(journal, 1)

    def refuse(entry: Entry) -> None:
        raise OSError("still down")

    journal.deliver(refuse)
    fill(journal, 2)
    assert delivered(journal) == entries(1, 2)


@pytest.mark.parametrize("kept", [1, 10, 60, -1])
def test_a_machine_that_died_while_writing_costs_one_line_only(
    journal: Journal, installation: Settings, kept: int
) -> None:
    fill(journal, 1, 2)
    whole = path_of(installation).read_bytes()
    second = whole.index(b"\n") + 1
    path_of(installation).write_bytes(whole[:second] + whole[second:][:kept])  # the second line, half written
    fill(journal, 3)
    expected = entries(1, 2, 3) if kept == -1 else entries(1, 3)
    assert delivered(journal) == expected
    assert journal.waiting() == len({1, 2, 3}) - len(expected), "half a line is kept: somebody may still read it"
    fill(journal, 4)
    assert delivered(journal) == entries(4)


def test_a_machine_that_died_after_storing_delivers_again(
    journal: Journal, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(journal, 1, 2)
    found: list[Entry] = []

    def died(self: Path, *_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", died)
        with pytest.raises(SystemExit):
            journal.deliver(found.append)
    assert delivered(journal) == found == entries(1, 2)


def test_another_key_keeps_every_line(installation: Settings, change: Callable[..., Settings]) -> None:
    fill(Journal("waiting"), 1, 2)
    change(secret_key="another secret")
    fill(Journal("waiting"), 3)
    assert delivered(Journal("waiting")) == entries(3)
    assert Journal("waiting").waiting() == 2
    change(secret_key="")
    assert delivered(Journal("waiting")) == entries(1, 2)


def test_nobody_else_can_read_it(journal: Journal, installation: Settings) -> None:
    journal.append({"note": "the zebra secret"})
    assert path_of(installation).stat().st_mode & 0o077 == 0
    assert b"zebra" not in path_of(installation).read_bytes()

    def refuse_one(entry: Entry) -> None:
        if entry.get("note"):
            raise RuntimeError

    journal.append({})
    journal.deliver(refuse_one)
    assert path_of(installation).with_suffix(".taken").stat().st_mode & 0o077 == 0


def test_a_folder_that_can_not_be_made_is_an_os_error(installation: Settings) -> None:
    installation.var.mkdir(parents=True, exist_ok=True)
    installation.journal_folder.write_text("in the way")
    with pytest.raises(OSError):
        Journal("waiting").append({"a": 1})


def _write_many(number: int, ready: object) -> None:
    journal = Journal("waiting")
    ready.wait()  # type: ignore[attr-defined]
    for place in range(25):
        journal.append({"by": number, "place": place})


def test_several_processes_at_once_lose_nothing(journal: Journal) -> None:
    fork = multiprocessing.get_context("fork")
    ready = fork.Barrier(4)
    writers = [fork.Process(target=_write_many, args=(number, ready)) for number in range(4)]
    for writer in writers:
        writer.start()
    found: list[Entry] = []
    while any(writer.is_alive() for writer in writers):
        journal.deliver(found.append)  # delivering while they write
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    journal.deliver(found.append)
    for number in range(4):
        assert [entry["place"] for entry in found if entry["by"] == number] == list(range(25))
    assert journal.waiting() == 0


def _write_until_killed() -> None:
    journal = Journal("waiting")
    number = 0
    while True:
        journal.append({"number": number})
        number += 1


def test_a_process_killed_while_writing_leaves_a_readable_journal(journal: Journal) -> None:
    writer = multiprocessing.get_context("fork").Process(target=_write_until_killed)
    writer.start()
    while journal.waiting() < 5:
        pass
    assert writer.pid
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    journal.append({"number": "after"})
    numbers = [entry["number"] for entry in delivered(journal)]
    assert numbers[-1] == "after" and numbers[:-1] == list(range(len(numbers) - 1)) and len(numbers) > 5
