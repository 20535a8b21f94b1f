"""Whatever is broken, each of a hundred messages that show danger gets its crisis answer; its alert is kept once."""

from __future__ import annotations

import os
import resource
import secrets
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import httpx
import pytest
import yaml

from bot.care.alerts import URGENCIES
from bot.language.risk.urgency import Urgency
from tests.assistant.conversation import real_domain
from tests.conversations.installation import WORKER_WITHIN, Installation, wait_until
from tests.conversations.script import ANSWER_WITHIN
from tests.conversations.spoken import Responses

MESSAGES: list[tuple[str, str]] = [
    (category, text)
    for category, texts in yaml.safe_load((Path(__file__).parent / "crisis_messages.yml").read_text()).items()
    for text in texts
]


def test_there_are_a_hundred_of_every_category() -> None:
    assert len(MESSAGES) == len({text for _, text in MESSAGES}) == 100
    assert len({category for category, _ in MESSAGES}) == 7


@cache
def responses() -> Responses:
    return Responses.of_domain(real_domain().as_dict())


def ask(installation: Installation, text: str, sender: str, message_id: str) -> list[str]:
    reply = httpx.post(
        installation.rest,
        json={"sender": sender, "message": text, "metadata": {"message_id": message_id}},
        timeout=ANSWER_WITHIN,
        trust_env=False,
    )
    reply.raise_for_status()
    return [message["text"] for message in reply.json() if message.get("text")]


def unanswered(installation: Installation, senders: str) -> list[str]:
    """Send each message in a conversation of its own; return those that didn't get an answer for danger."""
    left = []
    for number, (category, text) in enumerate(MESSAGES):
        said = ask(installation, text, f"{senders}-{number}", f"{senders}-{number}")
        names = {name for one in said for name in responses().names(one)}
        # Another detector may see a second danger in it that is at least as pressing: that is an answer as well.
        if not any(name.startswith("utter_crisis_") for name in names) or "911" not in " ".join(said):
            left.append(f"{category}: {text!r} got {said}")
    return left


@contextmanager
def action_server_killed(installation: Installation) -> Iterator[None]:
    process = installation.process("actions")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    try:
        yield
    finally:
        installation.stop("actions")
        installation.start("actions")


@contextmanager
def database_gone(installation: Installation) -> Iterator[None]:
    with installation.without_database():
        yield


@contextmanager
def disk_full(installation: Installation) -> Iterator[None]:
    """Let the assistant write not one byte more into any file, as on a full disk."""
    process = installation.process("assistant")
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def nothing_broken(installation: Installation) -> Iterator[None]:
    yield


@pytest.mark.parametrize("broken", [nothing_broken, action_server_killed, database_gone, disk_full])
def test_while_it_runs(whole: Installation, broken: Callable[[Installation], Iterator[None]]) -> None:
    senders = f"fault-{secrets.token_hex(4)}"
    with broken(whole):  # type: ignore[attr-defined]
        assert unanswered(whole, senders) == []
        repeated = ask(whole, MESSAGES[0][1], f"{senders}-0", f"{senders}-0")
        assert repeated, "a message that arrives twice is answered twice"
    everybody = [f"{senders}-{number}" for number in range(len(MESSAGES))]
    wait_until(
        lambda: len(whole.alerts(everybody)) >= len(MESSAGES), "not every alert arrived", within=WORKER_WITHIN + 30
    )
    alerts = whole.alerts(everybody)
    assert len(alerts) == len(MESSAGES), "each message is one alert, never two"
    assert all(alert["words"] is None for alert in alerts), "no words without consent"
    assert all(Urgency.from_label(str(alert["urgency"])) >= Urgency.URGENT for alert in alerts)


def files_missing(installation: Installation) -> None:
    shutil.rmtree(installation.settings.encoder_folder)


def classifier_missing(installation: Installation) -> None:
    shutil.rmtree(installation.settings.risk_folder)


def classifier_damaged(installation: Installation) -> None:
    (installation.settings.risk_folder / "head.npz").write_bytes(b"half a file")


def everything_missing(installation: Installation) -> None:
    files_missing(installation)
    classifier_missing(installation)
    (installation.settings.var / "securebase.db").unlink(missing_ok=True)


@pytest.mark.parametrize("damage", [files_missing, classifier_damaged, everything_missing])
def test_started_from_broken_files(prepared: Installation, damage: Callable[[Installation], None]) -> None:
    damage(prepared)
    prepared.start("assistant")
    assert unanswered(prepared, "broken") == []


def test_nothing_that_was_written_is_in_a_log(whole: Installation) -> None:
    written = "".join(whole.log(name) for name in ("assistant", "actions", "worker"))
    assert not [text for _, text in MESSAGES if len(text) > 20 and text in written]


def test_urgencies_are_those_of_the_screener() -> None:
    assert tuple(urgency.label for urgency in Urgency) == URGENCIES
