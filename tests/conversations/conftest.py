"""One installation for all conversations, and a sender of its own for each."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from tests.conversations.installation import Installation
from tests.conversations.script import Talk
from tests.conversations.spoken import Responses

# Searches what all the others left behind.
LAST = "test_left_behind"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the search come after every conversation, however the files are named."""
    items.sort(key=lambda item: LAST in item.nodeid)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Everything that `run` starts, ready for messages."""
    whole = Installation(tmp_path_factory.mktemp("installation") / "var")
    whole.prepare()
    try:
        whole.start()
        yield whole
    finally:
        whole.stop()


@pytest.fixture(scope="session")
def responses(running: Installation) -> Responses:
    """The responses of the model that runs."""
    return Responses.of_model(running.model)


@pytest.fixture
def talk(running: Installation) -> Talk:
    """A conversation that begins."""
    return new_talk(running)


def new_talk(installation: Installation) -> Talk:
    """Return a conversation with a sender that nobody else has."""
    return Talk(installation, f"test-{secrets.token_hex(8)}")
