"""Which question about the ideas behind all this a parent asks, so that each has its own short answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.intents import IntentModel

QUESTION = "question"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class QuestionFinder(GraphComponent, EntityExtractorMixin):
    """Adds the entity `question` to a message of one intent, from the `metadata` of that intent's examples.

    It is the intent classifier's model once more, taught on the examples of that intent alone.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: the intent, how sure it must be, and the question taken where it isn't."""
        return {"intent": "learn_secure_base", "sure": 0.25, "otherwise": "overview"}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionFinder:
        """Make an untrained finder."""
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
        """Learn from every example whose metadata name a question, and keep the model."""
        asked = [(one, question) for one in training_data.intent_examples if (question := _question(one))]
        examples = [one for one, _ in asked]
        self._model = IntentModel.fit(
            [str(one.get(TEXT)) for one in examples], _embeddings(examples), [question for _, question in asked]
        )
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
    ) -> QuestionFinder:
        """Load what `train` kept."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, IntentModel.load(folder))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the question that a message of the intent asks."""
        if self._model is None:
            raise RuntimeError("The questions were not trained. Run ./securebase train.")
        for message in messages:
            if message.get(INTENT, {}).get("name") != self._config["intent"]:
                continue
            text = str(message.get(TEXT) or "")
            name, sure = self._model.rank(text, _embeddings([message])[0])[0]
            question = name if sure >= self._config["sure"] else self._config["otherwise"]
            found = [{"entity": QUESTION, "value": question, "start": 0, "end": len(text)}]
            message.set(ENTITIES, message.get(ENTITIES, []) + self.add_extractor_name(found), add_to_output=True)
        return messages


def _question(example: Message) -> str | None:
    metadata = (example.get(METADATA) or {}).get(METADATA_INTENT) or {}
    return metadata.get(QUESTION) if isinstance(metadata, dict) else None


def _embeddings(messages: list[Message]) -> np.ndarray[Any, np.dtype[np.float32]]:
    rows = [message.get_dense_features(TEXT)[1] for message in messages]
    return np.concatenate([row.features for row in rows])
