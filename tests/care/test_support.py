"""The directory of services: what is shipped keeps its promises, and a file that doesn't is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.care.numbering import numbers_in, why_impossible
from bot.care.support import CATEGORIES, NEEDS, Directory, SupportError, directory
from bot.settings import ROOT

FOLDER = ROOT / "data" / "support"
REGIONS = sorted(directory().regions)
EMERGENCIES = ["parent_suicide", "harm_to_child", "child_suicide_self_harm", "perinatal_crisis"]

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Directory]:
    """Return a loader of the shipped Ontario and INTL files with changes made to Ontario's."""

    def changed(*changes: Change) -> Directory:
        content = yaml.safe_load((FOLDER / "CA-ON.yml").read_text(encoding="utf-8"))
        for change in changes:
            change(content)
        (tmp_path / "CA-ON.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
        (tmp_path / "INTL.yml").write_text(
            (FOLDER / "INTL.yml").read_text(encoding="utf-8"), encoding="utf-8"
        )
        return Directory.load(tmp_path)

    return changed


def on(service: str, **fields: Any) -> Change:
    """Return a change that sets `fields` of a service; None removes the field."""

    def change(content: dict[str, Any]) -> None:
        entry = next(one for one in content["services"] if one["id"] == service)
        for name, value in fields.items():
            if value is None:
                del entry[name]
            else:
                entry[name] = value

    return change


# What is shipped


def test_regions_are_those_promised() -> None:
    assert REGIONS == ["AU", "CA", "CA-ON", "GB", "IE", "INTL", "NZ", "US"]
    numbers = {code: region.emergency for code, region in directory().regions.items()}
    assert numbers["CA-ON"] == numbers["CA"] == numbers["US"] == "911"
    assert (numbers["GB"], numbers["AU"], numbers["NZ"]) == ("999", "000", "111")
    assert "112" in numbers["IE"] and not numbers_in(numbers["INTL"])


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_has_a_line_that_is_verified(category: str, region: str) -> None:
    lines = directory().lines_for(category, region)
    assert 1 <= len(lines) <= 3
    assert any(line.verified for line in lines)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("category", EMERGENCIES)
def test_an_emergency_starts_with_its_number_and_has_someone_to_talk_to(category: str, region: str) -> None:
    first, *others = directory().lines_for(category, region)
    assert "emergency" in first.needs
    assert any("suicide" in other.needs for other in others)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("need", [*NEEDS, None, "no such need"])
@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_every_need_finds_somebody_verified_first(need: str | None, region: str, limit: int) -> None:
    found = directory().find(need, region, limit)
    assert 1 <= len(found) <= limit
    assert len({one.id for one in found}) == len(found)
    ordinary = [one.verified for one in found if "emergency" not in one.needs]
    assert ordinary == sorted(ordinary, reverse=True)
    if limit > 1 or need not in {"emergency", "medical"}:
        assert any(one.verified for one in found)


@pytest.mark.parametrize("region", REGIONS)
def test_what_a_parent_reads_is_short_plain_and_has_a_way_to_reach_them(region: str) -> None:
    for service in directory().region(region).services:
        assert service.say[0].islower() and not service.say.endswith(".")
        assert service.about[0].isupper() and service.about.endswith(".")
        assert max(len(sentence.split()) for sentence in service.about.split(". ")) <= 26
        reachable = numbers_in(service.say) or ".c" in service.say or ".org" in service.say
        assert reachable or region == "INTL"


def test_no_number_was_invented() -> None:
    """The Ontario and other figures, read off by a person from SUPPORT.md, and nothing besides."""
    given_numbers = {
        "911 988 18006686868 686868 18665312600 247247 211 18668630511 4168630511 18668637868 18555544325"
        " 18773362433 4169244646 18552423310 811 18009444773",
        "911 988 18009444773 18338526262 18004224453 18007997233 88788 18006624357",
        "999 111 116123 85258 08088005000 08082000247 08081961776",
        "000 131114 0477131114 1800551800 1300726306 1800737732",
        "111 1737 0800733843 112 999 116123 1800247247 51444 1800341900",
    }
    known = {number for line in given_numbers for number in line.split()}
    for region in directory().regions.values():
        for service in region.services:
            texts = [service.text.to] if service.text else []
            for number in [*service.call, *service.other_numbers.values(), *texts]:
                assert "".join(filter(str.isdigit, number)) in known, f"{region.code} {service.id} {number}"


@pytest.mark.parametrize(
    ("region", "service"),
    [
        ("CA-ON", "femaide"),
        ("CA-ON", "hope-for-wellness"),
        ("CA-ON", "health811"),
        ("CA", "hope-for-wellness"),
        ("US", "samhsa"),
        ("GB", "pandas"),
        ("IE", "emergency"),
        ("IE", "womens-aid"),
    ],
)
def test_what_is_still_to_be_checked_ships_unverified(region: str, service: str) -> None:
    assert not directory().region(region).services_called([service])[0].verified


# How a service is said


@pytest.mark.parametrize(
    ("region", "service", "how"),
    [
        ("CA-ON", "suicide-crisis-helpline", "call or text 9-8-8, or 988.ca (24/7)"),
        (
            "CA-ON",
            "kids-help-phone",
            "call 1-800-668-6868, text CONNECT to 686868, or kidshelpphone.ca (24/7)",
        ),
        ("AU", "lifeline", "call 13 11 14, text 0477 13 11 14, or lifeline.org.au (24/7)"),
        ("GB", "shout", "text SHOUT to 85258, or giveusashout.org"),
        ("CA-ON", "sheltersafe", "sheltersafe.ca (24/7)"),
        ("INTL", "emergency", "call your local emergency number if somebody is in danger right now"),
    ],
)
def test_how(region: str, service: str, how: str) -> None:
    assert directory().region(region).services_called([service])[0].how == how


@pytest.mark.parametrize(
    ("region", "service", "word"),
    [("CA-ON", "connexontario", "CONNEX"), ("US", "domestic-violence-hotline", "START")],
)
def test_a_detail_that_waits_to_be_checked_is_not_said(region: str, service: str, word: str) -> None:
    found = directory().region(region).services_called([service])[0]
    assert found.text and found.text.word == word
    assert word not in found.how and word not in found.say


# Finding


def test_find_keeps_the_order_of_urgency_within_the_verified(load: Callable[..., Directory]) -> None:
    names = [one.id for one in load(on("connexontario", verified=False)).find("therapy", "CA-ON")]
    assert names == ["211-ontario", "connexontario", "health811"]


def test_a_need_with_only_unverified_services_gets_the_general_ones_too(
    load: Callable[..., Directory],
) -> None:
    found = load(on("postpartum-support-international", verified=False)).find("perinatal", "CA-ON")
    assert found[0].verified
    assert "postpartum-support-international" in {one.id for one in directory().find("perinatal", "CA-ON")}


def test_an_unverified_emergency_number_still_comes_first() -> None:
    assert directory().find("emergency", "IE", limit=1)[0].call == ["112", "999"]
    assert directory().find("medical", "IE")[0].call == ["112", "999"]


def test_nobody_for_the_need_falls_back_to_the_region_then_to_anywhere() -> None:
    found = directory().find("parenting", "NZ")
    assert [one.id for one in found] == ["1737", "findahelpline"]


@pytest.mark.parametrize(
    ("need", "region", "first"),
    [
        ("child_crisis", "CA-ON", "kids-help-phone"),
        ("partner_violence", "CA-ON", "assaulted-womens-helpline"),
        ("parenting", "CA-ON", "211-ontario"),
        ("perinatal", "US", "maternal-mental-health-hotline"),
        ("child_abuse", "GB", "nspcc"),
        ("perinatal", "AU", "panda"),
        ("partner_violence", "NZ", "womens-refuge"),
        ("suicide", "IE", "pieta"),
    ],
)
def test_the_one_who_is_there_for_it_comes_first(need: str, region: str, first: str) -> None:
    assert directory().find(need, region)[0].id == first


@pytest.mark.parametrize(
    ("code", "region"),
    [("CA-QC", "CA"), ("US-OH", "US"), ("ZZ", "INTL"), ("", "INTL"), (None, "INTL"), ("ca", "INTL")],
)
def test_an_unknown_region_falls_back(code: str | None, region: str) -> None:
    assert directory().region(code).code == region
    assert directory().lines_for("parent_suicide", code)


@pytest.mark.parametrize("category", ["none", "", "no such category"])
def test_no_risk_gets_the_general_services(category: str) -> None:
    assert [one.id for one in directory().lines_for(category, "CA-ON")][0] == "211-ontario"


def test_directory_is_read_once() -> None:
    assert directory() is directory()


# What is refused


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (on("talk4healing", source=None), ["talk4healing source", "required"]),
        (on("talk4healing", source="http://www.talk4healing.com"), ["talk4healing source"]),
        (on("talk4healing", source="their leaflet"), ["talk4healing source"]),
        (on("talk4healing", web="http://www.talk4healing.com"), ["talk4healing web"]),
        (on("talk4healing", call=["1-855-554-432"], say="call them"), ["talk4healing", "1-855-554-432"]),
        (
            on("talk4healing", call=["1-855-154-4325"], say="call them"),
            ["talk4healing", "can't be a number to call in CA"],
        ),
        (on("talk4healing", call=["116 123"], say="call them"), ["talk4healing", "116 123"]),
        (on("talk4healing", call=["1-800-555-0142"], say="call them"), ["talk4healing", "555-0142"]),
        (on("talk4healing", call=["1-855-554-HELP"], say="call them"), ["talk4healing", "HELP"]),
        (on("talk4healing", call=[18555544325], say="call them"), ["talk4healing call"]),
        (
            on("kids-help-phone", text={"to": "68", "word": "CONNECT"}, say="call them"),
            ["kids-help-phone", "to text"],
        ),
        (
            on("assaulted-womens-helpline", other_numbers={"TTY": "12345"}, say="call them"),
            ["assaulted-womens-helpline", "12345"],
        ),
        (on("talk4healing", last_verified="in spring"), ["talk4healing last_verified"]),
        (on("talk4healing", last_verified=None), ["talk4healing last_verified"]),
        (on("talk4healing", needs=["massage"]), ["talk4healing needs", "unexpected value"]),
        (on("talk4healing", needs=[]), ["talk4healing needs"]),
        (on("talk4healing", phone="1-855-554-4325"), ["talk4healing phone", "extra"]),
        (on("talk4healing", call=None, web=None, say="come in"), ["talk4healing", "no way to reach it"]),
        (on("talk4healing", say="call 1-855-554-4326"), ["talk4healing", "18555544326"]),
        (on("talk4healing", about="They are nicer than 1-800-668-6869."), ["talk4healing", "18006686869"]),
        (on("talk4healing", say="call 1-855-554-4325, day or night"), ["talk4healing", "day and night"]),
        (on("connexontario", say="text CONNEX to 247247"), ["connexontario", "247247"]),
        (on("talk4healing", id="femaide", other_names={}), ["femaide", "two services"]),
        (on("emergency", call=["211"], say="call 211"), ["emergency is '911'"]),
    ],
)
def test_a_wrong_service_is_refused_by_name(
    load: Callable[..., Directory], change: Change, words: list[str]
) -> None:
    with pytest.raises(SupportError) as refusal:
        load(change)
    message = str(refusal.value)
    assert "CA-ON.yml" in message
    for word in words:
        assert word in message


