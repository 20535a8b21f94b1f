"""Support: the right services for the need and the place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actions.support import ActionFindSupport
from bot.care.services import NEEDS
from bot.care.support import directory
from bot.settings import Settings
from tests.actions.step import Step, tracker


def services(**slots: Any) -> list[str]:
    return str(Step(ActionFindSupport(), tracker(slots)).slots["services"]).split("\n\n")


@pytest.mark.parametrize("region", sorted(directory().regions))
@pytest.mark.parametrize("need", [None, "nonsense", *NEEDS])
def test_there_is_always_somebody(region: str, need: str | None) -> None:
    found = services(region=region, need=need)
    assert 1 <= len(found) <= 3
    for paragraph in found:
        assert len(paragraph) > 20 and "None" not in paragraph and ".." not in paragraph


@pytest.mark.parametrize(
    ("region", "need", "named"),
    [
        ("CA-ON", "suicide", "9-8-8"),
        ("US", "suicide", "988"),
        ("GB", "suicide", "111"),
        ("AU", "partner_violence", "1800RESPECT"),
        ("CA-ON", "substance", "ConnexOntario"),
    ],
)
def test_the_need_and_the_place_decide(region: str, need: str, named: str) -> None:
    assert any(named in paragraph for paragraph in services(region=region, need=need))


def test_another_need_or_place_is_another_answer() -> None:
    answers = {tuple(services(region=region, need=need)) for region in ("GB", "US") for need in ("suicide", "therapy")}
    assert len(answers) == 4


def test_without_a_place_it_is_this_installation_s(installation: Settings, change: Callable[..., Settings]) -> None:
    assert services() == services(region="CA-ON")
    change(region="NZ")
    assert services() == services(region="NZ") != services(region="CA-ON")


def test_a_place_we_don_t_know_gets_everywhere_s(installation: Settings) -> None:
    assert services(region="XX") == services(region="INTL")
