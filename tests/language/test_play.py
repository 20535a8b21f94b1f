"""Practice: the child answers in kind, and what is said afterwards is about what the parent typed."""

from __future__ import annotations

import pytest

from bot.language.play import (
    ENOUGH,
    EXCHANGES,
    Exchange,
    Scene,
    answer,
    is_over,
    offered,
    scene_like,
    scenes,
    takes,
    to_try,
    went_well,
)
from bot.language.words import words

KIND = Exchange("You're so cross. I'm here.", True, ())
DISMISSING = Exchange("stop it, you're fine", False, ("dismisses", "no_feeling_word"))
WHY = Exchange("why are you crying?", False, ("questions_why", "no_feeling_word"))
FIXING = Exchange("let's get a new one", False, ("fixes_first", "no_feeling_word"))
NEUTRAL = Exchange("hm", False, ("no_feeling_word",))


def test_there_are_scenes_for_every_age_and_feeling() -> None:
    assert len(scenes()) >= 30
    assert {scene.band for scene in scenes().values()} == {"toddler", "preschool", "school_age", "teen"}
    feelings = {one["feeling"] for one in words("scenes")}
    assert {"angry", "sad", "scared", "worried", "jealous", "lonely", "ashamed"} <= feelings


@pytest.mark.parametrize("scene", list(scenes().values()), ids=list(scenes()))
def test_a_child_of_a_scene_has_enough_to_say(scene: Scene) -> None:
    said = [one for answers in scene.answers.values() for one in answers]
    assert len(set(said)) == len(said) and all(len(one) <= 120 for one in [*said, scene.opens])
    assert all(len(answers) >= 3 for answers in scene.answers.values()) and len(scene.answers["escalates"]) >= EXCHANGES
    assert len(scene.title) <= 32 and len(scene.setting) <= 200


@pytest.mark.parametrize(
    ("exchange", "how"),
    [(KIND, "softens"), (DISMISSING, "escalates"), (WHY, "explains"), (FIXING, "resists"), (NEUTRAL, "shrugs")],
)
def test_the_child_takes_it_in_kind(exchange: Exchange, how: str) -> None:
    assert takes([exchange]) == how


def test_seen_twice_it_settles_and_that_is_the_end() -> None:
    assert takes([DISMISSING, KIND, KIND]) == "settles" and is_over([DISMISSING, KIND, KIND])
    assert ENOUGH == 2 and not is_over([KIND]) and is_over([NEUTRAL] * EXCHANGES)


def test_the_child_never_says_the_same_twice_while_there_is_more() -> None:
    scene = next(iter(scenes().values()))
    said: list[str] = []
    played: list[Exchange] = []
    for _ in range(EXCHANGES):
        played.append(DISMISSING)
        said.append(answer(scene, played, said))
    assert len(set(said)) == EXCHANGES


def test_afterwards_one_thing_that_went_well_and_one_to_try() -> None:
    scene = next(iter(scenes().values()))
    assert went_well([DISMISSING, KIND]) and went_well([DISMISSING]) is None
    for played in ([KIND, KIND], [DISMISSING], [WHY, KIND], [FIXING], [NEUTRAL]):
        assert to_try(scene, played) and "{" not in to_try(scene, played)


def test_a_long_line_is_not_read_back() -> None:
    scene = next(iter(scenes().values()))
    line = "word " * 60
    assert line.strip() not in to_try(scene, [Exchange(line, False, ("dismisses",))])
    assert line.strip() not in str(went_well([Exchange(line, True, ())]))


def test_scenes_on_offer_fit_the_age_and_are_not_the_ones_played() -> None:
    first = offered("teen", ())
    assert len(first) == 4 and all(scene.band == "teen" for scene in first)
    assert not {scene.id for scene in first} & {scene.id for scene in offered("teen", [one.id for one in first])}
    assert all(scene.band == "toddler" for scene in offered("baby", ()))
    assert len(offered(None, ())) == 4


def test_a_scene_in_the_parent_s_own_words() -> None:
    assert scene_like("the one where the banana broke into pieces at breakfast", "toddler", ()).id == "broken_banana"
    assert scene_like("whatever", None, ()) in scenes().values()
