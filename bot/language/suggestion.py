"""One kind suggestion for a sentence that was reviewed; the words stand in `data/words/reviews.yml`."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

from bot.language.words import words as word_list


def suggestion(task: str, flaws: Sequence[str], words: Mapping[str, str], text: str) -> str:
    """Return what to say to the parent about the flaw that matters most, quoting the words that show it.

    `task`: apology or validation. With no flaw: what the sentence does well. The same text gives the same suggestion.
    """
    listed = word_list("reviews")[task]
    flaw = next((one for one in listed["order"] if one in flaws), "none")
    quoted = words.get(flaw)
    fitting = listed["suggestions"][flaw]["quoting" if quoted else "plain"]
    chosen: str = fitting[zlib.crc32(text.encode()) % len(fitting)]
    return chosen.format(words=quoted)
