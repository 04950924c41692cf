"""The proof checker on what is true: each step has its premises among its children, under one binding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from explain.verify.base import Checks
from explain.verify.match import (
    Bound,
    head_terms,
    is_named,
    new_individual,
    pair_up,
    pattern_of,
)
from explain.verify.rules import Rule
from explain.verify.scopes import Conjunction, Goal
from explain.verify.steps import Step
from explain.verify.values import head_binding
from explain.verify.words import (
    read_body,
    read_constant,
    says,
)
from explain.words.sentences import body_sentence, say, sentence
from kb.language.printer import show_body
from kb.language.syntax import (
    TRUE,
    AtomF,
    Body,
    body_terms,
    substitute,
)
from kb.language.terms import Var, term_text
from kb.language.truth import Truth


@dataclass(slots=True)
class Proofs(Checks):
    """Checks what is true."""

    def _held(self, step: Step, body: Body, inside: Sequence[Conjunction], binding: Bound) -> None:
        """Checks the proof of a goal inside another, or of a question: one of its alternatives holds."""
        if not self._must(step.status is Truth.TRUE, step, "a proof is wanted here, and this is not true"):
            return
        if step.kind != "conjunction":
            for goals in inside:
                paired = pair_up(goals, (step,), binding) if len(goals) == 1 else None
                if paired is not None:
                    self._literal(*paired[1][0])
                    return
            self._fault(step, f"this does not show `{show_body(substitute(body, binding))}`")
        elif self._fields(step):
            closed = substitute(body, binding)
            self._must(says(step.goal, closed), step, f"it says `{step.goal}` and not `{show_body(closed)}`")
            self._must(step.label is None, step, "it has no remark")
            self._says(step, body_sentence(read_body(step.goal) or closed, self.book.declarations))
            self._premises(step, [goals for goals in inside if len(goals) > 1], binding)

    def _proof(self, step: Step, atom: AtomF) -> None:
        """Checks the proof of an atom: a stated fact or the instance of a rule."""
        if not self._kind(step, "fact", "rule") or not self._fields(step):
            return
        self._says(step, sentence(atom, self.book.declarations))
        row = tuple(arg for arg in atom.args if not isinstance(arg, Var))
        if not self._must(len(row) == len(atom.args), step, "a proof is of an atom without variables"):
            return
        if step.kind == "fact":
            stated = self.evaluator.clauses_of(atom.pred, row)
            if self._must(bool(stated), step, f"nothing states `{step.goal}`"):
                places = sorted((c.span.file, c.span.line or None, c.span.column or None) for c in stated)
                self._must(
                    sorted(step.evidence, key=str) == sorted(places, key=str),
                    step,
                    "it is stated elsewhere than the evidence says",
                )
                is_open = self.book.is_open(atom.pred)
                if not is_open or step.cite is not None:
                    self._cites(step, atom.pred, (None,) if is_open else (clause.span.file for clause in stated))
                    self._must(not is_open, step, "what a case states has no place in the policy")
            return
        found = self._instance_of_rule(step, atom)
        if found is None:
            return
        rule, start = found
        self._must(
            (step.label is not None) is self.book.is_open(atom.pred),
            step,
            "only a conclusion about an open predicate is labelled",
        )
        self._must(step.label in (None, say("derived")), step, "the label is not that of a conclusion")
        self._premises(step, rule.body, start)

    def _true_atom(self, step: Step, atom: AtomF) -> None:
        if self._must(step.status is Truth.TRUE, step, "a proof is wanted here, and this is not true"):
            self._proof(step, atom)

    def _instance_of_rule(self, step: Step, atom: AtomF) -> tuple[Rule, Bound] | None:
        """The rule that a node refers to, and what the goal gives the variables of its head."""
        text, file, line = step.rule or ("", "", 0)
        rules = [rule for rule in self.book.by_text.get(text, ()) if rule.head.pred == atom.pred]
        at = [rule for rule in rules if (rule.clause.span.file, rule.clause.span.line) == (file, line)]
        if not at:
            self._fault(
                step, "the rule stands elsewhere" if rules else f"the program has no rule `{text}` for this goal"
            )
            return None
        self._cites(step, atom.pred, (file,))
        start = head_binding(at[0].head.args, pattern_of(atom))
        if start is None:
            self._fault(step, f"the head of `{text}` does not match `{step.goal}`")
            return None
        named = head_terms(at[0].head.args, atom.args)
        return at[0], named

    def _premises(self, step: Step, body: Sequence[Conjunction], start: Bound) -> None:
        """Checks that the children show every literal of one of some conjunctions, each one."""
        declared = self._declared(step, start)
        if declared is None:
            return
        for goals in body:
            found = pair_up(goals, step.children, declared) if len(goals) == len(step.children) else None
            if found is not None:
                break
        else:
            self._fault(step, "the children are not the literals of its rule, one for each, under one binding")
            return
        final, pairs = found
        if step.kind != "witness":
            self._names_all(step, start, [goal for _, goal, _ in pairs], final)
        for child, goal, _ in pairs:
            if self._must(child.status is Truth.TRUE, child, "a proof rests on what is not true"):
                self._literal(child, goal, final)

    def _names_all(self, step: Step, start: Bound, goals: Sequence[Goal], binding: Bound) -> None:
        """Checks that a node's binding has every named variable of its literals that has a value, and no other.

        A goal inside a rule may name the rule's variables too, and a question those that it asked for.
        """
        inside = {var for goal in goals for var in goal.vars if var in binding and is_named(var)}
        outside = {var for var in start if is_named(var)}
        wanted = inside | outside if step.kind == "rule" else inside - outside
        allowed = inside | outside
        if not start and step.kind == "conjunction" and step.status is Truth.TRUE:
            values = {term for term in body_terms(read_body(step.goal) or TRUE) if not isinstance(term, Var)}
            allowed |= {var for var, value in binding.items() if value in values}
        names, said = {var.name for var in wanted}, step.binding.keys()
        odd = sorted((names - said) | (said - {var.name for var in allowed}))
        self._must(not odd, step, f"the binding has `{''.join(odd[:1])}`, or lacks it, where the rule does otherwise")

    def _declared(self, step: Step, start: Bound) -> Bound | None:
        """The binding that a node declares beside what its head has."""
        binding = dict(start)
        shared: dict[str, Var] = {}
        for name, text in sorted(step.binding.items(), key=lambda each: Var(each[0]) not in start):
            var = Var(name)
            if re.fullmatch(r"_\d+", text):
                known = binding.get(var)
                own = shared.setdefault(text, known if isinstance(known, Var) else new_individual(var, binding))
                fits = binding.setdefault(var, own) == own
            elif text == "_":
                fits = isinstance(binding.setdefault(var, new_individual(var, binding)), Var)
            else:
                value = read_constant(text)
                fits = value is not None and term_text(value) == text and binding.setdefault(var, value) == value
            if not fits:
                self._fault(step, f"`{name}` cannot be `{text}` here")
                return None
        return binding
