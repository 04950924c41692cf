"""Plain language: sentences from the `pred` templates, and the connectives, all in one catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kb.declarations import Declarations
from kb.printer import show_atom, show_body
from kb.syntax import And, AtomF, Body, Not, Pred, substitute
from kb.terms import Atom, Const, Str, Term, Var, plain_text, printable, term_text
from kb.truth import Truth

PLACEHOLDER = re.compile(r"@\((\w+)\)")

CATALOGUE = MappingProxyType(
    {
        "and": " and ",
        "or": "or",
        "not": "not so: {0}",
        "unknown": "not documented: {0}",
        "not_documented": "not documented",
        "some": "some {0}",
        "at_least": "at least {0}: {1}",
        "at_most": "at most {0}: {1}",
        "found": "{0} of {1}",
        "would_do": "{0} would do (not documented)",
        "may_count": "whether {0} count is not documented",
        "several_would_do": "{0} of {1} would do (not documented)",
        "may_be_more": "whether there are more is not documented",
        "nearest": "the nearest of {0} ways, none of which holds",
        "nearest_of_many": "the nearest of more than {0} ways, none of which holds",
        "any_of": "for any {0} of {1}: {2}",
        "any_other_of": "for any {0} other of {1}: {2}",
        "any_other": "{0} (of any other)",
        "itself": "depends on itself",
        "more_witnesses": "and {0} more",
        "and_more": "{0} and {1} more",
        "nearest_row": "the nearest that does not count",
        "closed_world": "read in a closed world",
        "derived": "derived",
        "by_rule": "by the rule at {0}:{1}",
        "against": "against it: {0}",
        "because": "{0} ({1})",
        "none": "none",
        "no_other": "nothing says so",
        "complete": "the record of {0} for {1} is complete and does not have it",
        "other_value": "another value is stated",
        "stated_false": "it is stated to be false",
        "not_known": "the value of {0} is not documented",
    }
)
"""The words that join sentences; a renderer takes none of its own."""


def say(key: str, *words: object) -> str:
    """A phrase of the catalogue with its words filled in."""
    return CATALOGUE[key].format(*words)


def readable(term: Term, name: str = "value") -> str:
    """A term as a sentence has it: names without underscores, so that `breast_cancer` reads as two words; a variable
    as `some` of what its argument is called."""
    if isinstance(term, Var):
        return say("some", spaced(name))
    text = plain_text(term)
    if isinstance(term, Str):
        return term_text(term)
    return printable(text.replace("_", " ") if isinstance(term, Atom) else text)


def fill(template: str, names: Iterable[str], args: Iterable[Term]) -> str:
    """The template with each `@(Name)` replaced by the argument of that name."""
    values = dict(zip(names, args, strict=True))
    return PLACEHOLDER.sub(
        lambda found: readable(values[found[1]], found[1]) if found[1] in values else found[0], template
    )


def sentence(atom: AtomF, declarations: Declarations) -> str:
    """What an atom says; an atom without a declared sentence is written as the program writes it."""
    declared = declarations.preds.get(atom.pred)
    if declared is not None and declared.sentence is not None:
        return fill(declared.sentence, declared.names, atom.args)
    if atom.pred.negative:
        positive = declarations.preds.get(atom.pred.positive)
        if positive is not None and positive.sentence is not None:
            return say("not", fill(positive.sentence, positive.names, atom.args))
    return show_atom(atom)


def question(pred: Pred, args: tuple[Term, ...], declarations: Declarations) -> str | None:
    """The question that asks for a fact of a predicate, or None if it has none; `[agent]` is for the answer to fill in."""
    declared = declarations.questions.get(pred.positive)
    if declared is None:
        return None
    named = dict(zip(declared.names, args, strict=True))

    def value(found: re.Match[str]) -> str:
        term = named.get(found[1])
        if term is None:
            return found[0]
        return f"[{spaced(found[1])}]" if isinstance(term, Var) else readable(term)

    return PLACEHOLDER.sub(value, declared.text)


def spaced(name: str) -> str:
    """An argument's name as words.

    >>> spaced("TimesPerWeek")
    'times per week'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()


def body_sentence(body: Body, declarations: Declarations) -> str:
    """What a goal says: the sentences of its atoms, joined."""
    match body:
        case AtomF():
            return sentence(body, declarations)
        case And(goals) if goals:
            return say("and").join(body_sentence(goal, declarations) for goal in goals)
        case Not(goal):
            return say("not", body_sentence(goal, declarations))
        case _:
            return show_body(body)


def literal_text(goal: Body, binding: Mapping[Var, Term]) -> str:
    """A goal as the program would write it, its variables filled in where they have values."""
    return show_body(substitute(goal, {var: value for var, value in binding.items() if not isinstance(value, Var)}))


def with_truth(text: str, truth: Truth) -> str:
    """A sentence as it stands: as it is, denied, or not documented."""
    match truth:
        case Truth.TRUE:
            return text
        case Truth.FALSE:
            return say("not", text)
        case Truth.UNKNOWN:
            return say("unknown", text)


def listed(items: Iterable[Const], joint: str = "or") -> str:
    """Names in a row: `a`, `a or b`, `a, b or c`."""
    names = [readable(item) for item in items]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"