def _set_line(category: str, ids: list[str] | None) -> Change:
    def change(content: dict[str, Any]) -> None:
        if ids is None:
            del content["lines"][category]
        else:
            content["lines"][category] = ids

    return change


@pytest.mark.parametrize(
    ("category", "ids"),
    [
        ("burnout", None),
        ("burnout", []),
        ("burnout", ["femaide"]),  # unverified, alone
        ("burnout", ["femaide", "hope-for-wellness"]),
        ("burnout", ["211-ontario", "my-neighbour"]),
        ("burnout", ["211-ontario", "211-ontario"]),
        ("burnout", ["emergency", "211-ontario", "connexontario", "sheltersafe"]),
        ("tiredness", ["211-ontario"]),
    ],
)
def test_wrong_lines_are_refused(
    load: Callable[..., Directory], category: str, ids: list[str] | None
) -> None:
    with pytest.raises(SupportError, match=category):
        load(_set_line(category, ids))


def test_general_services_must_not_all_be_unverified(load: Callable[..., Directory]) -> None:
    with pytest.raises(SupportError, match="general"):
        load(lambda content: content.update(general=["femaide"]))


@pytest.mark.parametrize("content", ["name: [", "", "- a\n- b\n", "services: []\n"])
def test_a_file_that_is_no_region_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "ZZ.yml").write_text(content, encoding="utf-8")
    with pytest.raises(SupportError, match=r"ZZ\.yml"):
        Directory.load(tmp_path)


