"""What is taught before Rasa trains, is taught once, and anew when what stands behind it changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import lessons
from bot import settings as settings_module
from bot.lessons import LESSONS, REVIEWS, RISK, ensure_taught, is_taught
from bot.settings import Settings
from bot.startup import Problem


def quiet(_: str) -> None:
    """Say nothing."""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with nothing in it."""
    monkeypatch.setattr(lessons, "ROOT", tmp_path / "project")
    (tmp_path / "project" / "data" / "nlu").mkdir(parents=True)
    return tmp_path / "project"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation that was taught nothing."""
    return Settings(var=tmp_path / "var")


@pytest.fixture
def taught(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Take the place of teaching: leave files, and note where."""
    done: list[Path] = []

    def teach(_: object, folder: Path, *__: object) -> None:
        folder.mkdir()
        (folder / "labels.json").write_text(f"lesson {len(done)}")
        done.append(folder)

    (root / "data/risk/examples").mkdir(parents=True)
    (root / "data/reviews").mkdir()
    (root / "data/reviews/apology.jsonl").write_text("first")
    (root / "data/risk/examples/none.jsonl").write_text("first")
    monkeypatch.setattr(lessons, "_teach", teach)
    return done


def test_the_classifier_is_taught_once(settings: Settings, taught: list[Path]) -> None:
    for _ in range(2):
        ensure_taught(RISK, settings, quiet)
    assert len(taught) == 1 and is_taught(RISK, settings)


def test_it_is_taught_anew_for_other_examples_and_when_asked_to(
    root: Path, settings: Settings, taught: list[Path]
) -> None:
    ensure_taught(RISK, settings, quiet)
    (root / "data/risk/examples/none.jsonl").write_text("second")
    assert not is_taught(RISK, settings)
    ensure_taught(RISK, settings, quiet)
    ensure_taught(RISK, settings, quiet, force=True)
    assert len(taught) == 3
    assert (settings.risk_folder / "labels.json").read_text() == "lesson 2"


def test_an_example_for_an_intent_teaches_nothing_about_danger(
    root: Path, settings: Settings, taught: list[Path]
) -> None:
    ensure_taught(RISK, settings, quiet)
    (root / "data/nlu/repair.yml").write_text("more")
    assert is_taught(RISK, settings)


def test_an_interrupted_lesson_leaves_the_former_classifier(
    root: Path, settings: Settings, taught: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_taught(RISK, settings, quiet)
    (root / "data/risk/examples/none.jsonl").write_text("second")

    def interrupted(_: object, folder: Path, *__: object) -> None:
        folder.mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(lessons, "_teach", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ensure_taught(RISK, settings, quiet)
    assert (settings.risk_folder / "labels.json").read_text() == "lesson 0"
    assert not list(settings.var.glob(".risk-*"))


def test_what_goes_wrong_is_said(settings: Settings, taught: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(lessons, "_teach", full)
    with pytest.raises(Problem, match="could not be taught"):
        ensure_taught(RISK, settings, quiet)


def test_each_lesson_has_its_own_examples(root: Path, settings: Settings, taught: list[Path]) -> None:
    for lesson in LESSONS:
        ensure_taught(lesson, settings, quiet)
    (root / "data/reviews/apology.jsonl").write_text("second")
    assert is_taught(RISK, settings) and not is_taught(REVIEWS, settings)


def test_everything_that_a_lesson_names_is_there() -> None:
    for lesson in LESSONS:
        assert all((settings_module.ROOT / name).exists() for name in lesson.behind), lesson.name
