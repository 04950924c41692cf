"""The questions of an interview as values: what one asks for, what can be answered, and what an answer says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum, StrEnum
from typing import TypeAlias

from msgspec import Struct

from explain.words.sentences import open_question, sentence
from kb.language.declarations import Declarations
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Const, Term, Var, plain_text

Values: TypeAlias = tuple[Const, ...]


class Asked(Struct, frozen=True):
    """Something that can be answered: an atom, yes or no, or the value of a functional predicate for a key."""

    pred: Pred
    key: Values


class Asks(Enum):
    """What a question asks for."""

    FACT = "whether something is so"
    VALUE = "the value of a functional predicate"
    WHICH = "which of several are so"


class Said(StrEnum):
    """What an answer says."""

    YES = "yes"
    NO = "no"
    NONE = "none"
    UNKNOWN = "unknown"
    COMPLETE = "the record is complete"
    NAMED = "named"
    NOT_SO = "not so"


class Question(Struct, frozen=True):
    """What is asked: one fact, a value, or which of several: any of the `options`, and where `is_open` also others.

    `atom` has variables for what the answer fills in.
    """

    asks: Asks
    atom: AtomF
    text: str
    asked: tuple[Asked, ...]
    options: tuple[AtomF, ...] = ()
    is_open: bool = False
    values: Values = ()
    """Of a value, or of the last blank, those that rules tell apart."""
    is_laid_out: bool = True
    """Whether it is known that an answer can change the determination; else it is asked as it is not known that none can."""

    @property
    def blanks(self) -> tuple[int, ...]:
        """The places of the arguments that an answer fills in."""
        return tuple(index for index, arg in enumerate(self.atom.args) if isinstance(arg, Var))

    @property
    def names(self) -> list[str]:
        """What fills in the blanks for each of the options."""
        return [" ".join(plain_text(each.args[index]) for index in self.blanks) for each in self.options]


def question_of(facts: Sequence[AtomF], declarations: Declarations, *, is_laid_out: bool = True) -> Question:
    """The question that some facts of one predicate are answers to; a variable in one stands for whatever may be so."""
    first = facts[0]
    pred, functional = first.pred, declarations.functional.get(first.pred)
    keys = functional.keys if functional else (True,) * pred.arity
    blanks = {index for fact in facts for index, arg in enumerate(fact.args) if arg != first.args[index]}
    blanks |= {index for fact in facts for index, arg in enumerate(fact.args) if isinstance(arg, Var)}
    blanks |= {index for index, is_key in enumerate(keys) if not is_key}
    args = _with_blanks(first, blanks, declarations)
    atom = AtomF(pred, args)
    text = open_question(pred, args, declarations) or sentence(atom, declarations)
    named = tuple(fact for fact in facts if not any(isinstance(arg, Var) for arg in fact.args))
    if functional is not None and not any(is_key and index in blanks for index, is_key in enumerate(keys)):
        values = tuple(dict.fromkeys(arg for fact in named for arg in (fact.args[max(blanks)],)))
        asked = Asked(pred, constants(arg for arg, is_key in zip(args, keys, strict=True) if is_key))
        return Question(Asks.VALUE, atom, text, (asked,), values=constants(values), is_laid_out=is_laid_out)
    asks = Asks.WHICH if blanks else Asks.FACT
    asked_of = tuple(Asked(pred, constants(fact.args)) for fact in named)
    options = named if asks is Asks.WHICH else ()
    return Question(asks, atom, text, asked_of, options, len(named) < len(facts), is_laid_out=is_laid_out)


def _with_blanks(atom: AtomF, blanks: set[int], declarations: Declarations) -> tuple[Term, ...]:
    names = declarations.names_of(atom.pred) or tuple(f"Value{index + 1}" for index in range(atom.pred.arity))
    return tuple(Var(names[index]) if index in blanks else arg for index, arg in enumerate(atom.args))


def constants(args: Iterable[Term]) -> Values:
    """The arguments that are not variables."""
    return tuple(arg for arg in args if not isinstance(arg, Var))
