"""Codes and names of a chart as a vocabulary reads them.

A concept states what its codes mean, if the vocabulary knows them, and else what its names mean as a whole: `Multiple myeloma
(disorder)`, `Velcade`. Where two of these disagree, or the code is one that a vocabulary does not know which has all of a system, nothing
is stated: a name beside such a code may be that of another thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from kb.importers.json_values import Node
from kb.language.syntax import Clause, Pred
from kb.language.terms import Atom, Const, Var, plain_text
from kb.names import Meant, TypeNames, words_of
from kb.normalization import Names

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
TITLES = {
    RXNORM: "RxNorm", ICD10CM: "ICD-10-CM", SNOMED: "SNOMED CT", LOINC: "LOINC",
    "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl": "NCI Thesaurus",
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "HCPCS",
}  # fmt: skip


@dataclass(frozen=True)
class CodeSystem:
    """A system of codes that a vocabulary knows."""

    url: str
    form: re.Pattern[str]
    """How its codes look."""
    is_whole: bool = True
    """Whether the vocabulary has all codes for what it knows, so that another code is for something else."""
    is_kept: bool = False
    """Whether a case states the code itself, as it may say more than the condition."""


CODES = {
    "agent": (CodeSystem(RXNORM, re.compile(r"\d{1,8}", re.ASCII)),),
    "condition": (
        CodeSystem(ICD10CM, re.compile(r"[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?", re.ASCII), is_kept=True),
        CodeSystem(SNOMED, re.compile(r"[1-9]\d{5,17}", re.ASCII), is_whole=False),
    ),
}
"""The systems of codes that the vocabulary of a type knows."""
_TAG = re.compile(
    r"\s*\((?:disorder|finding|situation|procedure|regime/therapy|substance|product|medicinal product|morphologic abnormality)\)\s*$"
)
"""What SNOMED CT has after a name."""
NAME_STATES_STATUS = Pred("name_states_status", 2)
ALONE = ("in_remission", "newly_diagnosed")
"""States of a disease beside which there is no other at one time."""
NEOPLASM = re.compile(r"(?:C\d|D[0-4])[0-9A-Z](?:\.|$)", re.ASCII)
"""How codes of neoplasms begin in ICD-10-CM."""
_DOUBT = re.compile(
    r"\b(?:no|not|never|non|without|w/o|denie[sd]|neg(?:ative)?|absen(?:t|ce)|rule[sd]?[ -]out|r/o|exclude[sd]?|suspect(?:ed)?"
    r"|suspicio(?:n|us)|concern(?:ing)?|query|question(?:able)?|possibl[ey]|probabl[ey]|(?:un)?likely|doubtful|differential|ddx"
    r"|versus|vs|hist|histor(?:y|ical)|h/o|[fp]?hx|pmh|resolved|cured|family|familial"
    r"|mother|father|sister|brother|risk|screening|allerg(?:y|ic)|intoleran(?:t|ce)|held|hold|refused?|declined?|discontinued"
    r"|kein(?:e[nrs]?)?|ohne|verdacht|v[.] ?a|ausschluss|sin|sospecha|descarta(?:r|do)|antecedentes?|pas de|sans|soupçon"
    r"|antécédents?)\b|\?|^\W*(?:s/p|status post|z[.] ?n|zustand nach)\b",
    re.IGNORECASE,
)
_NO_DOUBT = re.compile(
    r"not having achieved remission|not otherwise specified|not elsewhere classified|not intractable"
    r"|without (?:(?:mention of )?(?:having achieved )?remission|(?:typical )?aura|status migrainosus)|in remission"
    r"|non-?(?:hodgkin\w*|follicular|germinal|gcb|secretory|small)|\w-negative|familial (?:combined )?hyper\w+",
    re.IGNORECASE,
)
"""Words beside a code that may say that it is not so; and phrases in which they do not."""
MOST_WORDS = 40
LONGEST = 7
"""How many words of a name are looked through, and how many make a name."""


TEXTS = ("system", "code", "display", "text")
"""What is a text of a concept, where it is given."""
OTHER_SYSTEMS = {
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "urn:oid:2.16.840.1.113883.6.88": RXNORM,
    "urn:oid:2.16.840.1.113883.6.90": ICD10CM,
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
}
"""Other names of systems of codes, which records have that were documents before."""


@dataclass(frozen=True)
class Meaning:
    """What a concept means: what is to be written for it, and what it stands for."""

    written: Const
    constants: tuple[Const, ...]
    recorded: str

    @property
    def constant(self) -> Const | None:
        return self.constants[0] if len(self.constants) == 1 else None


@dataclass(frozen=True)
class Unread:
    """Why a concept states nothing."""

    reason: str


@dataclass(frozen=True)
class Concepts:
    """The vocabularies by which concepts are read."""

    names: Names
    states: Mapping[str, Const] = field(default_factory=dict)
    """What names of conditions say of the status of the disease, as `C90.02` says that it relapsed."""
    _read: dict[tuple[str, str], Meaning | Unread] = field(default_factory=dict, repr=False)
    """What was read before: a chart has one concept many times."""

    @classmethod
    def of(cls, names: Names, clauses: Iterable[Clause]) -> Concepts:
        """The vocabularies of a program, and what its facts say of them."""
        rows = [each.head.args for each in clauses if each.head.pred == NAME_STATES_STATUS and each.is_fact]
        states = {
            plain_text(name): status
            for name, status in rows
            if not isinstance(name, Var) and not isinstance(status, Var)
        }
        return cls(names, MappingProxyType(states))

    @cached_property
    def neoplasms(self) -> frozenset[Const]:
        """The conditions that have a code of the neoplasms in ICD-10-CM: systemic treatment and a status may be of any of them."""
        vocabulary = self.names.of_type("condition")
        rows = [] if vocabulary is None else [*vocabulary.others, *vocabulary.broader]
        return frozenset(constant for name, constant in rows if NEOPLASM.match(plain_text(name)))

    def read(self, concept: Node, kind: str, *, is_one: bool = False) -> Meaning | Unread:
        """What a concept (`CodeableConcept` or `Coding`) means in the vocabulary of a type; `is_one`: a name for several is
        not enough."""
        vocabulary = self.names.of_type(kind)
        if vocabulary is None:
            return Unread(f"the rules have no vocabulary of the type {kind}")
        key = kind, repr(concept.value)
        if (found := self._read.get(key)) is None:
            found = self._read[key] = _Reading(concept, kind, vocabulary, self.states).meaning()
        if isinstance(found, Meaning) and is_one and found.constant is None:
            return Unread(f"{found.recorded} stands for several: {_list(found.constants)}")
        return found

    def name(self, text: str, kind: str) -> Meaning | Unread:
        """What a name means."""
        return self.read(Node({"text": text}, ""), kind)


@dataclass(frozen=True)
class _Reading:
    """One concept, with the vocabulary that it is read by."""

    concept: Node
    kind: str
    vocabulary: TypeNames
    states: Mapping[str, Const]

    @cached_property
    def codings(self) -> list[Node]:
        return self.concept.children("coding") or ([self.concept] if "code" in self.concept else [])

    @cached_property
    def recorded(self) -> str:
        return recorded_as(self.concept)

    def meaning(self) -> Meaning | Unread:
        if any(
            not isinstance(each.members.get(name, ""), str) for each in (self.concept, *self.codings) for name in TEXTS
        ):
            return Unread(f"{self.recorded or 'it'}: a code or a name of it is no text")
        if not self.recorded:
            return Unread("it has no code and no text")
        by_code: list[tuple[str, Meant]] = []
        kept: list[str] = []
        for system in CODES.get(self.kind, ()):
            known, unknown = self._by_code(system)
            if unknown and not known and system.is_whole:
                return Unread(f"the vocabulary does not know {unknown[0]}")
            by_code += known
            kept += [code for code, _ in known] if system.is_kept else []
        found = [*by_code, *((text, meant) for text in self._texts() if (meant := self._named(text)) is not None)]
        if not found:
            return Unread(f"the vocabulary does not know {self.recorded}")
        text, first = found[0]
        for other_text, other in found[1:]:
            if set(other.constants) != set(first.constants) and not _covers(first, other) and not _covers(other, first):
                return Unread(f"{self.recorded}: `{text}` and `{other_text}` disagree")
        narrow = [each for each in found if not each[1].is_broad]
        if not narrow:
            return Unread(f"{self.recorded} leaves open which is meant: {_list(first.constants)}")
        stating = [(text, each.name) for text, each in narrow if each.name is not None and each.name in self.states]
        if not all(are_together(self.states[name], self.states[stating[0][1]]) for _, name in stating):
            said = ", ".join(f"`{text}`" for text, _ in stating)
            return Unread(f"{self.recorded}: the states of the disease disagree that these say: {said}")
        text, meant = narrow[0]
        if (doubt := self._doubt()) is not None:
            return Unread(f"{self.recorded}: `{doubt}` may say that it is not so")
        if (contradicting := self._contradicting(meant)) is not None:
            return Unread(f"{self.recorded}: `{text}` and `{contradicting}` disagree")
        if stating:
            written: Const = Atom(stating[0][1])
        else:
            written = Atom(text) if meant.constant is None or text in kept else meant.constant
        return Meaning(written, meant.constants, self.recorded)

    def _by_code(self, system: CodeSystem) -> tuple[list[tuple[str, Meant]], list[str]]:
        """What codes of a system mean, and those that are not known."""
        found: list[tuple[str, Meant]] = []
        unknown: list[str] = []
        for each in self.codings:
            code = (each.text("code") or "").strip()
            if not is_of(each, system.url):
                continue
            meant = self.vocabulary.meant(Atom(code)) if system.form.fullmatch(code) else None
            if meant is None:
                unknown.append(recorded_as(each) or f"{TITLES[system.url]} without a code")
            else:
                found.append((code, meant))
        return found, unknown

    def _texts(self) -> Iterator[str]:
        """The names that a concept has."""
        for each in self.codings:
            if (display := each.text("display")) is not None:
                yield _TAG.sub("", display).strip()
        if (text := self.concept.text("text")) is not None:
            yield _TAG.sub("", text).strip()

    def _named(self, text: str) -> Meant | None:
        """What a whole name means; a number is none, as it may be a code of any system."""
        return None if text.replace(".", "").isdigit() else self.vocabulary.meant(Atom(text))

    def _doubt(self) -> str | None:
        """A word of what is written beside codes that may take back what they say, as in `no multiple myeloma`."""
        for text in self._texts():
            if self._named(text) is None and (found := doubt_in(text)) is not None:
                return found
        return None

    def _contradicting(self, meant: Meant) -> str | None:
        """A name of the concept in which there are names for other things, and none for what is meant; or, where there is no
        whole name, words of such names, as in `Malignant tumor of breast` beside a code of myeloma."""
        by_word = self.vocabulary.by_word
        for text in self._texts():
            found = [set(each.constants) for each in _names_in(text, self.vocabulary)]
            if not found:
                found = [by_word[word] for word in words_of(text) if word in by_word]
            if found and not any(each & set(meant.constants) for each in found):
                return text
        return None


def doubt_in(text: str) -> str | None:
    """A word of a text that may say that something is not so."""
    found = _DOUBT.search(_NO_DOUBT.sub("", text))
    return None if found is None else found[0]


def are_together(one: Const, other: Const) -> bool:
    """Whether two states of a disease can be at one time."""
    return one == other or not any(plain_text(each) in ALONE for each in (one, other))


def _covers(broad: Meant, other: Meant) -> bool:
    return broad.is_broad and set(other.constants) <= set(broad.constants)


def _names_in(text: str, vocabulary: TypeNames) -> Iterator[Meant]:
    """What the names in a text mean, the longest at each place; names of one or two letters are none."""
    words = re.split(r"[\s,;/()\[\]]+", text)[:MOST_WORDS]
    at = 0
    while at < len(words):
        for count in range(min(LONGEST, len(words) - at), 0, -1):
            name = " ".join(words[at : at + count])
            if len(name) > 2 and name[0].isalpha() and (meant := vocabulary.meant(Atom(name))) is not None:
                yield meant
                at += count - 1
                break
        at += 1


def recorded_as(concept: Node) -> str:
    """How a chart has a concept, for readers: `RxNorm 358258 "Bortezomib"`."""
    codings = concept.children("coding") or ([concept] if "code" in concept else [])
    shown = []
    for each in codings:
        system = _system(each.text("system"))
        code, display = each.text("code"), each.text("display")
        parts = [TITLES.get(system or "", system or ""), code or "", f'"{display}"' if display else ""]
        shown.append(" ".join(part for part in parts if part))
    if (text := concept.text("text")) is not None and not any(f'"{text}"' in each for each in shown):
        shown.append(f'"{text}"')
    return ", ".join(each for each in shown if each)


def has_code(concept: Node, system: str, code: str) -> bool:
    """Whether a concept has a code."""
    return code in codes_of(concept, system)


def codes_of(concept: Node, system: str | None = None) -> list[str]:
    """The codes of a concept, of one system or of any."""
    codings = concept.children("coding")
    return [code for each in codings if (system is None or is_of(each, system)) and (code := each.text("code"))]


def is_of(coding: Node, system: str) -> bool:
    """Whether a code is one of a system, under any name that this has."""
    return _system(coding.text("system")) == _system(system)


def _system(url: str | None) -> str:
    plain = re.sub(r"^https:", "http:", (url or "").strip()).rstrip("/")
    return OTHER_SYSTEMS.get(plain, plain)


def _list(constants: tuple[Const, ...]) -> str:
    return ", ".join(map(plain_text, constants))
