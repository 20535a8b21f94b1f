"""Teaches the sentence encoder's upper layers, and a linear layer on top, to tell labelled messages apart.

Frozen embeddings with logistic regression found 43% of unseen authors' danger signals at 5% false alarms among
look-alikes, the same encoder with its layers taught 77%. What the lower layers say of a message doesn't change while
the upper ones learn, so it is computed once.

TensorFlow comes with Rasa; it is imported here only, and needed only to teach.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tokenizers import Tokenizer

from bot.language.encoder import shipped_weights, shortened, tensors_of, verify, write

Array = np.ndarray[Any, np.dtype[Any]]
Loss = Callable[[Any, Any], Any]
"""Of a batch's scores and its truth, both a row a message and a column a label: how wrong the scores are."""

# Chosen on messages of authors that were left out of learning, never on the held-out file.
UPPER = 3  # layers that learn
BATCH = 16
RATE = 2e-4  # falls to nothing over the epochs
DROPOUT = 0.1
SMOOTHING = 0.05
LONGEST = 128  # word pieces of a message, its beginning and its end: longer ones cost time and teach little

SIZE = 384  # numbers of an embedding

# An embedding has unit length; at this scale the layer on top learns as fast as the others.
SCALE = np.float32(np.sqrt(SIZE))

# Half-precision products are four times as fast where the processor has instructions for them, and slow elsewhere.
_PROCESSOR = Path("/proc/cpuinfo")
_FAST = _PROCESSOR.is_file() and re.search(r"\b(amx_bf16|avx512_bf16)\b", _PROCESSOR.read_text())
WORKING = tf.bfloat16 if _FAST else tf.float32

_STATES = [tf.TensorSpec((None, None, SIZE)), tf.TensorSpec((None, None))]


def teach(
    texts: Sequence[str],
    truth: Array,
    loss: Loss,
    epochs: int,
    folder: Path,
    say: Callable[[str], None],
    layers: int = UPPER,
) -> None:
    """Learn `truth` (a row a text, a column a label) and write encoder and `head.npz` to `folder`, which exists.

    `layers`: how many of the encoder's layers learn, from the top. `say` hears of each pass over the examples. Raises
    EncoderError when the encoder's weights are missing or altered.
    """
    source = shipped_weights()
    verify(source)
    tensors = tensors_of(source)
    random.seed(0)
    tf.keras.utils.set_random_seed(0)
    states = _Lower(tensors, source, layers).states(texts)
    upper = _Upper(tensors, truth.shape[1], loss, epochs, layers)
    for epoch in range(epochs):
        say(f"Pass {epoch + 1} of {epochs}.")
        upper.learn(states, truth.astype(np.float32), epoch)
    write(folder / "encoder", source, {**tensors, **upper.tensors()})
    np.savez(folder / "head.npz", **upper.head())


def one_of(scores: Any, truth: Any) -> Any:
    """Return the loss where exactly one label is true."""
    wanted = truth * (1 - SMOOTHING) + SMOOTHING / tf.cast(tf.shape(truth)[1], tf.float32)
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, scores))


def any_of(scores: Any, truth: Any) -> Any:
    """Return the loss where each label is true (1), false (0) or not asked of this message (-1)."""
    asked = tf.cast(truth >= 0, tf.float32)
    wanted = tf.maximum(truth, 0.0) * (1 - SMOOTHING) + SMOOTHING / 2
    wrong = tf.nn.sigmoid_cross_entropy_with_logits(wanted, scores) * asked
    return tf.reduce_sum(wrong) / tf.cast(tf.shape(truth)[0], tf.float32)


