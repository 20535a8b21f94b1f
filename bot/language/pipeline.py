"""The one spaCy pipeline: blank English, phone spellings, and the words of data/words as entities.

Each file in data/words that the pipeline reads is a tree: the top key is an entity's label, the path below
it the entity's id, the leaves phrases. A phrase may hold slots: `<their>` is any word of the file's
`groups: their`, with `?` or `*` for "may be missing" or "any number". `cues` are plain word lists for the
modules of this package. Where two entities overlap the longer one wins, and that is how a look-alike
("happy birthday") takes a word away from a feeling ("happy").
"""

import logging
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import spacy
from spacy.language import Language
from spacy.lookups import load_lookups
from spacy.matcher.levenshtein import levenshtein
from spacy.pipeline import EntityRuler
from spacy.tokens import Doc, Span, Token
from spacy.util import compile_infix_regex

from bot.language.words import words

_ENTITY_FILES = ("family", "feelings", "ages")
_APOSTROPHES = "`´‘ʼ＇"
# What English glues on a phone: "4yo", "DD7", "son(7)", "7,hes", "angry/sad", "home.he". Ordinals stay whole.
_GLUED = (
    r"(?<=[0-9½¼¾])(?=[A-Za-z])(?!(?:st|nd|rd|th)\b)",
    r"(?<=[A-Za-z])(?=[0-9])",
    r"(?<=[0-9])(?=[½¼¾])",
    r"(?<=[A-Za-z0-9])[()\[\]](?=\S)",
    r"(?<=[0-9]),(?=[A-Za-z])",
    r"(?<=[A-Za-z])/(?=[A-Za-z])",
    r"(?<=[a-z]{2})[.!?,;](?=[a-z])",
)
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_FAR = 60  # tokens
_MIN_TYPO, _MIN_DOUBLE_TYPO = 5, 8  # letters: shorter words have too many neighbours


def cues(name: str, key: str) -> frozenset[str]:
    """The plain words listed under `cues: key` in data/words/`name`.yml."""
    return frozenset(words(name)["cues"][key])


@cache
def nlp() -> Language:
    """The pipeline, made once a process (one to three seconds). Use `read` to run it on a message."""
    logging.getLogger("spacy").setLevel(logging.WARNING)  # it announces each step of its making
    language = spacy.blank("en")
    infixes = [*(language.Defaults.infixes or []), *_GLUED]
    tokenizer: Any = language.tokenizer
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    for text, pieces in list(tokenizer.rules.items()):
        for mark in _APOSTROPHES if "'" in text else "":
            swapped = [{**piece, 65: piece[65].replace("'", mark)} for piece in pieces]
            tokenizer.add_special_case(text.replace("'", mark), swapped)
    for text, meant in words("phone")["units"].items():
        tokenizer.add_special_case(text, [{"ORTH": text, "NORM": meant}])
    language.add_pipe("phone_spelling")
    language.add_pipe("sentencizer", config={"punct_chars": [".", "!", "?", "…", "\n", "\n\n", "।", "؟"]})
    ruler = language.add_pipe("entity_ruler", config={"phrase_matcher_attr": "NORM", "overwrite_ents": True})
    lemmatizer: Any = language.add_pipe("lemmatizer", config={"mode": "lookup"})
    lemmatizer.initialize()
    assert isinstance(ruler, EntityRuler)
    ruler.add_patterns([pattern for name in _ENTITY_FILES for pattern in _patterns(words(name))])
    return language


def read(text: str) -> Doc:
    """A message as a spaCy Doc: norms in plain spelling, sentences, lemmas, and data/words as entities.

    Any text goes in, of any length the channels let through; token offsets are those of the text.
    """
    return nlp()(text)


