"""Literals of rules that say something, and hardly what was meant: a value that is not listed for its argument, a variable that stands for
a case and for something else, a comparison of something with itself, two values of what has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.checks.predicates import Context
from engine.facts import an
from kb.language.diagnostics import Diagnostic, did_you_mean
from kb.language.printer import show_atom, show_expr, show_term
from kb.language.program import Stated
from kb.language.syntax import AtomF, Body, Clause, Compare, Pred
from kb.language.terms import Atom, Const, Int, Term, Var, plain_text, term_text
from kb.language.traversal import conjuncts, inner_goals, walk

LISTED_VALUE = Pred("listed_value", 3)
CASE = "case"
"""The type of the arguments that are cases."""


def check(context: Context) -> Iterator[Diagnostic]:
    """W321, W322, W323 and W325."""
    listed = _listed(context)
    for rule in context.rules:
        parts = [part for part in walk(rule.body) if isinstance(part, AtomF | Compare)]
        for part in parts:
            if isinstance(part, AtomF):
                yield from _values(context, part, listed)
            elif part.left == part.right:
                told = f"`{show_expr(part.left)}` is compared with itself"
                yield Diagnostic("W323", told, part.span, (), "name what it is to be compared with")
        yield from _cases(context, rule, [part for part in parts if isinstance(part, AtomF)])
        yield from _second_values(context, rule.body)


def _listed(context: Context) -> dict[tuple[str, int], set[Const]]:
    """The values of each argument that has such a list, with those that rules may conclude beside it."""
    found: dict[tuple[str, int], set[Const]] = {}
    for head in (clause.head for clause in context.program.clauses if clause.head.pred == LISTED_VALUE):
        match head.args:
            case (Atom(name), Int(place), value) if not isinstance(value, Var):
                found.setdefault((name, place - 1), set()).add(value)
            case _:
                pass
    for clause in context.program.rules if found else ():
        for place, arg in enumerate(clause.head.args):
            if (clause.head.pred.own_name, place) in found:
                found[clause.head.pred.own_name, place] |= _concluded(arg, clause, context.program.facts)
    return found


def _concluded(arg: object, rule: Clause, facts: Stated) -> set[Const]:
    """The constants that an argument of a rule's head can be, by the facts that its body reads."""
    if not isinstance(arg, Var):
        return {arg} if isinstance(arg, Const) else set()
    return {
        value
        for part in walk(rule.body)
        if isinstance(part, AtomF)
        for place, each in enumerate(part.args)
        if each == arg
        for fact in facts.of(part.pred)
        if not isinstance(value := fact.head.args[place], Var)
    }


def _values(context: Context, atom: AtomF, listed: Mapping[tuple[str, int], set[Const]]) -> Iterator[Diagnostic]:
    for place, arg in enumerate(atom.args):
        known = listed.get((atom.pred.own_name, place))
        if known is not None and not isinstance(arg, Var) and arg not in known:
            span = context.sources.place_of(term_text(arg), atom.span)
            told = f"`{term_text(arg)}` is not listed for `{atom.pred.positive}`, so no case states it"
            names = sorted(map(plain_text, known))
            note = f"there are {', '.join(f'`{name}`' for name in names)}"
            yield Diagnostic("W321", told, span, (note,), did_you_mean(plain_text(arg), names))


def _second_values(context: Context, body: Body) -> Iterator[Diagnostic]:
    """Literals of one conjunction that ask a functional predicate for different constants beside one key."""
    known: dict[tuple[Pred, tuple[Term, ...]], AtomF] = {}
    for goal in conjuncts(body):
        declared = context.declarations.functional.get(goal.pred) if isinstance(goal, AtomF) else None
        if isinstance(goal, AtomF) and declared is not None:
            key = tuple(arg for arg, is_key in zip(goal.args, declared.keys, strict=True) if is_key)
            first = known.setdefault((goal.pred, key), goal)
            for one, other in zip(first.args, goal.args, strict=True):
                if one != other and not isinstance(one, Var) and not isinstance(other, Var):
                    told = f"`{show_atom(first)}` and `{show_atom(goal)}` never hold together: there is one value"
                    yield Diagnostic("W325", told, goal.span, (), "leave one out, or write `;` between them")
                    break
        else:
            for inner in inner_goals(goal):
                yield from _second_values(context, inner)


def _cases(context: Context, rule: Clause, atoms: list[AtomF]) -> Iterator[Diagnostic]:
    """A variable that stands for a case and for something else, and a constant where a case stands."""
    kinds: dict[Var, tuple[str, Pred]] = {}
    for atom in (rule.head, *atoms):
        for kind, arg in zip(context.declarations.types_of(atom.pred), atom.args, strict=False):
            if isinstance(arg, Var) and kind != "any":
                first, pred = kinds.setdefault(arg, (kind, atom.pred))
                if CASE in (first, kind) and first != kind:
                    told = f"`{show_term(arg)}` is {an(first)} of `{pred}`, and {an(kind)} of `{atom.pred}`"
                    yield Diagnostic("W322", told, atom.span, (), "look for arguments in the wrong order")
                    return
