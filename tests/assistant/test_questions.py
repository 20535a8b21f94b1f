"""Which question about the ideas is asked; run as Rasa runs the component."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant.components import SentenceEncoder
from bot.assistant.questions import QuestionFinder
from bot.settings import ROOT
from tests.assistant.conversation import real_domain

EXAMPLES = {
    "overview": ["what is it", "the idea in short", "explain it to me", "what does it mean", "what is this about"],
    "bowlby": ["who was bowlby", "john bowlby", "that english doctor", "bowlby?", "when did bowlby write"],
    "fathers": ["and fathers?", "does it count for dads", "is a father as good", "my husband too", "what of dads"],
}  # fmt: skip


def context(name: str) -> ExecutionContext:
    return ExecutionContext(GraphSchema({}), node_name=name)


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def encoder(encoder_folder: Path, storage: LocalModelStorage) -> SentenceEncoder:
    return SentenceEncoder.create({"folder": str(encoder_folder)}, storage, Resource("encoder"), context("encoder"))


@pytest.fixture(scope="module")
def finder(encoder: SentenceEncoder, storage: LocalModelStorage) -> QuestionFinder:
    data = [
        Message({TEXT: text, INTENT: "learn_secure_base", METADATA: {METADATA_INTENT: {"question": question}}})
        for question, texts in EXAMPLES.items()
        for text in texts
    ]
    data.append(Message({TEXT: "good night", INTENT: "goodbye"}))
    config = {**QuestionFinder.get_default_config(), "sure": 0.0}
    made = QuestionFinder.create(config, storage, Resource("questions"), context("questions"))
    resource = made.train(encoder.process_training_data(TrainingData(data)))
    return QuestionFinder.load(config, storage, resource, context("questions"))


def asked(finder: QuestionFinder, encoder: SentenceEncoder, text: str, intent: str = "learn_secure_base") -> list[str]:
    message = Message({TEXT: text, INTENT: {"name": intent, "confidence": 0.9}})
    finder.process(encoder.process([message]))
    return [one["value"] for one in message.get(ENTITIES, []) if one["entity"] == "question"]


@pytest.mark.parametrize(("text", "question"), [("so who is this bowlby", "bowlby"), ("are dads as good", "fathers")])
def test_the_question_is_found(finder: QuestionFinder, encoder: SentenceEncoder, text: str, question: str) -> None:
    assert asked(finder, encoder, text) == [question]


def test_other_intents_ask_nothing(finder: QuestionFinder, encoder: SentenceEncoder) -> None:
    assert asked(finder, encoder, "who was bowlby", "repair") == []


def test_an_unclear_question_gets_the_general_answer(finder: QuestionFinder, encoder: SentenceEncoder) -> None:
    finder._config["sure"] = 1.1
    assert asked(finder, encoder, "who was bowlby") == ["overview"]
    finder._config["sure"] = 0.0


def test_an_untrained_finder_says_what_to_do(storage: LocalModelStorage) -> None:
    made = QuestionFinder.create(QuestionFinder.get_default_config(), storage, Resource("none"), context("none"))
    with pytest.raises(RuntimeError, match="securebase train"):
        made.process([Message({TEXT: "who was bowlby"})])


def test_every_question_has_answers_and_every_answer_a_question() -> None:
    entries = yaml.safe_load((ROOT / "data/nlu/learn_secure_base.yml").read_text(encoding="utf-8"))["nlu"]
    questions = {entry["metadata"]["question"] for entry in entries if entry["intent"] == "learn_secure_base"}
    answers = real_domain().responses["utter_learn_secure_base"]
    answered = {one["condition"][0]["value"] for one in answers if one.get("condition")}
    assert questions - {"overview"} == answered and len(answered) >= 40
    assert sum(not one.get("condition") for one in answers) >= 2