def _leaves(tree: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each phrase of a tree with the dotted path that leads to it."""
    if isinstance(tree, dict):
        for key, below in tree.items():
            yield from _leaves(below, f"{path}.{key}" if path else str(key))
    else:
        yield from ((path, str(phrase)) for phrase in tree)


def _patterns(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The entity patterns of one words file."""
    groups = tree.get("groups", {})
    for label in tree.keys() - {"groups", "cues"}:
        for path, phrase in _leaves(tree[label]):
            pattern = [_slot(word, groups) for word in phrase.split()] if "<" in phrase else phrase
            yield {"label": label, "id": path, "pattern": pattern}


def _slot(word: str, groups: dict[str, Any]) -> dict[str, Any]:
    """One word of a phrase with slots as a token pattern."""
    found = re.fullmatch(r"<(\w+)>([?*]?)", word)
    if not found:
        return {"NORM": word}
    group, times = found.groups()
    pattern = groups[group]
    token = dict(pattern) if isinstance(pattern, dict) else {"NORM": {"IN": pattern}}
    return {**token, "OP": times} if times else token


class PhoneSpelling:
    """Sets each token's norm to the word that was meant: shorthand, lost apostrophes, "soooo", typos."""

    def __init__(self) -> None:
        """Reads the spellings, an English word list and the words that are worth a guess."""
        spelling = words("phone")
        self._shorthand: dict[str, str] = spelling["shorthand"]
        self._clitics: dict[str, str] = spelling["clitics"]
        lookups = load_lookups("en", ["lemma_index", "lemma_lookup"])
        index, self._inflected = lookups.get_table("lemma_index"), lookups.get_table("lemma_lookup")
        self._base = frozenset().union(*(frozenset(index[kind]) for kind in index))
        self._ours: dict[str, list[str]] = {}
        trees = [words(name)[key] for name in _ENTITY_FILES for key in words(name).keys() - {"groups"}]
        phrases = {phrase for tree in trees for _, phrase in _leaves(tree)}
        for word in sorted(p for p in phrases if p.isalpha() and len(p) >= _MIN_TYPO):
            self._ours.setdefault(word[0], []).append(word)
        self.meant = lru_cache(maxsize=50_000)(self._meant)

    def known(self, word: str) -> bool:
        """Whether the lower-case word is in the English dictionary, in any form, or one of ours."""
        return (
            word in self._base
            or word in self._inflected
            or word in self._ours.get(word[:1], ())
            or (word.endswith("s") and word[:-1] in self._base)
        )

    def __call__(self, doc: Doc) -> Doc:
        """The same doc, its norms set."""
        glued = False  # to the word before
        for token in doc:
            plain = token.lower_
            if glued and plain in self._clitics:
                token.norm_ = self._clitics[plain]
            elif not (glued and plain == "na") and plain.isalpha() and plain.isascii():
                named = token.is_title and token.i > 0
                meant = plain if named else self.meant(plain)
                if meant != plain:
                    token.norm_ = meant
            elif plain in ("n't", "n’t"):
                token.norm_ = "not"
            if plain in ("ca", "wo", "ai", "sha") and _negated_next(token):
                token.norm_ = self._clitics[plain]
            glued = plain.isalpha() and not token.whitespace_
        return doc

    def _meant(self, word: str) -> str:
        """The word meant by a lower-case word: itself when nothing better is known."""
        if word in self._shorthand:
            return self._shorthand[word]
        if _STRETCHED.search(word):
            double, single = (_STRETCHED.sub(times, word) for times in (r"\1\1", r"\1"))
            word = double if self.known(double) and not self.known(single) else single
        if self.known(word) or len(word) < _MIN_TYPO or len(word) > 20:
            return word
        return next((guess for guess in self._ours.get(word[0], ()) if _slip(word, guess)), word)


def _negated_next(token: Token) -> bool:
    """Whether the next token is the rest of "can't", "won't"."""
    return token.i + 1 < len(token.doc) and token.nbor().lower_ in ("nt", "n't", "n’t")


def _slip(word: str, guess: str) -> bool:
    """Whether `word` is `guess` but for one slip of the finger, two in a long word (a swap is one)."""
    if sorted(word) == sorted(guess):
        return True
    allowed = 2 if min(len(word), len(guess)) >= _MIN_DOUBLE_TYPO else 1
    return abs(len(word) - len(guess)) <= allowed and levenshtein(word, guess, allowed) <= allowed


@Language.factory("phone_spelling")
def _phone_spelling(nlp: Language, name: str) -> PhoneSpelling:
    """The factory spaCy asks for the component."""
    return PhoneSpelling()


def is_word(text: str) -> bool:
    """Whether the text, in any case, is an English dictionary word in any form."""
    spelling = nlp().get_pipe("phone_spelling")
    assert isinstance(spelling, PhoneSpelling)
    return spelling.known(text.lower())


def is_gibberish(doc: Doc) -> bool:
    """Whether the message has two words or more and none of them is English: nothing of it can be understood."""
    spoken = [token.text for token in doc if token.is_alpha and len(token) > 1]
    return len(spoken) > 1 and not any(is_word(word) for word in spoken)


def sentence_of(span: Span) -> Span:
    """The sentence around a span, at most 60 tokens each way: phones send pages without a full stop."""
    doc, start, end = span.doc, span.start, span.end
    while start > max(0, span.start - _FAR) and not doc[start].is_sent_start:
        start -= 1
    while end < min(len(doc), span.end + _FAR) and not doc[end].is_sent_start:
        end += 1
    return doc[start:end]
