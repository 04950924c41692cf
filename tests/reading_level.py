"""How hard a text is to read: the grade level of Flesch and Kincaid (Kincaid, Fishburne, Rogers and Chissom 1975).

0.39 * words / sentences + 11.8 * syllables / words - 15.59: the school grade in which a child reads the text with ease.

A *word* is a run of letters, with the apostrophes and hyphens inside it; digits and lines to fill in are none. A *sentence* ends with
`.`, `!` or `?` before a blank or the end, and with each line: a point of a list is a sentence of its own. *Syllables* are counted by
spelling: each run of vowels (`a e i o u y`) is one; but not a silent `e` at the end, unless after `l` that follows another consonant
(`table`); not the `e` of `-es` and `-ed`, unless it is heard (after `s`, `x`, `z`, `ch`, `sh`, `c`, `g`; after `t`, `d`); and two vowels
that are spoken apart (`ia`, `io`, `iu`, `eo`, `ua`) are two, but for `tion`, `sion`, `cia`, `tia`. Every word has one at least. Names that
are not the writer's to choose, such as those of drugs and conditions, may be left out of the measure: they are no words then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_END = re.compile(r"[.!?](?=\s|$)|\n")
_APART = re.compile(r"(?<![cts])i[aou]|(?<!g)eo|ua")


def grade(text: str, names: Iterable[str] = ()) -> float:
    """The grade level of a text, without the names; 0 for one without words.

    >>> round(grade("The cat sat on the mat."), 2)
    -1.45
    >>> grade("Placebo.", ["placebo"])
    0.0
    """
    plain = without(text, names)
    words = _WORD.findall(plain)
    if not words:
        return 0.0
    sentences = sum(bool(_WORD.search(each)) for each in _END.split(plain))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def without(text: str, names: Iterable[str]) -> str:
    """A text without some names, in whatever case; of two that overlap the longer is taken out first."""
    longest_first = sorted({each for each in names if each}, key=lambda each: (-len(each), each))
    if not longest_first:
        return text
    return re.sub(rf"(?i)\b({'|'.join(map(re.escape, longest_first))})\b", "", text)


def syllables(word: str) -> int:
    """How many syllables a word has, by its spelling.

    >>> [syllables(each) for each in ("drug", "plan", "table", "asked", "needed", "nausea", "patient", "request")]
    [1, 1, 2, 1, 2, 2, 2, 2]
    """
    letters = word.lower()
    if re.search(r"(?<![cgsxz])(?<!ch)(?<!sh)(?<![^aeiouy]l)es$", letters) or re.search(r"[^aeioutd]ed$", letters):
        letters = letters[:-2]
    elif re.search(r"(?<![^aeiouy]l)(?<![aeiouy])e$", letters):
        letters = letters[:-1]
    return max(1, len(re.findall(r"[aeiouy]+", letters)) + len(_APART.findall(letters)))
