"""Installations to break: one that runs whole, and ways to start one from broken files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conversations.installation import Installation


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Everything that `run` starts."""
    made = Installation(tmp_path_factory.mktemp("whole") / "var")
    made.prepare()
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that is ready and not started: something can be broken before."""
    made = Installation(tmp_path_factory.mktemp("prepared") / "var")
    made.prepare()
    try:
        yield made
    finally:
        made.stop()