class _Layer(tf.Module):
    """One transformer layer of BERT, as upstream wrote it."""

    HEADS = 12

    def __init__(self, tensors: dict[str, Any], number: int) -> None:
        super().__init__()
        self._prefix = f"encoder.layer.{number}."
        self._variables = {
            name.removeprefix(self._prefix): tf.Variable(value)
            for name, value in tensors.items()
            if name.startswith(self._prefix)
        }

    def __call__(self, x: Any, mask: Any, dropout: float = 0.0) -> Any:
        query, key, value = (self._heads(self._linear(x, f"attention.self.{one}")) for one in ("query", "key", "value"))
        scores = tf.matmul(query, key, transpose_b=True) / tf.sqrt(tf.cast(tf.shape(query)[-1], tf.float32))
        weights = tf.nn.softmax(scores + (1.0 - mask[:, None, None, :]) * -1e9)
        mixed = tf.transpose(tf.matmul(_dropped(weights, dropout), value), (0, 2, 1, 3))
        mixed = tf.reshape(mixed, tf.shape(x))
        attended = _dropped(self._linear(mixed, "attention.output.dense"), dropout)
        x = self._norm(x + attended, "attention.output.LayerNorm")
        inner = tf.nn.gelu(self._linear(x, "intermediate.dense"))
        return self._norm(x + _dropped(self._linear(inner, "output.dense"), dropout), "output.LayerNorm")

    def tensors(self) -> dict[str, Array]:
        """Return the weights by upstream's names."""
        return {f"{self._prefix}{name}": variable.numpy() for name, variable in self._variables.items()}

    def _linear(self, x: Any, name: str) -> Any:
        weight = tf.cast(self._variables[f"{name}.weight"], WORKING)
        rows = tf.cast(tf.reshape(x, (-1, weight.shape[1])), WORKING)
        product = tf.cast(tf.matmul(rows, weight, transpose_b=True), tf.float32)
        shape = tf.shape(x)
        return tf.reshape(product, (shape[0], shape[1], weight.shape[0])) + self._variables[f"{name}.bias"]

    def _heads(self, x: Any) -> Any:
        shape = tf.shape(x)
        return tf.transpose(tf.reshape(x, (shape[0], shape[1], self.HEADS, SIZE // self.HEADS)), (0, 2, 1, 3))

    def _norm(self, x: Any, name: str) -> Any:
        return _normed(x, self._variables[f"{name}.weight"], self._variables[f"{name}.bias"])


class _Lower:
    """Word pieces, embeddings and the layers that don't learn."""

    def __init__(self, tensors: dict[str, Any], source: Path, layers: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._words, self._places, self._types = (
            tensors[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")
        )
        self._norm = [tensors[f"embeddings.LayerNorm.{name}"] for name in ("weight", "bias")]
        self._layers = [_Layer(tensors, number) for number in range(_layers(tensors) - layers)]

    def states(self, texts: Sequence[str]) -> list[Array]:
        """Return for each text what the lower layers say of each of its word pieces, in half precision."""
        pieces = [shortened(self._tokenizer.encode(text).ids, LONGEST) for text in texts]
        found: list[Array] = [np.empty(0)] * len(texts)
        for numbers in _batches([len(one) for one in pieces], 64):
            ids, mask = _padded([np.array(pieces[number]) for number in numbers])
            embedded = self._words[ids] + self._places[None, : ids.shape[1]] + self._types[0]
            states = self._forward(tf.constant(embedded), tf.constant(mask)).numpy().astype(np.float16)
            for row, number in enumerate(numbers):
                found[number] = states[row, : len(pieces[number])]
        return found

    @tf.function(input_signature=_STATES)  # type: ignore[untyped-decorator]
    def _forward(self, x: Any, mask: Any) -> Any:
        x = _normed(x, *self._norm)
        for layer in self._layers:
            x = layer(x, mask)
        return x


class _Upper:
    """The layers that learn, and the one on top."""

    def __init__(self, tensors: dict[str, Any], labels: int, loss: Loss, epochs: int, layers: int) -> None:
        self._loss = loss
        self._epochs = epochs
        count = _layers(tensors)
        self._layers = [_Layer(tensors, number) for number in range(count - layers, count)]
        self._weights = tf.Variable(tf.random.normal((SIZE, labels), stddev=0.02))
        self._bias = tf.Variable(tf.zeros(labels))
        self._variables = [v for layer in self._layers for v in layer.trainable_variables] + [self._weights, self._bias]
        self._optimizer = tf.keras.optimizers.legacy.Adam(RATE)

    def learn(self, states: Sequence[Array], truth: Array, epoch: int) -> None:
        """Pass once over the examples, batches in a random order."""
        batches = list(_batches([len(one) for one in states], BATCH, jitter=True))
        random.shuffle(batches)
        for done, numbers in enumerate(batches):
            self._optimizer.learning_rate.assign(RATE * (1 - (epoch + done / len(batches)) / self._epochs))
            x, mask = _padded([states[number] for number in numbers])
            self._step(tf.constant(x, tf.float32), tf.constant(mask), tf.constant(truth[numbers]))

    @tf.function(input_signature=[*_STATES, tf.TensorSpec((None, None))])  # type: ignore[untyped-decorator]
    def _step(self, x: Any, mask: Any, truth: Any) -> None:
        with tf.GradientTape() as tape:
            for layer in self._layers:
                x = layer(x, mask, DROPOUT)
            mean = tf.reduce_sum(x * mask[..., None], 1) / tf.reduce_sum(mask, 1, keepdims=True)
            scores = tf.matmul(tf.nn.l2_normalize(mean, 1) * SCALE, self._weights) + self._bias
            loss = self._loss(scores, truth)
        gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, self._variables), 1.0)
        self._optimizer.apply_gradients([(gradients[place], one) for place, one in enumerate(self._variables)])

    def tensors(self) -> dict[str, Array]:
        """Return the layers' weights by upstream's names."""
        return {name: value for layer in self._layers for name, value in layer.tensors().items()}

    def head(self) -> dict[str, Array]:
        """Return weights and bias of the layer on top, for embeddings of unit length."""
        return {"weights": self._weights.numpy() * SCALE, "bias": self._bias.numpy()}


def _layers(tensors: dict[str, Any]) -> int:
    return 1 + max(int(name.split(".")[2]) for name in tensors if name.startswith("encoder.layer."))


def _batches(lengths: Sequence[int], size: int, jitter: bool = False) -> Iterable[Array]:
    """Yield the numbers of texts of about the same length; with `jitter` other ones each time."""
    order = np.argsort(np.array(lengths) + (np.random.rand(len(lengths)) * 8 if jitter else 0))
    return (order[start : start + size] for start in range(0, len(order), size))


def _padded(rows: Sequence[Array]) -> tuple[Array, Array]:
    longest = max(len(row) for row in rows)
    padded = np.zeros((len(rows), longest, *rows[0].shape[1:]), rows[0].dtype)
    mask = np.zeros((len(rows), longest), np.float32)
    for number, row in enumerate(rows):
        padded[number, : len(row)] = row
        mask[number, : len(row)] = 1
    return padded, mask


def _normed(x: Any, weight: Any, bias: Any) -> Any:
    mean = tf.reduce_mean(x, -1, keepdims=True)
    spread = tf.reduce_mean(tf.square(x - mean), -1, keepdims=True)
    return (x - mean) * tf.math.rsqrt(spread + 1e-12) * weight + bias


def _dropped(x: Any, rate: float) -> Any:
    return tf.nn.dropout(x, rate) if rate else x
