"""What a support service and a region are, and what makes their descriptions wrong.

A file that is wrong is refused whole: a mistyped crisis line must not reach a parent. What can't be checked
here, that somebody answers, a person checks (docs/services.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConstrainedStr, Extra, Field, HttpUrl, root_validator, validator

from bot.care.numbering import digits_of, numbers_in, why_impossible

Need = Literal[
    "emergency", "suicide", "self_harm", "child_crisis", "child_mood", "child_abuse", "partner_violence", "perinatal",
    "depression", "substance", "parent_stress", "therapy", "parenting", "community", "medical",
]  # fmt: skip
NEEDS: tuple[str, ...] = get_args(Need)

# The risk screener's categories, `none` excepted.
CATEGORIES = (
    "parent_suicide", "parent_self_harm", "harm_to_child", "child_suicide_self_harm", "child_abuse",
    "partner_violence", "perinatal_crisis", "parent_depression", "substance_use", "burnout",
)  # fmt: skip

ALWAYS = "24/7"
MOST_LINES = 3  # a parent in distress reads no more

_SAYS_ALWAYS = re.compile(r"day (or|and) night|any ?time|24.?7|24 hours|always", re.IGNORECASE)


class Words(ConstrainedStr):
    """Some text. Strict, because YAML reads an unquoted 000 as the number 0."""

    strict = True
    strip_whitespace = True
    min_length = 1


class HttpsUrl(HttpUrl):
    """An address whose page nobody on the way can read or change."""

    allowed_schemes = {"https"}


class _Strict(BaseModel):
    class Config:
        extra = Extra.forbid
        allow_mutation = False


class TextLine(_Strict):
    """Where to send a text message, and the word to send when the line wants one."""

    to: Words
    word: Words | None = None


class Service(_Strict):
    """One service, as its file describes it. `check` names the details that still wait to be verified."""

    id: Words
    name: Words
    other_names: dict[str, Words] = {}
    needs: list[Need] = Field(min_items=1, unique_items=True)
    who: Words
    call: list[Words] = []
    other_numbers: dict[str, Words] = {}
    text: TextLine | None = None
    chat: HttpsUrl | None = None
    web: HttpsUrl | None = None
    hours: Words
    languages: list[Words] = Field(min_items=1)
    cost: Words
    source: HttpsUrl
    last_verified: date
    verified: bool
    check: list[Literal["text", "hours", "chat"]] = []
    say: Words
    about: Words

    @property
    def confirmed_text(self) -> TextLine | None:
        """The text line, unless it still waits to be verified."""
        return None if "text" in self.check else self.text

    @property
    def is_always_open(self) -> bool:
        """Whether somebody is known to answer day and night."""
        return self.hours == ALWAYS and "hours" not in self.check

    @property
    def numbers(self) -> list[str]:
        """Every number that may be said: those to call and, once confirmed, to text."""
        texts = [self.confirmed_text.to] if self.confirmed_text else []
        return [*self.call, *self.other_numbers.values(), *texts]

    @property
    def how(self) -> str:
        """How to reach it, in one line: "call or text 9-8-8, or 988.ca (24/7)".

        Details that wait to be verified are left out. Without any contact of its own, what `say` says.
        """
        ways = self._by_phone()
        ways += [f"{place} {number}" for place, number in self.other_numbers.items()]
        page = self.web if "chat" in self.check else self.chat or self.web
        if page:
            ways.append(re.sub(r"^https://(www\.)?", "", page).rstrip("/"))
        if not ways:
            return self.say
        listed = f"{', '.join(ways[:-1])}, or {ways[-1]}" if len(ways) > 1 else ways[0]
        return f"{listed} (24/7)" if self.is_always_open else listed

    def _by_phone(self) -> list[str]:
        text = self.confirmed_text
        if text and not text.word and self.call == [text.to]:
            return [f"call or text {text.to}"]
        calls = [f"call {' or '.join(self.call)}"] if self.call else []
        if not text:
            return calls
        return [*calls, f"text {text.word} to {text.to}" if text.word else f"text {text.to}"]

    @root_validator(skip_on_failure=True)
    def _says_what_is_so(cls, values: dict[str, Any]) -> dict[str, Any]:
        service = cls.construct(**values)
        if not (service.numbers or service.chat or service.web or "emergency" in service.needs):
            raise ValueError("gives no way to reach it: call, text, chat or web")
        own = {digits_of(number) for number in service.numbers}
        stray = numbers_in(service.say.replace(service.name, "")) - own
        if stray:
            raise ValueError(f"`say` has a number that isn't among its confirmed ones: {_list(stray)}")
        if _SAYS_ALWAYS.search(service.say) and not service.is_always_open:
            raise ValueError(f"`say` promises day and night; its hours are {service.hours!r} or unconfirmed")
        return values


class Region(_Strict):
    """One region: its services, most urgent first, and which of them answer which risk.

    `general` are offered when nobody fits; `duty` says in one sentence who has to report that a child is hurt; `places`
    and the like are the words by which a parent names the region (bot/care/places.py says how they differ).
    """

    code: Words
    name: Words
    emergency: Words
    duty: Words = Words("People who work with children have a duty to report it, and you can, too.")
    general: list[str] = Field(min_items=1, unique_items=True)
    lines: dict[str, list[str]]
    places: list[Words]
    places_that_are_names: list[Words] = []
    codes: list[Words] = []
    services: list[Service] = Field(min_items=1)

    def services_called(self, ids: Iterable[str]) -> list[Service]:
        """Return the services with these ids, in that order; an id that isn't here raises KeyError."""
        by_id = {str(service.id): service for service in self.services}
        return [by_id[name] for name in ids]

    def services_for(self, need: str | None) -> list[Service]:
        """Return the services for `need`, verified or not, most urgent first."""
        return [service for service in self.services if need in service.needs]

    @validator("services")
    def _numbers_exist(cls, services: list[Service], values: dict[str, Any]) -> list[Service]:
        ids = [service.id for service in services]
        everywhere = {digits_of(number) for service in services for number in service.numbers}
        for service in services:
            if ids.count(service.id) > 1:
                raise ValueError(f"{service.id}: there are two services with this id")
            calls = [*service.call, *service.other_numbers.values()]
            texts = [service.text.to] if service.text else []
            faults = [why_impossible(number, values["code"]) for number in calls]
            faults += [why_impossible(number, values["code"], by_text=True) for number in texts]
            for fault in filter(None, faults):
                raise ValueError(f"{service.id}: {fault}")
            stray = numbers_in(service.about) - everywhere
            if stray:
                raise ValueError(f"{service.id}: `about` has a number of no service here: {_list(stray)}")
        return services

    @root_validator(skip_on_failure=True)
    def _nobody_is_left_alone(cls, values: dict[str, Any]) -> dict[str, Any]:
        region = cls.construct(**values)
        for category in {*CATEGORIES, *region.lines}:
            ids = region.lines.get(category, [])
            if category not in CATEGORIES:
                raise ValueError(f"{category} is not a risk category: {_list(CATEGORIES)}")
            if not 1 <= len(set(ids)) == len(ids) <= MOST_LINES:
                raise ValueError(f"{category} takes one to {MOST_LINES} different services, not {ids}")
        for title, ids in [("general", region.general), *region.lines.items()]:
            try:
                offered = region.services_called(ids)
            except KeyError as unknown:
                raise ValueError(f"{title}: there is no service {unknown}") from None
            if not any(service.verified for service in offered):
                raise ValueError(f"{title}: every service offered is unverified ({_list(ids)})")
        emergency = region.services_for("emergency")
        called = {digits_of(number) for service in emergency for number in service.call}
        if not emergency or numbers_in(region.emergency) != called:
            said = _list(called) or "no number"
            raise ValueError(f"emergency is {region.emergency!r}, but its emergency services have {said}")
        return values


def _list(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
