"""When a model still fits, and what a changed file brings about; Rasa itself is not started."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from bot import lessons, training
from bot.settings import Settings
from bot.startup import Problem
from bot.training import ensure_model, fingerprint, fresh_model


class Trainings:
    """Takes the place of `rasa train`: notes whether everything was asked for, and leaves a file as model."""

    def __init__(self) -> None:
        self.everything: list[bool] = []

    def __call__(self, folder: Path, name: str, everything: bool, *_: object) -> Path:
        self.everything.append(everything)
        (folder / f"{name}.tar.gz").write_text("model")
        return folder / f"{name}.tar.gz"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project, whose encoder is taken to be built."""
    root = tmp_path / "project"
    for name in (
        "config.yml",
        "domain.yml",
        "endpoints.yml",
        "README.md",
        "requirements.lock",
        "data/nlu/repair.yml",
        "data/stories/repair.yml",
        "data/words/feelings.yml",
        "data/support/CA-ON.yml",
        "bot/care/checkins.py",
        "bot/assistant/components.py",
        "bot/language/encoder.py",
        "bot/language/risk/rules.py",
        "actions/repair.py",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"first {name}")
    monkeypatch.setattr(training, "ROOT", root)
    monkeypatch.setattr(training, "ensure_encoder", lambda *_: None)
    monkeypatch.setattr(lessons, "ROOT", root)
    monkeypatch.setattr(training, "ensure_taught", lambda *_: None)
    monkeypatch.setattr(Settings, "models_folder", root / "models")
    return root


@pytest.fixture
def settings(root: Path) -> Settings:
    return Settings(var=root / "var")


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> Trainings:
    made = Trainings()
    monkeypatch.setattr(training, "_train", made)
    return made


def quiet(_: str) -> None:
    pass


def test_nothing_changed_trains_nothing(settings: Settings, trainings: Trainings) -> None:
    first = ensure_model(settings, quiet)
    assert ensure_model(settings, quiet) == first
    assert trainings.everything == [True]


@pytest.mark.parametrize(
    "name", ["config.yml", "domain.yml", "data/nlu/repair.yml", "data/stories/repair.yml"]
)
def test_changed_data_trains_what_rasa_sees(
    root: Path, settings: Settings, trainings: Trainings, name: str
) -> None:
    first = ensure_model(settings, quiet)
    (root / name).write_text("second")
    assert fresh_model(settings) is None
    assert ensure_model(settings, quiet) != first
    assert trainings.everything == [True, False]


@pytest.mark.parametrize(
    "name",
    [
        "bot/assistant/components.py",
        "bot/language/risk/rules.py",
        "data/words/feelings.yml",
        "requirements.lock",
    ],
)
def test_changed_source_trains_everything(
    root: Path, settings: Settings, trainings: Trainings, name: str
) -> None:
    ensure_model(settings, quiet)
    (root / name).write_text("second")
    ensure_model(settings, quiet)
    assert trainings.everything == [True, True]


@pytest.mark.parametrize(
    "name",
    ["README.md", "endpoints.yml", "data/support/CA-ON.yml", "bot/care/checkins.py", "actions/repair.py"],
)
def test_what_the_model_does_not_hold_trains_nothing(
    root: Path, settings: Settings, trainings: Trainings, name: str
) -> None:
    ensure_model(settings, quiet)
    (root / name).write_text("second")
    ensure_model(settings, quiet)
    assert trainings.everything == [True]


def test_renamed_and_removed_files_count_as_changes(root: Path, settings: Settings) -> None:
    seen = {fingerprint(settings)}
    (root / "data/nlu/repair.yml").rename(root / "data/nlu/sorry.yml")
    seen.add(fingerprint(settings))
    (root / "data/nlu/sorry.yml").unlink()
    seen.add(fingerprint(settings))
    assert len(seen) == 3


def test_other_weights_count_as_a_change(root: Path, settings: Settings, tmp_path: Path) -> None:
    clinic = settings.copy(update={"encoder": tmp_path})
    seen = {fingerprint(settings)}
    for weights in (b"one", b"two"):
        (tmp_path / "model.safetensors").write_bytes(weights)
        seen.add(fingerprint(clinic))
    assert len(seen) == 3


def test_weights_that_are_not_there_are_one_sentence(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="SECUREBASE_ENCODER"):
        ensure_model(settings.copy(update={"encoder": tmp_path / "nowhere"}), quiet)


def test_force_trains_everything_again(settings: Settings, trainings: Trainings) -> None:
    ensure_model(settings, quiet)
    ensure_model(settings, quiet, force=True)
    assert trainings.everything == [True, True]


def test_going_back_finds_the_earlier_model(root: Path, settings: Settings, trainings: Trainings) -> None:
    first = ensure_model(settings, quiet)
    (root / "domain.yml").write_text("second")
    ensure_model(settings, quiet)
    (root / "domain.yml").write_text("first domain.yml")
    assert ensure_model(settings, quiet) == first
    assert len(trainings.everything) == 2


def test_newest_two_models_are_kept_and_an_engineer_s_own_too(
    root: Path, settings: Settings, trainings: Trainings
) -> None:
    (root / "models").mkdir()
    (root / "models" / "20260101-quick-fox.tar.gz").touch()
    made = []
    for age, text in enumerate(("a", "b", "c")):
        (root / "domain.yml").write_text(text)
        made.append(ensure_model(settings, quiet))
        os.utime(made[-1], (age + 1, age + 1))
    left = {path.name for path in (root / "models").glob("*.tar.gz")}
    assert left == {made[1].name, made[2].name, "20260101-quick-fox.tar.gz"}
    assert len(list((root / "models").glob("*.fingerprint.json"))) == 2


def test_model_without_its_note_is_not_trusted(settings: Settings, trainings: Trainings) -> None:
    model = ensure_model(settings, quiet)
    note = next(model.parent.glob("*.fingerprint.json"))
    assert json.loads(note.read_text()) == asdict(fingerprint(settings))
    note.write_text("{}")
    assert fresh_model(settings) is None


def test_failed_training_is_one_sentence_and_leaves_no_model(
    root: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Stands for Python: fails as Rasa does, after much talk.
    rasa = root / "rasa"
    rasa.write_text("#!/bin/sh\necho Starting\necho 'YamlException: domain.yml, line 3'\nexit 1\n")
    rasa.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(rasa))
    with pytest.raises(Problem, match="YamlException: domain.yml, line 3") as raised:
        ensure_model(settings, quiet)
    assert "\n" not in str(raised.value)
    assert not [path for path in (root / "models").iterdir() if path.name != ".lock"]
