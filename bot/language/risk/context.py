"""Who a risk phrase is about, and whether it is denied or long past.

Pure functions over the sentences of `normalise.py`. When nothing says who, it is the parent: they are the
one writing. "Don't" and "can't" inside a phrase are the phrase itself and are never looked at here; only
words before it can deny it (the order RISK.md asks for, because NegEx-style negation breaks such phrases).
"""

import re
from enum import Enum

from bot.language.risk.notation import Notation


class Who(str, Enum):
    """Whom a phrase is about."""

    PARENT = "parent"
    CHILD = "child"
    PARTNER = "partner"
    OTHER = "other"
    UNCLEAR = "unclear"  # a he, she or they of whom nothing more was said

    def __str__(self) -> str:
        return self.value


_SAYING = (
    "say|says|said|saying|tell|tells|told|telling|scream|screams|screamed|screaming|yell|yells|yelled|yelling|shout|"
    "shouts|shouted|shouting|cry|cries|cried|crying|write|writes|wrote|writing|text|texts|texted|texting|messaged|posted|"
    "whispers|whispered|whispering|repeats|repeating|announced|announces|admitted|confessed|goes|sobbed|sobbing|"
    "mumbled|muttered|blurted|thinks|like"
)
# "when he screams I ..." quotes nobody.
_SOUND = re.compile(
    r"(?<= )(?:when|whenever|if|time|because|while|after|until|as|since|once) (?:[^ ]+ ){1,4}"
    r"(?:cr(?:y|ies|ied|ying)|(?:scream|yell|shout)(?:s|ed|ing)?|sob(?:s|bed|bing)|goes|like) $"
)
_SAID = re.compile(rf"(?<= )(?:{_SAYING}) ")
_I = re.compile(r"(?<= )(?:i|we|myself|ourselves) ")
_THEY = re.compile(
    r"(?<= )(?:he|she|they|him|himself|herself|themselves|(?<=caught )her|(?<=found )her|(?<=saw )her) "
)
_QUOTE_BEGINS = re.compile(
    r"(?:to )?(?:me |us |him |her |them |everyone )?(?:that |things like |how |stuff like )*"
    r"(?:i|my|me|no one|nobody|everyone) "
)
_IS = re.compile(r"(?:is|was|be|are|being) (?:all )?$")  # "she's like I want to die"
_BREAK = re.compile(r"(?<= )(?:but|although|because|meanwhile|while|whereas) ")
_THIRD = re.compile(
    r"(?:wants|says|keeps|hurts|cuts|wishes|hates|is|has|does|feels|thinks|talks|bangs|hits|scratches) "
)
_PLAIN = re.compile(r"(?:want|am|wish|do|have|feel|hate|need|keep) ")
_ASKED_OR_DENIED = re.compile(
    r"(?<= )(?:does|did|may|might|could|would|will|can|should) "
    r"(?:not |(?:he|she) |(?:my|our|the) (?:[^ ]+ ){1,3})$"
)
_PAST = re.compile(
    r"(?<= )(?:(?:years|year|ages|decades|decade|long time|long while|lifetime) (?:ago|back)|used to|"
    r"when i was (?:a|an|young|younger|little|small|about|around|only|just|still|\d+|in|at (?:school|uni)) |"
    r"back then|back in the day|in my (?:past|teens|twenties|youth|childhood)|growing up|"
    r"in the past (?!week|few|month|day|two|three|couple|year|hour|24|48)|"
    r"as a (?:child|kid|teen|teenager|student)|in (?:19|20)\d\d|"
    r"before (?:kids|i had kids|(?:he|she) was born)|previously|with my first|after my first|have recovered|"
    r"(?:clean|sober) (?:for|since)|in recovery) ?"
)
# Between a time and what happened then: the start of another thought.
_OTHER_THOUGHT = re.compile(r"(?<= )(?:and|but|so|because|now|since|then|my|when|today|which|that is why) ")
_PRESENT = re.compile(
    r"(?:i )?(?:want|wants|am|is|are|will|can not|do not|does not|going|feel|feels|need|keep|keeps) "
)
_PAST_REACH = 8  # words
_BACK_NOW = re.compile(
    r"(?<= )(?:again|still|lately|tonight|(?:is|are|it is|they are|coming|come|came|comes) (?:all )?back|"
    r"these days|started (?:again|up)|returned|returning|relapsed|right now|once more|worse than|this time) "
)
_DENIAL = re.compile(r"(?<= )(?:not|never|no|without|neither|nor|stopped|hardly|denies|denied) ")
# "can't stop", "not just", "not sure", "I don't know": they deny something else, or nothing.
_NO_DENIAL = re.compile(
    r"(?<= )(?:(?:can|could|do|does|did|will|would) not (?:stop|help|control|resist|know|think|remember|"
    r"trust|get|take|cope|sleep|understand|care|shake|believe|tell|bear|stand|see|handle|breathe|eat|deal|realise|"
    r"listen|let)|not (?:just|only|sure|joking|kidding|lying|know|going to lie|the first|a joke|long|again|"
    r"enough|ok|okay|well|right|stop|even|listening|sleeping|coping|doing|good|safe|fair|as|so)|"
    r"no (?:joke|doubt|idea|wonder|matter|one|longer|sleep|more|help|reason|point|energy|patience|money|"
    r"friends|support)|why not|whether or not|"
    r"without (?:meaning|thinking|warning|him|her|them|me|help|sleep|support)|"
    r"never (?:stops|ends|thought|sleeps|listens|felt|been)) "
)
_CLAUSE = re.compile(r"(?<= )(?:and|but|so|because|then|when|if|cos|while|yet|though|although|anymore|or) ")
_DETERMINER = re.compile(r"(?:my|our|the|his|her|their|this|that|a|an|your) ")
_THING = re.compile(
    r"(?<= )(?:everything|it|life|nothing|this|that|all|which|there|what|future|head|mind|mood|heart) "
    r"(?:[^ ]+ )?$"
)
_SAYING_NOT = re.compile(
    r"(?:not|never) (?:saying|mean|meaning|said|say|think|thinking|feel like|feeling like|like|that) "
    r"(?:that )?$"
)
_AFTER_OBJECT_WORD = re.compile(
    r" (?:with|to|from|for|about|of|at|by|like|than|told|tells|tell|called) (?:[^ ]+ )?$"
)
_ACTION = re.compile(
    r"(?:(?:has|have|had|just|keeps|kept|who|is|was|been|also|[^ ]+ly) )*"
    rf"(?:{_SAYING}|is|was|has|keeps|wants|hit|hits|does|did|came|comes|gets|got) "
)
_WINDOW = 3  # words a denial reaches ahead


