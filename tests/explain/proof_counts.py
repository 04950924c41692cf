"""The proofs of an atom by their definition, for small programs without variables that only rules bind: a plain search."""

from __future__ import annotations

from itertools import product

from kb.language.printer import show_atom, show_clause
from kb.language.program import Program
from kb.language.syntax import AtomF, Clause
from kb.language.terms import Atom, Term, Var
from kb.language.traversal import body_vars, conjuncts, substitute, substitute_atom

MOST = 3000


def proofs_by_definition(program: Program, goal: str) -> list[int] | None:
    """The sizes of all proofs of an atom in which none is above itself; None if there are more than can be listed.

    A stated fact is proved by being stated, whatever rules there are for it too.
    """
    constants: list[Term] = [Atom("a"), Atom("b")]
    instances: dict[str, dict[tuple[str, tuple[str, ...]], None]] = {}
    facts = set()
    for clause in program.clauses:
        if clause.is_fact:
            facts.add(show_atom(clause.head))
            continue
        for head, body in _instances(clause, constants):
            instances.setdefault(head, {})[show_clause(clause), body] = None

    def proofs(atom: str, above: frozenset[str]) -> list[int]:
        if atom in above:
            return []
        if atom in facts:
            return [1]
        found = []
        for _, body in instances.get(atom, {}):
            parts = [proofs(each, above | {atom}) for each in body]
            for sizes in product(*parts):
                found.append(1 + sum(sizes))
                if len(found) > MOST:
                    raise OverflowError
        return found

    try:
        return proofs(goal, frozenset())
    except OverflowError:
        return None


def _instances(clause: Clause, constants: list[Term]) -> list[tuple[str, tuple[str, ...]]]:
    variables = list(body_vars(clause.body))
    found = []
    for values in product(constants, repeat=len(variables)):
        binding: dict[Var, Term] = dict(zip(variables, values, strict=True))
        body = []
        for goal in conjuncts(substitute(clause.body, binding)):
            assert isinstance(goal, AtomF)
            body.append(show_atom(goal))
        found.append((show_atom(substitute_atom(clause.head, binding)), tuple(body)))
    return found
