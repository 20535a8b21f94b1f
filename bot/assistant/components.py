"""The NLU components of `config.yml`: each hands the text to `language` and writes back what it found."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant.entities import entities_in
from bot.assistant.once import compute_once
from bot.assistant.safety_policy import response_for
from bot.language.encoder import Encoder, load_encoder
from bot.language.intents import IntentModel, Taught
from bot.language.pipeline import is_gibberish, nlp, read
from bot.language.risk.detector import detector, doubted
from bot.language.risk.screener import NOTHING, Finding
from bot.settings import settings

compute_once()  # every process that runs the assistant loads these components

RISK_INTENT = "risk"

# "dziękuję" is no English word and well known all the same; made-up words come out as anything, but seldom this sure.
SURE = 0.98

# From this confidence on an intent is reason to doubt a danger that only the risk classifier sees.
ORDINARY = 0.8

# Intents that say little about what a message holds.
_SAYS_LITTLE = (RISK_INTENT, DEFAULT_NLU_FALLBACK_INTENT_NAME, "inform", "unsure", "repair", "parent_stress")

# "7", "3/5", "1000000": a number alone answers a question, and opens nothing.
INFORM = "inform"
_NUMBER = re.compile(r"[^\w]*\d[\d\W]*")

# Where in a message's parse the screener's finding is kept for the policy.
RISK_KEY = "risk"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class ParentReader(Tokenizer, EntityExtractorMixin):
    """spaCy's tokens, and as entities what a parent told: feeling, age, child, cause, what was done."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return Rasa's tokenizer settings; an intent's name is one word here."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ParentReader:
        """Make the component, and load spaCy now, so that the first parent doesn't wait for it."""
        nlp()
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return spaCy's tokens of one attribute of a message, without white space."""
        doc = nlp().make_doc(str(message.get(attribute)))
        return [Token(token.text, token.idx) for token in doc if not token.is_space]

    def process(self, messages: list[Message]) -> list[Message]:
        """Tokenize, and add the entities that the text holds to those a button already carries."""
        messages = super().process(messages)
        for message in messages:
            text = message.get(TEXT) or ""
            found = self.add_extractor_name(entities_in(read(text)))
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(GraphComponent):
    """The sentence's embedding (`language/encoder.py`) as a dense feature."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: `folder`, where the encoder was built (default: this installation's)."""
        return {"folder": None}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """Load the encoder, once a process. Raises EncoderError when it was not built."""
        folder = Path(config["folder"]) if config["folder"] else settings().encoder_folder
        return cls(load_encoder(folder), execution_context.node_name)

    def __init__(self, encoder: Encoder, name: str) -> None:
        """Take a loaded encoder and the node's name, which marks its features."""
        self._encoder = encoder
        self._name = name

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the embedding of each message's text."""
        texts = [str(message.get(TEXT) or "") for message in messages]
        for message, row in zip(messages, self._encoder.encode(texts), strict=True):
            message.add_features(Features(row.reshape(1, -1), "sentence", TEXT, self._name))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the embedding of each training example."""
        self.process(training_data.training_examples)
        return training_data


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent, RasaIntentClassifier):
    """Which intent, from the embedding and the n-grams, with calibrated confidence (`language/intents.py`)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: how many intents are ranked, and how sure it must be to call a message `risk`.

        The classifier is the second detector, behind the screener's patterns: where it alone is a little worried, a
        tired parent would be asked whether a child is in danger. `interrupting` are the intents that break into a
        question that was asked; below their threshold the message is taken as not understood, which an open question
        takes as its answer. `taught`: the folder of the taught view (default: this installation's).
        """
        return {
            "ranking_length": 10,
            "risk_threshold": 0.55,
            "interrupting": [],
            "interrupting_threshold": 0.5,
            "taught": None,
        }

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        """Make an untrained classifier."""
        return cls(config, model_storage, resource)

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        """Take Rasa's storage for the model, and the model itself once there is one."""
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example that has a text and an intent, and keep the model."""
        examples = [one for one in training_data.intent_examples if one.get(TEXT) and one.get(INTENT)]
        texts = [one.get(TEXT) for one in examples]
        intents = [one.get(INTENT) for one in examples]
        self._model = IntentModel.fit(texts, _embeddings(examples), intents, _taught(self._config))
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """Load what `train` kept."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, IntentModel.load(folder, _taught(config)))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the most likely intent and the ranking of the next ones, each with its confidence."""
        if self._model is None:
            raise RuntimeError("The intent classifier was not trained. Run ./securebase train.")
        for message in messages:
            if message.get(INTENT, {}).get("name"):
                continue  # a button says what it means
            ranked = self._model.rank(str(message.get(TEXT) or ""), _embeddings([message])[0])
            wary = [one for one in ranked if one[0] != RISK_INTENT or one[1] >= self._config["risk_threshold"]]
            ranking = [{"name": name, "confidence": sure} for name, sure in wary[: self._config["ranking_length"]]]
            name, sure = wary[0]
            interrupts = name in self._config["interrupting"] and sure < self._config["interrupting_threshold"]
            strange = sure < SURE and is_gibberish(read(str(message.get(TEXT) or "")))
            understood = DEFAULT_NLU_FALLBACK_INTENT_NAME if interrupts or strange else name
            if _NUMBER.fullmatch(str(message.get(TEXT) or "")):
                understood = INFORM
            message.set(INTENT, {"name": understood, "confidence": sure}, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _taught(config: dict[str, Any]) -> Taught | None:
    """Return the view that ./securebase train has taught; None after `rasa train` alone in a fresh checkout."""
    folder = Path(config["taught"]) if config["taught"] else settings().intents_folder
    return Taught(folder) if (folder / "head.npz").is_file() else None


def _embeddings(messages: list[Message]) -> np.ndarray[Any, np.dtype[np.float32]]:
    rows = [message.get_dense_features(TEXT)[1] for message in messages]
    return np.concatenate([row.features for row in rows])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class RiskScreener(GraphComponent, RasaIntentClassifier, EntityExtractorMixin):
    """The last word on every message: when somebody may be in danger, the intent becomes `risk`."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RiskScreener:
        """Load both detectors now, so that a broken file stops the start and not a parent's message."""
        detector()
        return cls()

    @staticmethod
    def _weighed(finding: Finding, message: Message) -> Finding:
        """Return the finding, or a question in its place where only the risk classifier is worried.

        Where no rule found anything and the intent classifier is sure of something ordinary, the two disagree; of
        letters that are no words nothing can be concluded.
        """
        intent = message.get(INTENT, {})
        if not finding.evidence or not all(one.startswith("classifier:") for one in finding.evidence):
            return finding
        if is_gibberish(read(str(message.get(TEXT) or ""))):
            return NOTHING
        sure = float(intent.get("confidence") or 0.0) >= ORDINARY and intent.get("name") not in _SAYS_LITTLE
        if not sure:
            return finding
        return NOTHING if finding.urgency == "none" else doubted(finding)

    def process(self, messages: list[Message]) -> list[Message]:
        """Screen the raw text, and keep the finding for the safety policy and the alerts."""
        for message in messages:
            finding = self._weighed(detector().detect(str(message.get(TEXT) or "")), message)
            message.set(RISK_KEY, finding.record(), add_to_output=True)
            if finding.urgency != "none" or finding.asks:
                message.set(INTENT, {"name": RISK_INTENT, "confidence": 1.0}, add_to_output=True)
            if message.get(INTENT, {}).get("name") == RISK_INTENT:
                # The intent classifier alone may think so: then nothing says what it is, and the parent is asked.
                response = response_for(finding.category, finding.urgency, finding.evidence, finding.asks)
                answer = response.removeprefix("utter_")
                danger = self.add_extractor_name([{"entity": "danger", "value": answer, "start": 0, "end": 0}])
                message.set(ENTITIES, message.get(ENTITIES, []) + danger, add_to_output=True)
        return messages
