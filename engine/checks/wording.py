"""Where a sentence, or the document that it comes from, says something else than a rule: another number than the rule counts, a bound
that the rule leaves out, a place that the document does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from engine.checks.predicates import Context
from kb.language.diagnostics import Diagnostic, did_you_mean
from kb.language.syntax import Clause, Compare, Count, Pred
from kb.language.terms import Int, Var, plain_text
from kb.language.traversal import conjuncts

POLICY_PLACE = Pred("policy_place", 2)
"""`policy_place(Policy, Place)`: a place that the document of a policy has."""
_NAMES = ("one once", "two twice", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS: Mapping[str, int] = MappingProxyType(
    {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
)
"""The numbers that sentences have in words."""
_COUNTED = re.compile(rf"(?:(?<!no )(?<!not )\b(more|fewer|less) than )?\b(\d+|{'|'.join(NUMBERS)})\b")
"""A number in a sentence, and what excludes it."""
_INCLUDING = MappingProxyType(
    {
        ">": re.compile(r"\b(or more|or older|or above|or later|at least|on or after|has reached|not less than)\b"),
        "<": re.compile(r"\b(or less|or fewer|or younger|or below|at most|on or before|no more than|not more than)\b"),
    }
)
"""What sentences say of a bound that counts, by the comparison that leaves it out."""


def check(context: Context) -> Iterator[Diagnostic]:
    """W319 and W320 for rules beside the sentences of what they conclude, and W318 for places that the document does not have."""
    for rule in context.rules:
        sentence = _sentence(context, rule)
        if sentence:
            yield from _numbers(rule, sentence)
            yield from _bounds(rule, sentence)
    yield from _places(context)


def _sentence(context: Context, rule: Clause) -> str:
    declared = context.declarations.preds.get(rule.head.pred)
    return (declared.sentence or "").lower() if declared is not None else ""


def _numbers(rule: Clause, sentence: str) -> Iterator[Diagnostic]:
    """W319 for a count to another number than those that the sentence has."""
    said = {_counted(*each) for each in _COUNTED.findall(sentence)}
    for goal in conjuncts(rule.body):
        match goal:
            case Count(op, Int(number), span=span) if said and number not in said:
                numbers = " and ".join(map(str, sorted(said)))
                told = f"the sentence of `{rule.head.pred}` says {numbers}, and its rule counts {op.replace('_', ' ')} {number}"
                yield Diagnostic("W319", told, span, (), "write the same number in both")
            case _:
                pass


def _counted(excluded_by: str, word: str) -> int:
    """The least number that "more than" a number leaves, and the greatest that "fewer than" it leaves; else the number itself."""
    number = int(word) if word.isdigit() else NUMBERS[word]
    match excluded_by:
        case "":
            return number
        case "more":
            return number + 1
        case _:
            return number - 1


def _bounds(rule: Clause, sentence: str) -> Iterator[Diagnostic]:
    """W320 for a comparison that leaves out the bound which the sentence includes."""
    for goal in conjuncts(rule.body):
        if isinstance(goal, Compare) and (side := goal.op.removeprefix("@")) in _INCLUDING:
            found = _INCLUDING[side].search(sentence)
            bound = goal.right if isinstance(goal.right, Int | Var) else None
            is_named = isinstance(bound, Var) and bound.name.startswith(("Min", "Max", "Least", "Most", "Limit"))
            if found and (isinstance(bound, Int) or is_named):
                told = (
                    f"the sentence of `{rule.head.pred}` says `{found[0]}`, and `{goal.op}` leaves the bound itself out"
                )
                yield Diagnostic("W320", told, goal.span, (), f"write `{goal.op}=`" if side == ">" else "write `=<`")


def _places(context: Context) -> Iterator[Diagnostic]:
    """W318 for a citation, beside the places that a policy lists in the same file, of one that is not among them."""
    places: dict[str, list[str]] = {}
    for clause in context.program.facts.of(POLICY_PLACE):
        if not isinstance(clause.head.args[1], Var):
            places.setdefault(clause.span.file, []).append(plain_text(clause.head.args[1]))
    for pred, cites in context.declarations.cites.items():
        for cite in cites:
            known = places.get(cite.span.file)
            if known is not None and cite.place not in known:
                told = f"the document has no place `{cite.place}`, which is cited for `{pred}`"
                yield Diagnostic("W318", told, cite.span, (), did_you_mean(cite.place, known))
