"""Names as people write them: which constant of a vocabulary one stands for, and what is meant where it stands for none.

A type has a vocabulary if the program declares one: the constants of the type, other names of these, names that are broader
than they are, and words that may follow a name. Names are compared without regard to case, hyphens, underscores, blanks and the
like. A name of several constants means all of them, as a regimen does: its fact is the fact of each. A broad name means one of
them and leaves open which: its denial is the denial of each.
"""

from __future__ import annotations

import itertools
import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TypeGuard

from msgspec import Raw, Struct, msgpack

from kb.language.cache import Entry
from kb.language.syntax import Pred, VocabularyDecl, VocabularyUse
from kb.language.terms import Const, plain_text

RECORDED_AS = Pred("recorded_as", 3)
"""`recorded_as(Case, Predicate, Name)`: a fact of a case has a constant under another name; stated where facts are
read, in a program that declares it."""
MOST_MEANT = 5
"""How many names are suggested in place of one that is not recognised."""
_SIGN = r"[+\-‐-―−]"
_PASSED_OVER = re.compile(rf"(?:[\s_.,'’/&]|(?<=[^\W_]){_SIGN}(?=[^\W_])|(?<![^\s_]){_SIGN}+(?![^\s_]))+")
"""What does not count where names are compared. Plus and minus do not where they join two words, or stand by themselves; beside
one word they say something, as in `EBV-` and `+/- dex`."""
_ASIDE = re.compile(r"(?<=[\s_])[(]([^()]*[^\W_][^()]*)[)](?![^\s_.,'’/&])")
"""What stands in parentheses after a word; before or within one they say that it may be left out, as in `(R)-CHOP`."""
_MARKS = re.compile("[®™℠]")
"""Marks of trade, which are letters where characters that look alike are made one."""
_BETWEEN = re.compile(r"[\s\-_,]+")
"""What parts the words of a name."""
_AMOUNT = re.compile(r"[0-9]+(?:[.][0-9]+)?")
"""A number, before a unit among the words that may follow a name."""
_DENIES = re.compile(r"(?<![^\W_])(?:no|non[^\W_]*|not|never|without|negative)(?![^\W_])", re.IGNORECASE)
"""Words by which a name says that something is not so."""
_TOGETHER = r"(?:[\s_]+(?:and|plus|with|&|[+])[\s_]+|(?<=[^\W_])[+])(?=[^\W_])"
_JOINS_NAMES = re.compile(_TOGETHER, re.IGNORECASE)
"""What joins names of things that are so together. A stroke does not, as it may mean that one of them is."""
_PARTS_NAMES = re.compile(rf",?{_TOGETHER}|,[\s_]+", re.IGNORECASE)
"""That, and what stands between those before the last."""
_BESIDE = re.compile(r"([^()]+)\(([^()]+)\)")
"""A name with another one in parentheses after it."""

Rows = Callable[[Pred], Iterable[tuple[Const, ...]]]
"""The rows of a predicate that depends on no case."""


@lru_cache(maxsize=16_384)  # those of a policy's vocabularies, which are asked for again and again
def folded(name: str) -> str:
    """A name without what does not count.

    >>> folded("R-CHOP"), folded("r chop"), folded("Daratumumab_and_Hyaluronidase")
    ('rchop', 'rchop', 'daratumumabandhyaluronidase')
    """
    return _PASSED_OVER.sub("", _plain(name).casefold())


def _plain(name: str) -> str:
    """A name without marks of trade and the parentheses of what stands after a word, of characters that look alike one."""
    alike = name if name.isascii() else unicodedata.normalize("NFKC", _MARKS.sub("", name))
    return _ASIDE.sub(r" \1 ", alike.strip()).strip()


@lru_cache(maxsize=16_384)
def _compared(name: Const) -> str:
    return folded(plain_text(name))


@cache
def _code() -> bytes:
    """The code that says what names stand for, as it was when this process first asked."""
    return Path(__file__).read_bytes()


def words_of(text: str) -> list[str]:
    """The words of a text, of three letters or more.

    >>> words_of("Malignant tumor of breast_1")
    ['malignant', 'tumor', 'breast']
    """
    return re.findall(r"[^\W\d_]{3,}", text.casefold())


