"""The NLU components, run as Rasa runs them: what is read, learned, kept, loaded and screened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT, TEXT_TOKENS
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant.components import IntentClassifier, ParentReader, RiskScreener, SentenceEncoder
from bot.language.encoder import EncoderError
from bot.language.risk.screener import NOTHING

# Two views, as where nothing was taught: the third needs minutes.
CONFIG = {**IntentClassifier.get_default_config(), "taught": "/nowhere"}

EXAMPLES = {
    "trains": [
        "the night train to Kamloops", "which platform for Dublin", "he missed the express", "a ticket to Leeds please",
        "the carriage was empty", "our railway card expired", "the conductor waved", "late again at the station",
    ],
    "soup": [
        "lentils and cumin", "a bowl of tomato soup", "too much salt in the broth", "simmer the onions slowly",
        "noodles swimming in stock", "she wants seconds of chowder", "stir it with a ladle", "grandma's borscht",
    ],
    "risk": [
        "something terrible could happen here", "I am frightened of what comes next", "nobody is safe in this place",
        "it is about to go very wrong", "please let it stop tonight", "danger is close to us now",
        "this can't end well for anyone", "I am scared for all of us",
    ],
}  # fmt: skip


def context(name: str) -> ExecutionContext:
    return ExecutionContext(GraphSchema({}), node_name=name)


def message(text: str, **data: Any) -> Message:
    return Message(data={TEXT: text, **data})


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def encoder(encoder_folder: Path, storage: LocalModelStorage) -> SentenceEncoder:
    return SentenceEncoder.create({"folder": str(encoder_folder)}, storage, Resource("encoder"), context("encoder"))


@pytest.fixture(scope="module")
def data(encoder: SentenceEncoder) -> TrainingData:
    examples = [message(text, intent=name) for name, texts in EXAMPLES.items() for text in texts]
    return encoder.process_training_data(TrainingData([*examples, message("a text without an intent")]))


@pytest.fixture(scope="module")
def resource(data: TrainingData, storage: LocalModelStorage) -> Resource:
    config = CONFIG
    made = IntentClassifier.create(config, storage, Resource("intents"), context("intents"))
    return made.train(data)


@pytest.fixture
def classifier(resource: Resource, storage: LocalModelStorage) -> IntentClassifier:
    """The classifier as another process loads it."""
    return IntentClassifier.load(CONFIG, storage, resource, context("intents"))


@pytest.fixture(scope="module")
def reader(storage: LocalModelStorage) -> ParentReader:
    return ParentReader.create(ParentReader.get_default_config(), storage, Resource("reader"), context("reader"))


@pytest.fixture(scope="module")
def screener(storage: LocalModelStorage) -> RiskScreener:
    return RiskScreener.create({}, storage, Resource("risk"), context("risk"))


def entities(message: Message) -> dict[str, Any]:
    return {entity["entity"]: entity["value"] for entity in message.get(ENTITIES)}


# ---- reading


def test_reader_adds_tokens_and_entities(reader: ParentReader) -> None:
    (read,) = reader.process([message("my daughter is 4 and she's so sad because her tower fell")])
    assert [token.text for token in read.get(TEXT_TOKENS)][:3] == ["my", "daughter", "is"]
    found = entities(read)
    assert found["feeling"] == "sad" and found["age_band"] == "preschool" and found["pronoun"] == "she"
    assert all(entity["extractor"] == "ParentReader" for entity in read.get(ENTITIES))


def test_reader_keeps_what_a_button_carries(reader: ParentReader) -> None:
    carried = {"entity": "bare_age_band", "value": "teen", "start": 0, "end": 1}
    (read,) = reader.process(
        [message('/inform{"bare_age_band": "teen"}', intent={"name": "inform"}, entities=[carried])]
    )
    assert entities(read)["bare_age_band"] == "teen"


@pytest.mark.parametrize("odd", ["", "   ", "😭😭", "ابني يبكي", "a" * 9_000, "{}", "\n"])
def test_reader_reads_anything(reader: ParentReader, odd: str) -> None:
    (read,) = reader.process([message(odd)])
    assert read.get(ENTITIES) is not None and read.get(TEXT_TOKENS) is not None


def test_tokens_stand_where_they_say(reader: ParentReader) -> None:
    text = "he's  7yo,\nso   FURIOUS!! 😡"
    (read,) = reader.process([message(text)])
    assert all(text[token.start : token.end] == token.text for token in read.get(TEXT_TOKENS))


# ---- meaning


def test_encoder_gives_each_message_its_own_direction(encoder: SentenceEncoder) -> None:
    texts = ["he cried at nursery", "he sobbed at daycare", "the stock market fell"]
    messages = encoder.process([message(text) for text in texts])
    rows = [one.get_dense_features(TEXT)[1].features[0] for one in messages]
    assert rows[0] @ rows[1] > 0.5 > rows[0] @ rows[2]


def test_encoder_that_was_not_built_stops_the_start(tmp_path: Path, storage: LocalModelStorage) -> None:
    with pytest.raises(EncoderError, match="securebase train"):
        SentenceEncoder.create({"folder": str(tmp_path)}, storage, Resource("encoder"), context("encoder"))


# ---- intents


@pytest.mark.parametrize(
    ("text", "intent"),
    [("when does the train leave the station", "trains"), ("soup with onions and salt", "soup")],
)
def test_what_was_learned_survives_being_kept(
    classifier: IntentClassifier, encoder: SentenceEncoder, text: str, intent: str
) -> None:
    (read,) = classifier.process(encoder.process([message(text)]))
    assert read.get(INTENT)["name"] == intent
    ranking = read.get(INTENT_RANKING_KEY)
    sure = [one["confidence"] for one in ranking]
    assert ranking[0] == read.get(INTENT) and sure == sorted(sure, reverse=True)
    assert all(0 <= one <= 1 for one in sure)


def test_two_loads_rank_the_same(storage: LocalModelStorage, resource: Resource, encoder: SentenceEncoder) -> None:
    config = CONFIG
    ranks = []
    for _ in range(2):
        loaded = IntentClassifier.load(config, storage, resource, context("intents"))
        (read,) = loaded.process(encoder.process([message("a bowl on the platform")]))
        ranks.append(read.get(INTENT_RANKING_KEY))
    assert ranks[0] == ranks[1]


def test_a_button_keeps_its_intent(classifier: IntentClassifier, encoder: SentenceEncoder) -> None:
    said = {"name": "soup", "confidence": 1.0}
    (read,) = classifier.process(encoder.process([message("/soup", intent=said)]))
    assert read.get(INTENT) == said


def test_the_ranking_is_as_long_as_configured(
    storage: LocalModelStorage, resource: Resource, encoder: SentenceEncoder
) -> None:
    config = {**CONFIG, "ranking_length": 1}
    loaded = IntentClassifier.load(config, storage, resource, context("intents"))
    (read,) = loaded.process(encoder.process([message("soup")]))
    assert len(read.get(INTENT_RANKING_KEY)) == 1


@pytest.mark.parametrize(("threshold", "intent"), [(0.0, {"risk"}), (1.01, {"trains", "soup"})])
def test_how_sure_it_must_be_to_speak_of_danger(
    storage: LocalModelStorage, resource: Resource, encoder: SentenceEncoder, threshold: float, intent: set[str]
) -> None:
    config = {**CONFIG, "risk_threshold": threshold}
    loaded = IntentClassifier.load(config, storage, resource, context("intents"))
    (read,) = loaded.process(encoder.process([message("danger, something terrible could happen to us, I am scared")]))
    assert read.get(INTENT)["name"] in intent


def test_an_untrained_classifier_says_so(storage: LocalModelStorage, encoder: SentenceEncoder) -> None:
    config = CONFIG
    made = IntentClassifier.create(config, storage, Resource("untrained"), context("intents"))
    with pytest.raises(RuntimeError, match="not trained"):
        made.process(encoder.process([message("soup")]))


def test_an_intent_with_too_few_examples_stops_the_training(
    storage: LocalModelStorage, encoder: SentenceEncoder
) -> None:
    few = [message(f"soup {number}", intent="soup") for number in range(8)] + [message("a train", intent="trains")]
    made = IntentClassifier.create(CONFIG, storage, Resource("few"), context("intents"))
    with pytest.raises(ValueError):
        made.train(encoder.process_training_data(TrainingData(few)))


def test_the_kept_model_holds_no_example(storage: LocalModelStorage, resource: Resource) -> None:
    with storage.read_from(resource) as folder:
        kept = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
        names = {path.suffix for path in folder.rglob("*") if path.is_file()}
    assert names <= {".npz", ".json"}, "a format that can run code when it is read"
    assert b"soup" in kept  # the intent's name is there, so this search can find something
    for word in (b"borscht", b"Kamloops", b"cumin"):
        assert word not in kept


# ---- danger


def test_danger_takes_over_and_says_what_it_is(screener: RiskScreener) -> None:
    (read,) = screener.process([message("i want to kill myself", intent={"name": "thank", "confidence": 0.99})])
    assert read.get(INTENT) == {"name": "risk", "confidence": 1.0}
    assert entities(read)["danger"] == "crisis_parent_suicide"
    assert read.get("risk")["urgency"] == "emergency"
    assert read.get("risk") in read.as_dict(only_output_properties=True).values()


def test_danger_takes_over_a_button_too(screener: RiskScreener) -> None:
    text = '/inform{"answer": "i want to kill myself"}'
    (read,) = screener.process([message(text, intent={"name": "inform", "confidence": 1.0})])
    assert read.get(INTENT)["name"] == "risk"


def test_a_calm_message_keeps_its_intent_and_is_marked_as_seen(screener: RiskScreener) -> None:
    said = {"name": "thank", "confidence": 0.8}
    (read,) = screener.process([message("thank you, she is asleep", intent=said)])
    assert read.get(INTENT) == said
    assert read.get("risk") == NOTHING.record()
    assert not read.get(ENTITIES)


def test_where_only_the_classifier_is_worried_the_parent_is_asked(screener: RiskScreener) -> None:
    (read,) = screener.process([message("it all goes quiet soon", intent={"name": "risk", "confidence": 0.9})])
    assert entities(read)["danger"] == "ask_safe"


def test_entities_that_were_found_stay_beside_the_danger(screener: RiskScreener) -> None:
    known = {"entity": "age_band", "value": "baby", "start": 0, "end": 1}
    (read,) = screener.process([message("I shook the baby", entities=[known])])
    assert entities(read) == {"age_band": "baby", "danger": "crisis_harm_to_child"}


def test_numbers_in_a_kept_model_are_finite(storage: LocalModelStorage, resource: Resource) -> None:
    with storage.read_from(resource) as folder:
        (path,) = folder.glob("*.npz")
        with np.load(path, allow_pickle=False) as numbers:
            assert all(np.isfinite(numbers[name]).all() for name in numbers.files)