def test_everywhere_else_must_be_served(tmp_path: Path) -> None:
    (tmp_path / "GB.yml").write_text((FOLDER / "GB.yml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(SupportError, match="INTL"):
        Directory.load(tmp_path)


@pytest.mark.parametrize(
    ("number", "region", "possible"),
    [
        ("416-924-4646", "CA-ON", True), ("0808 800 5000", "GB", True), ("0808 800 500", "GB", False),
        ("1800 55 1800", "AU", True), ("1900 55 1800", "AU", False), ("0800 733 843", "NZ", True),
        ("911", "GB", False), ("999", "US", False), ("988", "US", True), ("989", "US", False),
        ("", "US", False),
        ("+33 1 84 88 00 00", "FR", True), ("1" * 16, "FR", False), ("112", "INTL", False),
    ],
)  # fmt: skip
def test_possible_numbers(number: str, region: str, possible: bool) -> None:
    assert (why_impossible(number, region) is None) == possible


def test_short_numbers_are_for_texting_only() -> None:
    assert why_impossible("85258", "GB")
    assert why_impossible("85258", "GB", by_text=True) is None


# Growing stale


def test_stale(load: Callable[..., Directory]) -> None:
    old = load(
        on("femaide", last_verified=date(2026, 5, 5)),  # 180 days before 2026-11-01
        on("talk4healing", last_verified=date(2026, 5, 4)),
        on("health811", last_verified=date(2024, 1, 1)),
        on("sheltersafe", last_verified=date(2036, 11, 1)),  # a slip of the pen vouches for nothing
    )
    assert [one.id for one in old.stale(date(2026, 11, 1))] == ["health811", "talk4healing", "sheltersafe"]
    assert [one.id for one in old.stale(date(2026, 11, 1), days=365)] == ["health811", "sheltersafe"]


def test_what_ships_is_fresh_then_stale() -> None:
    assert directory().stale(date(2027, 4, 30)) == []
    assert len(directory().stale(date(2027, 5, 1))) == sum(
        len(one.services) for one in directory().regions.values()
    )


# Where a parent lives

NAMED = {
    "CA-ON": [
        "toronto", "London, Ontario", "we moved from Glasgow to Toronto", "Toronto, Canada",
        "Hamilton Ontario", "we live in Ottawa but his dad is in Boston", "Any class in Thunder Bay?",
        "in the GTA", "in Aurora, Ontario", "originally from Kampala, now in Brampton", "windsor ont",
    ],
    "CA": [
        "canada", "we live in bc", "Richmond BC", "I'm in Quebec",
        "my cousin lives in Accra but I'm in Calgary", "Victoria, BC",
        "We used to live in Boston, now in Halifax", "on vancouver island", "montréal",
        "St. John's? no, in Regina",
    ],
    "US": [
        "I'm in Ohio", "I'm in the US", "we're in the states", "USA", "we live in Austin", "Austin, Texas",
        "Billings, MT", "Ontario, California", "New Mexico", "new england", "Atlanta, Georgia",
        "we live in Georgia", "living near Birmingham, Alabama", "York, PA", "I’m in Chicago",
        "in rural Wyoming", "I'm a mom in San Diego", "outside Dallas", "anything in NYC",
        "Portland, Oregon is home",
    ],
    "GB": [
        "we live in Glasgow", "London, England", "from the UK", "Northern Ireland", "hi from wales",
        "I'm from Lagos, living in Leeds", "I'm calling from Nottingham", "somewhere in south wales",
        "in Kent", "Newcastle, England",
    ],
    "AU": [
        "Dubbo NSW", "in NSW", "Perth, Western Australia", "we live in Sydney", "Victoria, Australia",
        "qld", "outside of Darwin", "Melbourne based", "Ballarat, VIC Australia",
    ],
    "NZ": [
        "Im in Dunedin", "auckland nz", "Hamilton, New Zealand", "aotearoa",
        "we moved to Nelson, New Zealand",
    ],
    "IE": [
        "Any group in Galway?", "county Cork", "Cork in Ireland", "we live in Limerick", "dublin",
    ],
    "INTL": [
        "pune", "I live in South Africa", "mexico city", "we live in Paris, France", "Kingston, Jamaica",
        "we live in India", "in Lagos",
    ],
    None: [
        "he never listens to us", "help us please", "ALL OF US NEED HELP", "i believe in us", "between us",
        "Sydney won't stop crying", "I yelled at Austin", "my daughter Georgia is 4", "my india is 3",
        "he told Florence to go away", "is Chelsea ok on her own", "she's behind in reading",
        "turkey for dinner", "put mayo on it", "dont tell me to calm down, OK", "he hits ME",
        "my mum is in Dublin", "her dad lives in Ohio", "my ex moved to Denver", "I was born in Leeds",
        "we visited Seattle", "trip to Chicago next week", "since we left Manila", "we moved from Leeds",
        "not in Ohio", "", "   ", "a cork in the bottle", "we go to Florida every winter",
        "my sister in Ohio says so", "Victoria is 4 and in daycare", "her friends in Boston are mean",
        "she wore her new jordans", "he's in the bath", "an evening class bc i work days",
        "he plays GTA all night",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("region", "text"), [(region, text) for region, texts in NAMED.items() for text in texts]
)
def test_region_named(region: str | None, text: str) -> None:
    assert directory().region_named(text) == region


@pytest.mark.parametrize("text", ["we live in London", "Hamilton", "I'm in Cambridge", "newcastle"])
def test_one_name_for_two_places_is_not_guessed(text: str) -> None:
    regions = directory().regions_named(text)
    assert len(regions) > 1
    assert directory().region_named(text) is None
    for region in regions:
        assert directory().region_named(text, here=region) == region


def test_where_they_are_decides_only_between_places_of_one_name() -> None:
    assert directory().region_named("we live in Glasgow", here="CA-ON") == "GB"
    assert directory().region_named("Calgary", here="CA-ON") == "CA"
    assert directory().region_named("in Canada", here="CA-ON") == "CA-ON"
    assert directory().region_named("hello", here="CA-ON") is None


@pytest.mark.parametrize(
    ("text", "region"), [("Austin", "US"), ("cork", "IE"), ("NSW", "AU"), ("BC", "CA"), ("Sydney", "AU")]
)
def test_an_answer_to_where_do_you_live(text: str, region: str) -> None:
    assert directory().region_named(text, asked=True) == region


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_names_a_known_region_or_none(text: str) -> None:
    assert directory().region_named(text) in {None, *REGIONS}


def test_the_models_cannot_be_changed_by_a_reader() -> None:
    service = directory().find("suicide", "CA-ON")[0]
    before = copy.deepcopy(service)
    with pytest.raises(TypeError):
        service.say = "call 911"
    assert service == before
