"""The directory of support services: who can help a parent, by region, need and risk category.

The services stand in `data/support/<region>.yml`; `docs/services.md` says how to change them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.care.places import Atlas, Names
from bot.care.services import CATEGORIES, NEEDS, Region, Service
from bot.settings import ROOT

__all__ = ["ANYWHERE", "CATEGORIES", "NEEDS", "Directory", "Region", "Service", "SupportError", "directory"]

ANYWHERE = "INTL"
STALE_AFTER_DAYS = 180  # the project's own rule for its figures: checked twice a year


class SupportError(ValueError):
    """A file of the directory is wrong; the message names the file and the service."""


class Directory:
    """All regions."""

    def __init__(self, regions: Sequence[Region], frames: Mapping[str, Sequence[str]]) -> None:
        """Take the regions, and the phrases around a place (data/words/places.yml).

        Raises SupportError when the region for everywhere else is missing.
        """
        self.regions: dict[str, Region] = {region.code: region for region in regions}
        if ANYWHERE not in self.regions:
            raise SupportError(f"{ANYWHERE}.yml is missing: it serves every place without a file of its own.")
        named = {str(one.code): Names(one.places, one.places_that_are_names, one.codes) for one in regions}
        self._atlas = Atlas(named, frames)

    @classmethod
    def load(cls, folder: Path = ROOT / "data" / "support") -> Directory:
        """Read every `<region>.yml` of `folder`; the file's name is the region's code.

        Raises SupportError, naming the file and the service, when anything in a file is wrong.
        """
        regions = [_read(path) for path in sorted(folder.glob("*.yml"))]
        frames = yaml.safe_load((ROOT / "data" / "words" / "places.yml").read_text(encoding="utf-8"))
        return cls(regions, frames)

    def region(self, code: str | None) -> Region:
        """Return the region `code` ("CA-ON"), else its country's ("CA" for "CA-QC"), else everywhere's.

        Never raises: a wrong code must not keep a number from a parent.
        """
        wanted = code or ANYWHERE
        return self.regions.get(wanted) or self.regions.get(wanted.split("-")[0]) or self.regions[ANYWHERE]

    def find(self, need: str | None, region: str | None, limit: int = 3) -> list[Service]:
        """Return one to `limit` services for `need` in `region`: verified first, then most urgent first.

        Nobody for the need, or no known need: the region's general services, then those for everywhere. Only
        unverified ones: the general services as well. Never empty. An emergency number keeps its place even
        where it is unverified.
        """
        home, anywhere = self.region(region), self.regions[ANYWHERE]
        fitting = home.services_for(need)
        offered = list(fitting)
        if not any(service.verified for service in fitting):
            offered += [service for service in home.services_called(home.general) if service not in fitting]
        if not fitting and home is not anywhere:
            offered += anywhere.services_for(need) or anywhere.services_called(anywhere.general)
        offered.sort(key=lambda service: not (service.verified or "emergency" in service.needs))
        return offered[: max(limit, 1)]

    def lines_for(self, category: str, region: str | None) -> list[Service]:
        """Return the services for a risk category, most urgent first, at most three.

        `none`, or a category that isn't known, gets the region's general services. Never empty.
        """
        home = self.region(region)
        return home.services_called(home.lines.get(category, home.general))

    def regions_named(self, text: str, asked: bool = False) -> list[str]:
        """Return the codes of the regions where the text may say the parent lives; several for "London".

        `asked`: the text answers "where do you live?", so that a bare "Austin" is a place and not a child.
        """
        return self._atlas.regions_in(text, asked)

    def region_named(self, text: str, asked: bool = False, here: str | None = None) -> str | None:
        """Return the code of the region where the text says the parent lives, or None.

        `here` is the region assumed so far. It decides between places of one name: "London" stays in Ontario
        for a clinic in Ontario. Without it the answer is None: better to ask than to give the wrong number.
        """
        named = self.regions_named(text, asked)
        if here in named:
            return here
        # "Canada" stands in Ontario's file as well; said alone it means the country.
        widest = [code for code in named if not any(code.startswith(f"{other}-") for other in named)]
        return widest[0] if len(widest) == 1 else None

    def stale(self, today: date, days: int = STALE_AFTER_DAYS) -> list[Service]:
        """Return the services last verified more than `days` days before `today`, longest ago first.

        One dated after `today` is among them: a day that hasn't come vouches for nothing.
        """
        oldest = today - timedelta(days=days)
        services = [service for region in self.regions.values() for service in region.services]
        stale = [service for service in services if not oldest <= service.last_verified <= today]
        return sorted(stale, key=lambda service: service.last_verified)


@lru_cache
def directory() -> Directory:
    """Return the directory of this installation, read once. Raises SupportError as `Directory.load` does."""
    return Directory.load()


def _read(path: Path) -> Region:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise SupportError(f"{path.name} is not YAML: {error}") from error
    if not isinstance(content, dict):
        raise SupportError(f"{path.name} describes no region.")
    try:
        return Region(**{**content, "code": path.stem})
    except ValidationError as error:
        faults = "\n".join(f"  {_where(fault['loc'], content)}: {fault['msg']}" for fault in error.errors())
        raise SupportError(f"{path.name} is wrong:\n{faults}") from error


def _where(location: tuple[int | str, ...], content: dict[str, Any]) -> str:
    """Name the place of a fault by the service's id instead of its position: "samaritans source"."""
    parts = [str(part) for part in location if part != "__root__"]
    if len(location) > 1 and location[0] == "services" and isinstance(location[1], int):
        service = content["services"][location[1]]
        name = service.get("id") if isinstance(service, dict) else None
        parts[:2] = [str(name or f"service {location[1] + 1}")]
    return " ".join(parts) or "region"
