"""Who is meant, what is denied, what is past: the same phrase in different mouths and times."""

import pytest

from bot.language.risk.screener import screener

SCREENER = screener()


def _found(text: str) -> tuple[str, str]:
    finding = SCREENER.screen(text)
    return finding.category, finding.urgency


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("want to die", "parent_suicide"),
        ("I want to die", "parent_suicide"),
        ("I love my son but want to die", "parent_suicide"),
        ("I told my husband I want to die", "parent_suicide"),
        ("Told my husband I want to die", "parent_suicide"),
        ("my son said he hates me and honestly I want to die", "parent_suicide"),
        ("when he screams I want to die", "parent_suicide"),
        ("my wife says she wants to die", "parent_suicide"),
        ("my best friend wants to kill herself", "parent_suicide"),
        ("My husband is away. He says he wants to kill himself.", "parent_suicide"),
        ("my son wants to die", "child_suicide_self_harm"),
        ("does my son want to die?", "child_suicide_self_harm"),
        ("he wants to die", "child_suicide_self_harm"),
        ("wants to die", "child_suicide_self_harm"),
        ("Leo wants to die", "child_suicide_self_harm"),
        ("He says I want to die", "child_suicide_self_harm"),
        ("she's like I want to die", "child_suicide_self_harm"),
        ('He threw his shoes and screamed "I wish I was dead"', "child_suicide_self_harm"),
        ("My son told his teacher that he wants to die", "child_suicide_self_harm"),
        ("My husband said our son wants to die", "child_suicide_self_harm"),
        ("my wife says my son told her he wants to die", "child_suicide_self_harm"),
        ("My daughter is twelve. She is lovely. Says she wants to die.", "child_suicide_self_harm"),
        ("they don't want to live anymore, my twins", "child_suicide_self_harm"),
    ],
)
def test_whose_life_it_is(text, category):
    assert _found(text) == (category, "emergency")


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("My partner punched me", "partner_violence"),
        ("My partner punched my son", "child_abuse"),
        ("I punched my son", "harm_to_child"),
        ("My son punched my daughter", "none"),
        ("My son punched me", "none"),
        ("I punched the pillow", "none"),
    ],
)
def test_who_hit_whom_decides(text, category):
    assert SCREENER.screen(text).category == category


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to be here",
        "I can't go on",
        "I cannot see a reason to live",
        "There's nothing left to live for",
        "i never want to wake up again",
        "without me they'd be fine, they'd be better off without me",
        "not ok. I want to die",
        "I'm not coping, I want to die",
        "I can't stop thinking about killing myself",
        "no joke I want to kill myself",
        "I'm not just tired, I'm suicidal",
        "I haven't slept and I want to kill myself",
    ],
)
def test_a_negative_that_is_the_signal_stays_an_emergency(text):
    assert _found(text) == ("parent_suicide", "emergency")


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("I'm not suicidal", "parent_suicide"),
        ("I don't want to kill myself", "parent_suicide"),
        ("I'm not thinking of killing myself", "parent_suicide"),
        ("I would never ever hurt him", "harm_to_child"),
        ("I have never hurt my kids", "harm_to_child"),
        ("my husband has never hit me", "partner_violence"),
        ("years ago I was suicidal, I'm fine now", "parent_suicide"),
        ("I used to cut myself", "parent_self_harm"),
        ("I was suicidal when I was a teenager", "parent_suicide"),
        ("my ex used to beat me", "partner_violence"),
    ],
)
def test_denial_and_past_do_not_count_and_are_asked_about(text, category):
    finding = screener().screen(text)
    assert finding.urgency == "none"
    assert finding.asks == category and finding.evidence


@pytest.mark.parametrize(
    "text",
    [
        "I was suicidal years ago and it's coming back",
        "I used to love life, now I want to die",
        "my mum died years ago and I want to die",
        "in the past week I've wanted to die",
        "I used to be so happy but I don't want to live",
    ],
)
def test_a_past_that_is_back_or_belongs_to_something_else_lowers_nothing(text):
    assert _found(text) == ("parent_suicide", "emergency")


def test_anger_is_no_past():
    assert _found("I hit her when I was angry") == ("harm_to_child", "emergency")


@pytest.mark.parametrize(
    "text",
    [
        "he said he wants to die in minecraft",
        "in the film the boy kills himself",
        "the pirate stabs himself in the story",
        "on the news a girl hanged herself",
        "they played hospital and he pretended to be dead",
        "my goldfish died",
    ],
)
def test_play_fiction_and_news_are_cleared(text):
    assert _found(text) == ("none", "none")


@pytest.mark.parametrize(
    "text",
    [
        "he lost in fortnite and said he wants to kill himself",
        "we were watching a film when my daughter said she wants to die",
        "my son read the news and says he wants to die",
        "his hamster died and he says he wants to die too",
        "after the game my son said he doesn't want to live anymore",
        "I was reading her a book and all I could think was I want to die",
    ],
)
def test_play_and_news_nearby_clear_nothing_that_is_meant(text):
    assert SCREENER.screen(text).urgency == "emergency"


def test_after_distress_an_idiom_is_not_cleared():
    assert SCREENER.screen("I could kill for a nap").urgency == "none"
    assert SCREENER.screen("I could kill for a nap", distressed=True).urgency != "none"
    assert SCREENER.screen("this is killing me", distressed=True).urgency == "emergency"
    assert SCREENER.screen("I'm done", distressed=True).category == "parent_suicide"
    assert SCREENER.screen("he's done with his homework", distressed=True).urgency == "none"