def _parted(text: str) -> tuple[str, str]:
    """A text without its last word, and that word.

    >>> _parted("Ninlaro - 4 mg"), _parted("dex")
    (('Ninlaro - 4', 'mg'), ('', 'dex'))
    """
    *_, last = "", *_BETWEEN.finditer(text)
    return (text[: last.start()], text[last.end() :]) if last else ("", text)


class Meant(Struct, frozen=True, array_like=True):
    """What a name stands for: one constant; several together, as a regimen does for its agents; or, as a broad name, one of
    some, without saying which."""

    constants: tuple[Const, ...]
    name: str | None = None
    """The name as the vocabulary has it, if it is another than the constant's own."""
    is_broad: bool = False

    @property
    def constant(self) -> Const | None:
        """The one constant that is meant; None if there are several, or if it is left open which is."""
        return None if self.is_broad or len(self.constants) > 1 else self.constants[0]


def _is_pair(row: tuple[Const, ...]) -> TypeGuard[tuple[Const, Const]]:
    """Whether a row has two columns: a predicate of other names has, but for one that is wrong."""
    return len(row) == 2


class _Index(Mapping[str, Meant]):
    """What names stand for, as it was kept: each entry is decoded when it is looked up."""

    def __init__(self, kept: memoryview) -> None:
        """Raises `msgspec.DecodeError` for bytes that hold something else."""
        self._entries = msgpack.decode(kept, type=dict[str, Raw])
        self._decoder = msgpack.Decoder(Meant)

    def __getitem__(self, name: str) -> Meant:
        return self._decoder.decode(self._entries[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class TypeNames(Struct, frozen=True, eq=False, dict=True):
    """The vocabulary of one type."""

    type: str
    constants: Set[Const]
    rows: Callable[[VocabularyUse], Iterable[tuple[Const, ...]]]
    """The rows of the predicates that have other names, or words that may follow one."""
    entry: Entry | None = None
    """Where what its names stand for is kept between runs, if it is."""

    @classmethod
    def of(
        cls, kind: str, declared: Sequence[VocabularyDecl], rows_of: Rows, program: Entry | None = None
    ) -> TypeNames | None:
        """The vocabulary of a type as a program declares it; None if it has none. `program` is where the program is kept between
        runs, if it is, and facts alone state its vocabularies."""

        def rows(use: VocabularyUse) -> Iterator[tuple[Const, ...]]:
            for each in declared:
                if each.use == use:
                    yield from rows_of(each.pred)

        if not any(each.use == "vocabulary" for each in declared):
            return None
        constants = dict.fromkeys(row[0] for row in rows("vocabulary")).keys()
        entry = program.beside("names", [kind.encode(), _code()]) if program is not None else None
        return cls(kind, constants, rows, entry)

    @cached_property
    def others(self) -> Sequence[tuple[Const, Const]]:
        """Other names, each with a constant."""
        return self._pairs("also_called")

    @cached_property
    def broader(self) -> Sequence[tuple[Const, Const]]:
        """Broad names, each with a constant that they cover."""
        return self._pairs("broadly_called")

    def _pairs(self, use: VocabularyUse) -> Sequence[tuple[Const, Const]]:
        return [pair for pair in self.rows(use) if _is_pair(pair)]

    @cached_property
    def qualifiers(self) -> frozenset[str]:
        """Words, folded, that may follow a name."""
        return frozenset(folded(plain_text(word)) for (word,) in self.rows("qualified_by"))

    @cached_property
    def compared(self) -> Mapping[Const, str]:
        """The constants and all other names, each as names are compared."""
        names = (name for rows in (self.others, self.broader) for name, _ in rows)
        return {name: _compared(name) for name in itertools.chain(self.constants, names)}

    @property
    def spaced(self) -> str:
        """The name of the type as a sentence has it."""
        return self.type.replace("_", " ")

    @cached_property
    def known_by(self) -> Mapping[str, Meant]:
        """What each name stands for, by the name as names are compared."""
        if self.entry is None:
            return self._worked_out()
        kept = self.entry.value(_Index)
        if kept is not None:
            return kept
        found = self._worked_out()
        self.entry.write(msgpack.encode(found))
        return found

    def _worked_out(self) -> Mapping[str, Meant]:
        found: dict[str, Meant] = {}
        compared = self.compared
        for rows, is_broad in ((self.broader, True), (self.others, False)):
            for name, constant in rows:
                if constant in self.constants:
                    before = found.get(compared[name])
                    several = (constant,) if before is None else tuple(dict.fromkeys((*before.constants, constant)))
                    found[compared[name]] = Meant(several, before.name if before else plain_text(name), is_broad)
        found.update({compared[each]: Meant((each,)) for each in self.constants})
        return found

    def meant(self, written: Const) -> Meant | None:
        """What a name stands for; None if for nothing that is known."""
        if written in self.constants:
            return Meant((written,))
        text = plain_text(written)
        if found := self._qualified(text):
            return found
        if (beside := _BESIDE.fullmatch(text.strip())) is not None:
            one, other = map(self._qualified, beside.groups())
            return one if one is not None and other is not None and one.constants == other.constants else None
        return None

    def meant_in_fact(self, written: Const) -> Meant | None:
        """What a name stands for, or several that are said together, each of which is known and no broad one."""
        text = plain_text(written)
        if (found := self.meant(written)) is not None or _JOINS_NAMES.search(text) is None:
            return found
        parts = [self._qualified(each) for each in _PARTS_NAMES.split(text)]
        known = [each.constants for each in parts if each is not None and not each.is_broad]
        return Meant(tuple(dict.fromkeys(itertools.chain(*known))), text) if len(known) == len(parts) else None

    def _qualified(self, text: str) -> Meant | None:
        """What a name stands for that words for form, route or strength may follow."""
        rest = _plain(text)
        while True:
            if found := self.known_by.get(folded(rest)):
                return found
            rest, last = _parted(rest)
            unit = _AMOUNT.sub("", folded(last), count=1)
            if not rest or unit not in self.qualifiers:
                return None
            before, amount = _parted(rest)
            if unit == folded(last) and before and _AMOUNT.fullmatch(amount):
                rest = before

    @cached_property
    def by_word(self) -> Mapping[str, set[Const]]:
        """What names stand for in which a word stands, by the word; broad names left out."""
        found: dict[str, set[Const]] = {}
        for meant in (each for each in self.known_by.values() if not each.is_broad):
            for name in (meant.name, *map(plain_text, meant.constants)):
                for word in words_of(name or ""):
                    found.setdefault(word, set()).update(meant.constants)
        return found

    @cached_property
    def _by_length(self) -> Mapping[int, Sequence[tuple[str, str, Meant]]]:
        """The names as they are compared, how they sound, and what they stand for, by their numbers of letters."""
        from jellyfish import metaphone

        found: dict[int, list[tuple[str, str, Meant]]] = {}
        for name, meant in self.known_by.items():
            found.setdefault(len(name), []).append((name, metaphone(name), meant))
        return found

    def perhaps(self, written: Const) -> tuple[str, ...]:
        """Names that were meant perhaps, nearest first: those a few letters away, and those that sound the same; none that says what
        the written one denies."""
        from jellyfish import damerau_levenshtein_distance, metaphone

        name, is_denied = folded(plain_text(written)), bool(_DENIES.search(plain_text(written)))
        if len(name) < 3:
            return ()
        most, half, sound = max(1, len(name) // 4), len(name) // 2, metaphone(name)
        is_code = any(char.isdigit() for char in name)
        near: dict[tuple[Const, ...], tuple[int, int, str]] = {}
        for length, several in self._by_length.items():
            is_near, is_next = abs(length - len(name)) <= most, abs(length - len(name)) <= half
            for other, others_sound, meant in several if is_next else ():
                within = is_code and other.startswith(name)
                sounds = len(sound) > 1 and others_sound == sound
                if not (is_near or sounds or within):
                    continue
                apart = 0 if within else damerau_levenshtein_distance(name, other)
                if apart <= (half if sounds else most):
                    alike = sum(1 for _ in itertools.takewhile(bool, map(operator.eq, name, other)))
                    found = apart, -alike, meant.name or plain_text(meant.constants[0])
                    near[meant.constants] = min(near.get(meant.constants, found), found)
        shown = (shown for *_, shown in sorted(near.values()))
        return tuple(each for each in shown if bool(_DENIES.search(each)) == is_denied)[:MOST_MEANT]
