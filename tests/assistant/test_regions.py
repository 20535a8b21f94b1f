"""The numbers in a crisis answer: there for every region, the right ones, and none that nobody checked."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from bot.assistant.regions import lines_of
from bot.care.services import CATEGORIES
from bot.care.support import directory
from bot.settings import Settings

REGIONS = sorted(directory().regions)


@pytest.mark.parametrize("region", REGIONS)
def test_every_category_has_a_line_and_a_way_to_reach_somebody(region: str) -> None:
    lines = lines_of(region)
    assert set(lines) == {"emergency", "place", "duty", *(f"{category}_line" for category in CATEGORIES)}
    for name, line in lines.items():
        assert line.strip() and "{" not in line
        if name.endswith("_line"):
            assert re.match(r"(call|text|go to|look at|find|chat|visit|write) ", line), (
                f"'please {line}' is no sentence"
            )
            assert not line.endswith((".", "!"))
            assert re.search(r"\d-?\d-?\d|\w\.\w", line), f"{line!r} names neither a number nor a page"


@pytest.mark.parametrize(
    ("region", "emergency"),
    [("CA-ON", "911"), ("CA", "911"), ("US", "911"), ("GB", "999"), ("IE", "112"), ("AU", "000"), ("NZ", "111")],
)
def test_emergency_numbers(region: str, emergency: str) -> None:
    assert emergency in lines_of(region)["emergency"]


@pytest.mark.parametrize(
    ("region", "number"),
    [("CA-ON", "9-8-8"), ("CA", "9-8-8"), ("US", "988"), ("AU", "13 11 14"), ("NZ", "1737"), ("IE", "1800 247 247")],
)
def test_the_suicide_line_is_the_country_s_own(region: str, number: str) -> None:
    assert number in lines_of(region)["parent_suicide_line"]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("category", CATEGORIES)
def test_an_unverified_line_is_said_only_where_there_is_no_other(region: str, category: str) -> None:
    services = directory().lines_for(category, region)
    said = lines_of(region)[f"{category}_line"]
    chosen = next(service for service in services if service.say == said)
    others = [service for service in services if service.verified and "emergency" not in service.needs]
    assert chosen.verified or not others


@pytest.mark.parametrize(
    ("code", "served_by"), [("CA-QC", "CA"), ("US-TX", "US"), ("FR", "INTL"), ("nonsense", "INTL")]
)
def test_a_place_without_a_file_gets_its_country_or_everywhere(code: str, served_by: str) -> None:
    assert lines_of(code) == lines_of(served_by)


def test_nobody_named_a_place(installation: Settings, change: Callable[..., Settings]) -> None:
    assert lines_of(None) == lines_of("CA-ON")
    change(region="GB")
    assert lines_of(None) == lines_of("GB") != lines_of("CA-ON")
