"""The proof checker on what is true: each step has its premises among its children, under one binding."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from explain.verify.obligations import (
    Context,
    Finding,
    Findings,
    body_as_written,
    individual_names,
    is_named,
    new_individual,
    pair_up,
    pattern_of,
)
from explain.verify.program import Binding, Conjunction, Goal, Rule, constants, matched
from explain.verify.steps import Fault, Place, RuleRef, Step, read_constant, says
from explain.words.claims import Stands, in_conflict
from explain.words.phrases import place, say
from kb.language.printer import show_atom, show_body
from kb.language.syntax import AtomF, Body, Clause
from kb.language.terms import Var, term_text
from kb.language.truth import Truth

_SHARED = re.compile(r"_\d+")
"""How a binding names an individual that several of its variables are."""
_Stated: TypeAlias = tuple[AtomF, str]
"""A fact, and the places that state it."""


def held(context: Context, step: Step, body: Body, inside: Sequence[Conjunction], binding: Binding) -> Findings:
    """Checks the proof of a goal inside another, or of a question: one of its alternatives holds."""
    if step.status is not Truth.TRUE:
        yield step.fault("a proof is wanted here, and this is not true")
    elif step.kind != "conjunction":
        fits = (pair_up(goals, (step,), binding) for goals in inside)
        paired = next((each for each in fits if each is not None), None)
        if paired is None:
            yield step.fault(f"this does not show `{show_body(body_as_written(body, inside, binding))}`")
        else:
            yield paired[1][0]
    else:
        closed = body_as_written(body, inside, binding)
        yield from step.must(says(step.goal, closed), f"it says `{step.goal}` and not `{show_body(closed)}`")
        yield from step.must(not step.about, "nothing beside its premises belongs to a proof")
        yield from context.says(step, Stands(context.said(step) or closed, Truth.TRUE))
        yield from step.must(len(step.children) > 1, "a goal of one literal stands for itself")
        yield from premises(step, inside, binding)


def proof(context: Context, step: Step, atom: AtomF) -> Findings:
    """Checks the proof of an atom: a stated fact or the instance of a rule."""
    if step.kind not in ("fact", "rule") or step.status is not Truth.TRUE:
        yield step.fault(f"a node of kind `{step.kind}` is no proof of `{step.goal}`")
        return
    yield from step.must(not step.about, "nothing beside its premises belongs to a proof")
    yield from context.says(step, Stands(atom, Truth.TRUE))
    yield from _conflict(context, step, atom)
    row = constants(atom.args)
    if len(row) < len(atom.args):
        yield step.fault("a proof is of an atom without variables")
    elif step.kind == "rule":
        yield from _concluded(context, step, atom)
    else:
        yield from _stated(context, step, atom, context.evaluator.clauses_of(atom.pred, row))


def _stated(context: Context, step: Step, atom: AtomF, clauses: Sequence[Clause]) -> Findings:
    if not clauses:
        yield step.fault(f"nothing states `{step.goal}`")
        return
    places = {_place(clause) for clause in clauses}
    is_same = len(step.evidence) == len(places) and set(step.evidence) == places
    yield from step.must(is_same, "it is stated elsewhere than the evidence says")
    yield from placed(context, step, atom, [clause.span.file for clause in clauses])


def _place(fact: Clause) -> Place:
    at = fact.span
    return Place(at.file, at.line or None, at.column or None, fact.source, fact.recorded_as)


def _concluded(context: Context, step: Step, atom: AtomF) -> Findings:
    found = yield from instance_of_rule(context, step, atom)
    if found is not None:
        label = say("derived") if context.book.is_open(atom.pred) else None
        yield from step.must(step.label == label, f"its label is not `{label}`, that of this conclusion")
        rule, start = found
        yield from premises(step, (rule.body,), start)


def _conflict(context: Context, step: Step, atom: AtomF) -> Findings:
    """Checks that what holds says so where its contrary holds too, with facts that the contrary may rest on."""
    contrary = replace(atom, pred=atom.pred.opposite)
    pattern = pattern_of(contrary)
    if not context.book.is_open(atom.pred) or context.evaluator.atom(contrary.pred, pattern) is not Truth.TRUE:
        yield from step.must(step.conflict is None, "the contrary of this does not hold")
        return
    declarations = context.book.declarations
    is_stated = bool(context.evaluator.clauses_of(contrary.pred, pattern))
    concluded = None if is_stated else contrary
    facts = [contrary] if is_stated else context.evaluator.facts_below(contrary.pred)
    nothing = in_conflict(None, (), declarations)
    parts = {
        in_conflict(None, [each], declarations).removeprefix(nothing): each
        for each in (_with_places(context, fact) for fact in facts)
    }
    left = (step.conflict or "").removeprefix(in_conflict(concluded, (), declarations)).removeprefix("; ")
    named = list(_named(left, parts))
    is_said = step.conflict == in_conflict(concluded, named, declarations) and bool(named or concluded)
    yield from step.must(is_said, f"it does not say that `{show_atom(contrary)}` holds too, and by what facts")


def _with_places(context: Context, fact: AtomF) -> _Stated:
    places = {_place(clause) for clause in context.evaluator.clauses_of(fact.pred, pattern_of(fact))}
    return fact, ", ".join(sorted(place(at.file, at.line, at.source, at.recorded_as) for at in places))


def _named(text: str, parts: Mapping[str, _Stated]) -> Iterator[_Stated]:
    """The facts that a text names one after the other."""
    part = next((each for each in parts if text.startswith(each)), None)
    if part is not None:
        yield parts[part]
        yield from _named(text.removeprefix(part).removeprefix("; "), parts)


def cited(context: Context, step: Step, atom: AtomF, files: Iterable[str | None] = (None,)) -> Findings:
    """Checks where a step says that the policy has an atom."""
    declared = context.book.declarations
    places = {"; ".join(declared.places(atom.pred, file, context.others)) or None for file in files}
    yield from step.must(step.cite in places, f"the policy has this elsewhere than `{step.cite}`")


def placed(context: Context, step: Step, atom: AtomF, files: Iterable[str | None] = (None,)) -> Findings:
    """The same of an atom that no rule is shown for: an open one is stated by a case."""
    if context.book.is_open(atom.pred):
        yield from step.must(step.cite is None, "what a case states has no place in the policy")
    else:
        yield from cited(context, step, atom, files)


def reference(rule: Rule) -> RuleRef:
    """How a step refers to a rule."""
    return RuleRef(rule.text, rule.clause.span.file, rule.clause.span.line)


def instance_of_rule(
    context: Context, step: Step, atom: AtomF
) -> Generator[Finding, None, tuple[Rule, Binding] | None]:
    """The rule that a step refers to, and what its goal gives the variables of the head."""
    said = step.rule or RuleRef("", "", 0)
    rules = [rule for rule in context.book.by_text.get(said.text, ()) if rule.head.pred == atom.pred]
    at = [rule for rule in rules if reference(rule) == said]
    if not at:
        yield step.fault(
            "the rule stands elsewhere" if rules else f"the program has no rule `{said.text}` for this goal"
        )
        return None
    yield from cited(context, step, atom, (said.file,))
    start = matched(at[0].head.args, pattern_of(atom), Binding())
    if start is None:
        yield step.fault(f"the head of `{said.text}` does not match `{step.goal}`")
        return None
    return at[0], start


def premises(step: Step, body: Sequence[Conjunction], start: Binding) -> Findings:
    """Checks that the children show every literal of one of some conjunctions, each one."""
    binding = bound_by(step, start)
    if isinstance(binding, Fault):
        yield binding
        return
    fits = (pair_up(goals, step.children, binding) for goals in body)
    found = next((each for each in fits if each is not None), None)
    if found is None:
        yield step.fault("the children are not the literals of its rule, one for each, under one binding")
        return
    final, dues = found
    if step.kind != "witness":
        yield from names_all(step, start, [due.goal for due in dues], final)
    for due in dues:
        yield due if due.step.status is Truth.TRUE else due.step.fault("a proof rests on what is not true")


def names_all(step: Step, start: Binding, goals: Sequence[Goal], binding: Binding) -> Findings:
    """Checks that a step's binding has every named variable of its literals that has a value, and no other.

    A goal inside a rule that does not hold may name the rule's variables too.
    """
    inside = {var for goal in goals for var in goal.vars if var in binding and is_named(var)}
    outside = {var for var in start if is_named(var)}
    is_proof = step.status is Truth.TRUE
    wanted = inside | outside if step.kind == "rule" else inside - outside if is_proof else inside
    allowed = wanted if is_proof else inside | outside
    names, said = {var.name for var in wanted}, step.binding.keys()
    odd = sorted((names - said) | (said - {var.name for var in allowed}))
    yield from step.must(not odd, f"the binding has `{''.join(odd[:1])}`, or lacks it, where the rule does otherwise")


def bound_by(step: Step, start: Binding) -> Binding | Fault:
    """The binding that a step declares beside what its head has, or the fault that it cannot be."""
    binding = dict(start)
    shared: dict[str, int] = {}
    for name, text in sorted(step.binding.items(), key=lambda each: Var(each[0]) not in start):
        var = Var(name)
        if _SHARED.fullmatch(text):
            known = binding.get(var)
            own = shared.setdefault(text, known if isinstance(known, int) else new_individual(binding))
            fits = binding.setdefault(var, own) == own
        elif text == "_":
            fits = isinstance(binding.setdefault(var, new_individual(binding)), int)
        else:
            value = read_constant(text)
            fits = value is not None and term_text(value) == text and binding.setdefault(var, value) == value
        if not fits:
            return step.fault(f"`{name}` cannot be `{text}` here")
    names = individual_names(map(Var, step.binding), binding)
    odd = [name for name, text in step.binding.items() if text != names.get(name, text)]
    return step.fault(f"`{odd[0]}` is written `{names[odd[0]]}` here") if odd else binding