class Context:
    """Answers who and when for a match in a message."""

    def __init__(self, notation: Notation) -> None:
        """Takes the words for people (child, partner, other, male, female) from `notation`'s groups."""
        self._people = {
            who: notation.form(f"<{group}>").regex
            for who, group in ((Who.CHILD, "child"), (Who.PARTNER, "partner"), (Who.OTHER, "other"))
        }
        self._own_child = notation.form("(my|our) [_] [_] <child>").regex
        self._male = notation.form("<male>").regex
        self._female = notation.form("<female>").regex

    def who(self, sentences: tuple[str, ...], number: int, start: int, end: int) -> Who:
        """Whom the phrase at `start:end` of sentence `number` is about."""
        sentence = sentences[number]
        phrase = sentence[start:end]
        before = sentence[:start]
        if " himself " in f" {phrase}" or " herself " in f" {phrase}" or " themselves " in f" {phrase}":
            pronoun = "he" if "himself" in phrase else "she" if "herself" in phrase else "they"
            return self._opening(phrase) or self._antecedent(sentences[:number], before, pronoun)
        opener = self._opening(phrase)
        about_me = phrase.startswith(("i ", "we ", "me ")) or " myself " in f" {phrase}"
        if about_me or (phrase.startswith("my ") and not opener):
            return self._speaker(sentences[:number], before)
        if pronoun_match := _THEY.match(" " + phrase, 1):
            return self._antecedent(sentences[:number], before, pronoun_match.group().strip())
        if opener:
            return opener
        if " i " in phrase:
            return self._speaker(sentences[:number], before)
        first = _last(_I, before)
        third = _last(_THEY, before)
        noun, noun_who = self._last_noun(before)
        if _PLAIN.match(phrase):
            if "they " in before[third:] and third > max(first, noun):
                return self._antecedent(sentences[:number], before[:third], "they")
            # "does he want to die": the question turns the verb plain.
            if _ASKED_OR_DENIED.search(before) and max(third, noun) > first:
                if noun > third:
                    return noun_who
                return self._antecedent(sentences[:number], before[:third], before[third:].split()[0])
            return self._speaker(sentences[:number], before)
        if _THIRD.match(phrase) and (_THING.search(before) or _THING.search(" " + phrase.split()[0] + " ")):
            return self._speaker(sentences[:number], before)
        if _THIRD.match(phrase) and first > max(third, noun):
            first = -1
        nearest = max(first, third, noun)
        if nearest < 0:
            if not _THIRD.match(phrase) or _THING.search(before):
                return Who.PARENT
            return self._antecedent(sentences[:number], "", "they")
        if nearest == first:
            return self._speaker(sentences[:number], before[:first])
        if nearest == third:
            return self._antecedent(sentences[:number], before[:third], before[third:].split()[0])
        return noun_who

    def speaker(self, sentences: tuple[str, ...], number: int, start: int) -> Who:
        """Who says "I" or "me" at `start` of sentence `number`: the parent, or the person quoted."""
        return self._speaker(sentences[:number], sentences[number][:start])

    def own_child(self, before: str) -> bool:
        """Whether `before` speaks of the parent's own child, not of a child in the news."""
        return bool(self._own_child.search(before))

    def denied(self, sentence: str, start: int, end: int, spelt: bool) -> bool:
        """Whether words before or inside the phrase deny it ("I would never hurt him").

        `spelt`: the pattern itself may say "not"; where it did, the phrase is the signal and is not denied.
        """
        if spelt and _DENIAL.search(" " + sentence[start:end]):
            return False
        reach = sentence[:end]
        begin = start
        words_back = sentence[:start].split()[-_WINDOW:]
        if words_back:
            begin = start - len(" ".join(words_back)) - 1
        window = " " + reach[max(begin, 0) : end].lstrip()
        offset = len(window) - (end - start)
        clause = [match.end() for match in _CLAUSE.finditer(window) if match.end() <= offset]
        if clause:
            window = " " + window[clause[-1] :]
        # A subject of its own opens a new clause: in "I can't cope I want to die" nothing is denied.
        if _I.match(sentence, start) or _THEY.match(sentence, start):
            window = self._own_clause(window, end - start)
        return bool(_DENIAL.search(_NO_DENIAL.sub(" ", window)))

    def past(self, sentences: tuple[str, ...], number: int, start: int, end: int) -> bool:
        """Whether the phrase speaks of a time that is over, and nothing says that it came back.

        A time in another thought ("mum died years ago and I want to die") leaves the phrase in the present.
        """
        here = sentences[number]
        following = sentences[number + 1] if number + 1 < len(sentences) else ""
        if _BACK_NOW.search(here + following):
            return False
        for marker in _PAST.finditer(here):
            between = here[marker.end() : start] if marker.end() <= start else here[end : marker.start()]
            if _OTHER_THOUGHT.search(" " + between) or len(between.split()) > _PAST_REACH:
                continue
            if "used to" in marker.group() or not _PRESENT.match(here, start):
                return True
        return False

    @staticmethod
    def _own_clause(window: str, length: int) -> str:
        head, phrase = window[: len(window) - length], window[len(window) - length :]
        says = _SAYING_NOT.search(head)
        return (says.group() if says else "") + " " + phrase

    def _opening(self, phrase: str) -> Who | None:
        """The person the phrase itself begins with: "my husband says ..."."""
        begin = _DETERMINER.match(phrase)
        allowed = 3 if begin else 0
        for start, _, who in self._nouns(" " + phrase):
            return who if len(phrase[: start - 1].split()) <= allowed else None
        return None

    def _speaker(self, earlier: tuple[str, ...], before: str) -> Who:
        """Whose "I" this is: the parent's, unless somebody is being quoted."""
        said = [match for match in _SAID.finditer(before)]
        if not said:
            return Who.PARENT
        verb = said[-1]
        if verb.group() == "like " and not _IS.search(before[: verb.start()]):
            said.pop()
            if not said:
                return Who.PARENT
            verb = said[-1]
        if _SOUND.search(before[: verb.end()]):
            return Who.PARENT
        quoted = before[verb.end() :]
        if _BREAK.search(" " + quoted, 1):
            return Who.PARENT
        if not _QUOTE_BEGINS.match(quoted) and len(quoted.split()) > 4:
            return Who.PARENT
        head = before[: verb.start()]
        first, third = _last(_I, head), _last(_THEY, head)
        noun, noun_who = self._last_noun(head)
        nearest = max(first, third, noun)
        if nearest < 0:
            return Who.UNCLEAR if verb.group().split()[0].endswith(("s", "ing")) else Who.PARENT
        if nearest == first:
            return Who.PARENT
        if nearest == third:
            return self._antecedent(earlier, head[:third], head[third:].split()[0])
        return noun_who

    def _antecedent(self, earlier: tuple[str, ...], before: str, pronoun: str) -> Who:
        """Whom "he", "she" or "they" stands for: the nearest fitting person, best one who acts or speaks."""
        wrong = {"he": self._female, "him": self._female, "himself": self._female}.get(pronoun)
        wrong = wrong or {"she": self._male, "herself": self._male}.get(pronoun)
        for text in (before, *reversed(earlier)):
            nouns = [noun for noun in self._nouns(text) if not (wrong and wrong.match(text, noun[0]))]
            if nouns:
                acting = [noun for noun in nouns if _acts(text[: noun[0]], text[noun[1] :])]
                return (acting or nouns)[-1][2]
        return Who.UNCLEAR

    def _nouns(self, text: str) -> list[tuple[int, int, Who]]:
        """Start, end and kind of every person named, in order; the longer name where two overlap."""
        found = [
            (*match.span(), who) for who, regex in self._people.items() for match in regex.finditer(text)
        ]
        kept: list[tuple[int, int, Who]] = []
        for noun in sorted(found, key=lambda noun: (noun[0], -noun[1])):
            if not kept or noun[0] >= kept[-1][1]:
                kept.append(noun)
        return kept

    def _last_noun(self, text: str) -> tuple[int, Who]:
        nouns = self._nouns(text)
        return (nouns[-1][0], nouns[-1][2]) if nouns else (-1, Who.UNCLEAR)


def _acts(before: str, after: str) -> bool:
    """Whether a person, between these words, is the one who speaks or does something."""
    return not _AFTER_OBJECT_WORD.search(before) and bool(_ACTION.match(after))


def _last(regex: re.Pattern[str], text: str) -> int:
    position = -1
    for match in regex.finditer(text):
        position = match.start()
    return position
