"""Parts of FHIR R4 resources as values, and what FHIR allows of ids and texts."""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct, to_builtins

from kb.language.terms import Const, plain_text, printable

Json = dict[str, Any]
LONGEST_ID = 64


class Part(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A part of a resource; what it does not have is left out."""


class Coding(Part, frozen=True):
    """A code of a system, with what people call it."""

    system: str
    code: str
    display: str | None = None


class AnswerOption(Part, frozen=True):
    """A choice that an item offers."""

    value_coding: Coding


class EnableWhen(Part, frozen=True):
    """That an answer exists to another item, or that there is none, or which it is; the item is enabled by it."""

    question: str
    operator: str
    answer_boolean: bool | None = None
    answer_coding: Coding | None = None


class Item(Part, frozen=True):
    """A question, or a group of them."""

    link_id: str
    text: str
    type: str
    enable_when: tuple[EnableWhen, ...] = ()
    enable_behavior: str | None = None
    repeats: bool = False
    answer_option: tuple[AnswerOption, ...] = ()
    item: tuple[Item, ...] = ()


class Questionnaire(Part, frozen=True, tag_field="resourceType", tag="Questionnaire"):
    """The questions about a case."""

    id: str
    url: str
    version: str
    title: str
    status: str
    subject_type: tuple[str, ...]
    date: str
    item: tuple[Item, ...] = ()


def json_of(part: Part) -> Json:
    """A part as JSON data."""
    found: Json = to_builtins(part)
    return found


def id_of(name: Const) -> str:
    """The id of a resource that is named after a case.

    >>> from kb.language.terms import Atom
    >>> id_of(Atom("rrmm_two"))
    'rrmm-two'
    """
    return re.sub(r"[^A-Za-z0-9.-]+", "-", plain_text(name))[:LONGEST_ID].strip("-") or "case"


def shown(text: str) -> str:
    """A text as FHIR has strings: in one line, without characters that control."""
    return " ".join(printable(" ".join(text.split())).split())
