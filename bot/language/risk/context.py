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
_SAID = re.compile(rf"(?<= )(?:{_SAYING}) ")
_I = re.compile(r"(?<= )(?:i|we|myself|ourselves) ")
_THEY = re.compile(r"(?<= )(?:he|she|they|him|himself|herself|themselves) ")
_BREAK = re.compile(r"(?<= )(?:but|although|because|meanwhile|while|whereas) ")
_THIRD = re.compile(r"(?:wants|says|keeps|hurts|cuts|wishes|hates|is|has|does|feels|thinks|talks|bangs|hits|scratches) ")
_PLAIN = re.compile(r"(?:want|am|wish|do|have|feel|hate|need|keep) ")
_QUOTE_OPENS = re.compile(r"(?:to )?(?:me |us |him |her |them |everyone |<self> )?(?:that |things like |how |stuff like )*(?:i|my) ")

_PAST = re.compile(
    r"(?<= )(?:(?:years|year|ages|decades|decade|long time|long while|lifetime) (?:ago|back|before i|earlier)|used to|"
    r"when i was (?!in the|at the|out|driving|making|cooking|on the|with|tired|trying|feeding|changing|holding|away|asleep)"
    r"|back then|back in (?:the day|my|19|20|high|college|school)|"
    r"in the past|in my (?:past|teens|twenties|youth|childhood)|as a (?:child|kid|teen|teenager|young|student)|"
    r"once upon|many moons|in (?:19|20)\d\d|growing up|before (?:kids|i had kids|i became|he was born|she was born|"
    r"i was a)|previously|formerly|no longer|not anymore|any more now|in high school|in college|at uni|"
    r"after my (?:first|last|second) |with my first|i have recovered|been clean|been sober|clean for|sober for|"
    r"(?:i am|been) (?:in recovery|recovered)|stopped (?:drinking|cutting|self|using)|quit (?:drinking|using|smoking)) ?"
)
_BACK_NOW = re.compile(
    r"(?<= )(?:again|still|lately|tonight|(?:is|are|it is|they are|coming|come|came|comes) (?:all )?back|"
    r"these days|started (?:again|up)|returned|returning|relapsed|right now|once more|worse than|this time) "
)
_DENIAL = re.compile(r"(?<= )(?:not|never|no|without|neither|nor|stopped|hardly|denies|denied) ")
# "can't stop", "not just", "not sure", "I don't know": they deny something else, or nothing.
_NO_DENIAL = re.compile(
    r"(?<= )(?:(?:can|could|do|does|did|will|would) not (?:stop|help|control|resist|know|think|remember|trust|get|take|cope|"
    r"sleep|understand|care|shake|believe|tell|bear|stand|see|handle|breathe|eat|deal|realise|realize|listen|let)|"
    r"not (?:just|only|sure|joking|kidding|lying|know|going to lie|the first|a joke|long|again|enough|ok|okay|well|right|stop|"
    r"even|listening|sleeping|coping|doing|good|safe|fair|as|so)|no (?:joke|doubt|idea|wonder|matter|one|longer|sleep|"
    r"more|help|reason|point|energy|patience|money|friends|support)|why not|whether or not|without (?:meaning|thinking|"
    r"warning|him|her|them|me|help|sleep|support)|never (?:stops|ends|thought|sleeps|listens|felt|been)) "
)
_CLAUSE = re.compile(r"(?<= )(?:and|but|so|because|then|when|if|cos|while|yet|though|although|anymore|or) ")
_SAYS_SUBJECT = re.compile(r"(?:i|he|she|they|we|you|it|[^ ]+) ")
_DETERMINER = re.compile(r"(?:my|our|the|his|her|their|this|that|a|an|your) ")
_THING = re.compile(r"(?<= )(?:everything|it|life|nothing|this|that|all|which|there|what|future|head|mind|mood|heart) (?:[^ ]+ )?$")
_WINDOW = 6  # words a denial reaches ahead


