"""Every rule against its own two examples, and every way a rule file can be broken."""

import shutil
from pathlib import Path

import pytest
import yaml

from bot.language.risk.notation import Notation, NotationError
from bot.language.risk.rules import CATEGORIES, RuleError, load
from bot.language.risk.screener import FOLDER, screener

SCREENER = screener()
RULES = load(FOLDER)


@pytest.mark.parametrize("pattern", RULES.patterns, ids=lambda pattern: pattern.id)
def test_a_pattern_finds_its_example_and_leaves_the_other(pattern):
    assert pattern.id in SCREENER.screen(pattern.matches, distressed=pattern.weak).evidence
    assert pattern.id not in SCREENER.screen(pattern.not_, distressed=pattern.weak).evidence


@pytest.mark.parametrize("frame", RULES.frames, ids=lambda frame: frame.id)
def test_a_frame_clears_its_example_and_not_the_other(frame):
    cleared = SCREENER.screen(frame.matches)
    assert not set(frame.clears) & {*cleared.categories, *cleared.evidence}
    assert frame.clears or cleared.urgency == "none"
    assert SCREENER.screen(frame.not_).urgency != "none"


def test_every_category_of_the_specification_has_rules():
    assert {pattern.category for pattern in RULES.patterns} == set(CATEGORIES)


def test_a_weak_pattern_is_silent_until_distress_was_voiced():
    for pattern in RULES.patterns:
        if pattern.weak:
            assert pattern.id not in SCREENER.screen(pattern.matches).evidence


@pytest.fixture
def folder(tmp_path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "risk")
    return tmp_path / "risk"


def _break(folder: Path, category: str, **changes: object) -> str:
    """Change keys of the first pattern of a category's file; its id."""
    path = folder / f"{category}.yml"
    content = yaml.safe_load(path.read_text())
    content["patterns"][0] |= changes
    path.write_text(yaml.safe_dump(content))
    return str(content["patterns"][0]["id"])


@pytest.mark.parametrize(
    "changes",
    [
        {"says": ["want (to die"]},
        {"says": ["want to) die"]},
        {"says": ["want <no-such-group>"]},
        {"says": ["[only optional]"]},
        {"says": ["want {to} die"]},
        {"says": ["a ... b ... c ... d ... e"]},
        {"says": []},
        {"says": "not a list"},
        {"matches": None},
        {"raises": "soon"},
        {"raises": "none"},
        {"who": ["nobody"]},
        {"unless": "no-such-pattern"},
        {"surprise": 1},
    ],
)
def test_a_broken_pattern_is_refused_with_its_file_and_id(folder, changes):
    name = _break(folder, "burnout", **changes)
    with pytest.raises(RuleError, match="burnout.yml") as refusal:
        load(folder)
    assert name in str(refusal.value)


def test_two_patterns_of_one_name_are_refused(folder):
    twin = _break(folder, "substance_use", id="hits-self")
    with pytest.raises(RuleError, match=twin):
        load(folder)


def test_a_missing_file_is_refused_by_name(folder):
    (folder / "child_abuse.yml").unlink()
    with pytest.raises(RuleError, match="child_abuse.yml"):
        load(folder)


def test_a_file_that_is_not_yaml_is_refused_by_name(folder):
    (folder / "frames.yml").write_text("frames: [")
    with pytest.raises(RuleError, match="frames.yml"):
        load(folder)


@pytest.mark.parametrize(
    ("pattern", "found", "left"),
    [
        ("(cat|black dog) [really] sat", " the black dog really sat ", " the black cat dog "),
        ("cat .. sat", " cat one two three sat ", " cat one two three four sat "),
        ("cat ... sat", " cat 1 2 3 4 5 6 sat ", " cat 1 2 3 4 5 6 7 sat "),
        ("^ cat", " cat sat ", " the cat "),
        ("cat $", " the cat ", " cat sat "),
        ("kill*", " a killer ", " skill "),
        ("a _ cat", " a black cat ", " a cat "),
        ("cat", " cat ", " cats "),
        ("slap <name>", " slap ~mia ", " slap mia "),
    ],
)
def test_the_notation_means_what_the_readme_says(pattern, found, left):
    form = Notation({}, lambda word: (word,)).form(pattern)
    assert form.regex.search(found)
    assert not form.regex.search(left)


def test_a_negative_in_brackets_is_not_the_patterns_own():
    notation = Notation({}, lambda word: (word,))
    assert notation.form("not want to live").negatives
    assert not notation.form("am [not] suicidal").negatives


def test_an_empty_choice_is_refused():
    with pytest.raises(NotationError, match="empty choice"):
        Notation({}, lambda word: (word,)).form("(cat|)")
