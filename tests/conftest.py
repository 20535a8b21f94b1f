"""What tests share: an installation of their own, and the encoder built once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.assistant.regions import lines_of
from bot.care import database, secrecy
from bot.language.encoder import build
from bot.language.risk.detector import detector
from bot.lessons import REVIEWS, RISK, ensure_taught
from bot.settings import ROOT, Settings, settings


def forget() -> None:
    """Forget what a process reads once, as if it had just started."""
    engines = database.engine
    if engines.cache_info().currsize:
        engines().dispose()
    for cache in (settings, engines, secrecy._derived, lines_of, detector):
        cache.cache_clear()


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """An empty var folder, with none of this machine's settings."""
    for name in Settings.__fields__:
        monkeypatch.delenv(f"SECUREBASE_{name.upper()}", raising=False)
    monkeypatch.setenv("SECUREBASE_VAR", str(tmp_path / "var"))
    forget()
    yield settings()
    forget()


@pytest.fixture
def store(installation: Settings) -> Settings:
    """An installation whose database is there."""
    database.upgrade()
    return installation


@pytest.fixture
def change(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """Change settings of the installation, as a restart with another environment does: `change(region="GB")`."""

    def changed(**values: str) -> Settings:
        for name, value in values.items():
            monkeypatch.setenv(f"SECUREBASE_{name.upper()}", value)
        forget()
        return settings()

    return changed


@pytest.fixture(scope="session")
def classifier_folder() -> Path:
    """The risk classifier of this machine; taught first when there is none that fits, which takes minutes."""
    usual = Settings(var=ROOT / "var", encoder=None)
    ensure_taught(RISK, usual, print)
    return usual.risk_folder


@pytest.fixture(scope="session")
def reviewer_folder() -> Path:
    """The reviewer of this machine; taught first when there is none that fits, which takes a minute or two."""
    usual = Settings(var=ROOT / "var", encoder=None)
    ensure_taught(REVIEWS, usual, print)
    return usual.reviews_folder


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sentence encoder, built from the wheel."""
    return build(tmp_path_factory.mktemp("encoder") / "int8")