class Context:
    """Answers who and when for a match in a message."""

    def __init__(self, notation: Notation) -> None:
        """Takes the words for people (child, partner, other, male, female) from `notation`'s groups."""
        self._people = {
            who: notation.form(f"<{group}>").regex
            for who, group in ((Who.CHILD, "child"), (Who.PARTNER, "partner"), (Who.OTHER, "other"))
        }
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
        if phrase.startswith(("i ", "we ", "me ")) or " myself " in f" {phrase}" or (phrase.startswith("my ") and not opener):
            return self._speaker(sentences[:number], before)
        if pronoun_match := _THEY.match(" " + phrase, 1):
            return self._antecedent(sentences[:number], before, pronoun_match.group().strip())
        if opener:
            return opener
        first = _last(_I, before)
        third = _last(_THEY, before)
        noun, noun_who = self._last_noun(before)
        if _PLAIN.match(phrase):
            if "they " in before[third:] and third > max(first, noun):
                return self._antecedent(sentences[:number], before[:third], "they")
            # "does he want to die": the question turns the verb plain.
            auxiliary = re.search(r"(?<= )(?:does|did|may|might|could|would|will|can|should) (?:he|she) [^ ]* ?$", before)
            helped = re.search(r"(?<= )(?:does|did|may|might|could|would|will|can|should) not $", before)
            if auxiliary or (helped and third > first):
                return self._antecedent(sentences[:number], before[:third], before[third:].split()[0])
            if helped and noun > first:
                return noun_who
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

    def denied(self, sentence: str, start: int, end: int) -> bool:
        """Whether words before or inside the phrase deny it ("I would never hurt him")."""
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
        if _I.match(sentence[start:end]) or _THEY.match(" " + sentence[start:end], 1):
            window = self._own_clause(window, end - start)
        return bool(_DENIAL.search(_NO_DENIAL.sub(" ", window)))

    def past(self, sentences: tuple[str, ...], number: int) -> bool:
        """Whether the sentence speaks of a time that is over, and nothing says that it came back."""
        here = sentences[number]
        if not _PAST.search(here):
            return False
        near = here + (sentences[number + 1] if number + 1 < len(sentences) else "")
        return not _BACK_NOW.search(near)

    @staticmethod
    def _own_clause(window: str, length: int) -> str:
        head, phrase = window[: len(window) - length], window[len(window) - length :]
        says = re.search(r"(?:not|never) (?:saying|mean|meaning|said|say|think|thinking|feel like|feeling like|like|that) "
                         r"(?:that )?$", head)
        return (says.group() if says else "") + " " + phrase

    def _opening(self, phrase: str) -> Who | None:
        """The person the phrase itself begins with: "my husband says ..."."""
        begin = _DETERMINER.match(phrase)
        allowed = 3 if begin else 0
        found = []
        for who, regex in self._people.items():
            match = regex.search(" " + phrase, 1)
            if match and len(phrase[: match.start() - 1].split()) <= allowed:
                found.append((match.start(), who))
        return min(found, key=lambda pair: pair[0])[1] if found else None

    def _speaker(self, earlier: tuple[str, ...], before: str) -> Who:
        """Whose "I" this is: the parent's, unless somebody is being quoted."""
        said = [match for match in _SAID.finditer(before)]
        if not said:
            return Who.PARENT
        verb = said[-1]
        if verb.group() == "like " and not re.search(r"(?:is|was|be|are|being) (?:all )?$", before[: verb.start()]):
            said.pop()
            if not said:
                return Who.PARENT
            verb = said[-1]
        quoted = before[verb.end() :]
        if _BREAK.search(" " + quoted, 1):
            return Who.PARENT
        opens_with_i = re.match(r"(?:to )?(?:me |us |him |her |them |everyone )?(?:that |things like |how |stuff like )*"
                                r"(?:i|my|me|no one|nobody|everyone) ", quoted)
        if not opens_with_i and len(quoted.split()) > 4:
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
            nouns = [
                (match.end(), who)
                for who, regex in self._people.items()
                for match in regex.finditer(text)
                if not (wrong and wrong.match(text, match.start()))
            ]
            if not nouns:
                continue
            acting = [noun for noun in nouns if _acts(text[noun[0] :])]
            return max(acting or nouns)[1]
        return Who.UNCLEAR

    def _last_noun(self, text: str) -> tuple[int, Who]:
        found = [(match.start(), who) for who, regex in self._people.items() for match in regex.finditer(text)]
        return max(found, key=lambda pair: pair[0], default=(-1, Who.UNCLEAR))


def _acts(after: str) -> bool:
    """Whether the words right after a person make them the one who speaks or does something."""
    return bool(re.match(rf"(?:(?:has|have|had|just|keeps|kept|who|is|was|have been|has been|been|also|[^ ]+ly) )*"
                         rf"(?:{_SAYING}|is|was|has|keeps|wants|hit|hits|does|did|came|comes|gets|got|said) ", after))


def _last(regex: re.Pattern[str], text: str) -> int:
    position = -1
    for match in regex.finditer(text):
        position = match.start()
    return position
