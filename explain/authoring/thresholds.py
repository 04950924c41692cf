"""The numbers and dates that decide: what the rules of a policy compare, count or name, and the lists that say how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from explain.authoring.asked import MOST_VALUES, telling
from explain.authoring.handbook import Threshold
from explain.authoring.rule_words import RuleWords
from kb.language import syntax
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import Date, Dec, Int, Term, Var, in_standard_order
from kb.language.traversal import literal_terms, variables, walk

HISTORY = ("policy_version", "item_since")
"""What a list of the policy's history says, which stands by itself, is no threshold."""


def thresholds(words: RuleWords, preds: Iterable[Pred]) -> tuple[Threshold, ...]:
    """What the rules for predicates compare, count or name a number or a date, each once."""
    found: dict[tuple[str, tuple[str, ...]], Threshold] = {}
    for pred in preds:
        for clause in words.asked.possible(pred, words.asked.patterns.get(pred, {})):
            for each in _in_rule(words, clause):
                found.setdefault((each.text, each.about), each)
    return tuple(found.values())


def _in_rule(words: RuleWords, written: Clause) -> Iterator[Threshold]:
    """The thresholds of a rule: what it compares or counts with a number or date of its own, or of a list."""
    asked, pred = words.asked, written.head.pred
    clause = asked.filled(written, asked.patterns[pred])
    speech = words.speech(clause)
    speech.each(telling(clause))
    pairs = list(zip(_literals(written.body), _literals(clause.body), strict=True))
    listed = [each for each, _ in pairs if isinstance(each, AtomF) and asked.is_listed(each.pred)]
    for literal, filled in pairs:
        measured = set(variables(_measured(literal)))
        lists = (each for each in listed if measured & set(each.args) and each.pred.name not in HISTORY)
        set_by = tuple(dict.fromkeys(text for each in lists for text in _measures(words, written, each, measured)))
        is_test = isinstance(literal, syntax.Compare | syntax.Builtin)
        if literal in listed or not (any(map(_is_measure, _measured(literal))) or (is_test and set_by)):
            continue
        givers = [other for each, other in pairs if each not in listed and measured & set(_gives(each))]
        about = tuple(speech.goal(each) for each in givers if is_test and each is not filled)
        yield Threshold(speech.goal(filled), about, set_by, words.link(pred), words.cite(pred))


def _measures(words: RuleWords, clause: Clause, atom: AtomF, variables: set[Var]) -> Iterator[str]:
    """What the rows of a list say that give variables numbers or dates."""
    places = [index for index, arg in enumerate(atom.args) if arg in variables]
    bound = (words.asked.bound(clause, pattern) for pattern in words.asked.patterns[clause.head.pred])
    patterns = (words.asked.pattern(atom, found) for found in bound if found is not None)
    rows = in_standard_order({row for pattern in patterns for row in words.asked.listed_rows(atom.pred, pattern)})
    for row in rows[:MOST_VALUES]:
        if any(_is_measure(row[index]) for index in places):
            yield words.spoken(AtomF(atom.pred, row))


def _literals(body: syntax.Body) -> list[syntax.Body]:
    """The literals of a body, those inside others among them, in order."""
    return [each for each in walk(body) if not isinstance(each, syntax.And | syntax.Or)]


def _is_measure(term: Term) -> bool:
    return isinstance(term, Int | Dec | Date)


def _measured(literal: syntax.Body) -> Iterator[Term]:
    """The terms of a literal that a number or a date can be: of a count, how many."""
    match literal:
        case syntax.Count(_, bound, _, _):
            yield bound
        case syntax.Aggregate(_, _, _, _, result):
            yield result
        case syntax.Compare() | syntax.Builtin() | AtomF():
            yield from literal_terms(literal)
        case _:
            return


def _gives(literal: syntax.Body) -> tuple[Term, ...]:
    """The variables to which a literal gives values."""
    match literal:
        case AtomF(_, args) | syntax.Builtin(_, args):
            return args
        case syntax.Aggregate(_, _, _, _, result):
            return (result,)
        case syntax.Compare("is" | "=", left, _):
            return (left,) if isinstance(left, Var) else ()
        case _:
            return ()
