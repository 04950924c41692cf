"""The proof checker on what is not true: that every rule and every literal that falls short is shown, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explain.verify.base import WORDS, Above
from explain.verify.counts import Counts
from explain.verify.match import (
    Bound,
    Paired,
    as_written,
    instance_of,
    is_closed,
    is_named,
    known_values,
    pattern_of,
    readings,
    unified,
    value_of,
    waits,
)
from explain.verify.rules import COMPLETE, Rule
from explain.verify.scopes import Conjunction
from explain.verify.steps import Fault, Step
from explain.verify.values import head_binding
from explain.verify.ways import literal_text, ways_of
from explain.verify.words import (
    read_body,
    says,
)
from explain.words.sentences import body_sentence, question, say, sentence, with_truth
from kb.language.printer import show_atom, show_body
from kb.language.syntax import (
    AtomF,
    Body,
    Literal,
    substitute,
)
from kb.language.terms import Atom, Var
from kb.language.truth import Truth


@dataclass(slots=True)
class Failures(Counts):
    """Checks what is false or not known."""

    def _not_held(
        self,
        step: Step,
        body: Body,
        inside: Sequence[Conjunction],
        binding: Bound,
        above: Above,
        *,
        may_sum_up: bool | None,
    ) -> None:
        """Checks why a goal inside another, or a question, is not true: each alternative falls short."""
        if len(inside) == 1 and len(inside[0]) == 1:
            if self._must(step.status is not Truth.TRUE, step, "this is true, where it is to be shown that it is not"):
                self._literal(step, inside[0][0], binding, above, may_sum_up=may_sum_up)
            return
        closed = substitute(body, binding)
        truth = self.evaluator.truth(inside, known_values(binding))
        if not self._must(
            truth is step.status,
            step,
            f"`{show_body(closed)}` is {WORDS[truth]}, and here it is {WORDS[step.status]}",
        ):
            return
        if not self._kind(step, "conjunction" if len(inside) == 1 else "alternatives") or not self._fields(
            step, may_sum_up
        ):
            return
        self._must(says(step.goal, closed), step, f"it says `{step.goal}`, where the rule has `{show_body(closed)}`")
        self._says(step, with_truth(body_sentence(read_body(step.goal) or closed, self.book.declarations), step.status))
        self._must(step.cite is None, step, "a goal of several literals has no place in the policy")
        if len(inside) == 1:
            self._shortfalls(step, inside, binding, above, may_sum_up)
            return
        left = list(inside)
        for index, branch in enumerate(step.children):
            if self._kind(branch, "branch") and self._fields(branch):
                taken = self._shortfalls(branch, left, binding, above, _beside(may_sum_up, index))
                left = [goals for goals in left if goals is not taken]
                text = "; ".join(child.goal for child in branch.children)
                self._must(branch.goal == text, branch, "it does not say what falls short in it")
                self._says(branch, with_truth(text, branch.status))
        self._must(not left, step, "an alternative is left out")

    def _failed_atom(self, step: Step, atom: AtomF, above: Above, may_sum_up: bool | None, written: Literal) -> None:
        """Checks why an atom is false or not known; `written` is it as nodes have it."""
        if not self._fields(step, may_sum_up):
            return
        is_other = any(isinstance(arg, Var) and value_of(arg) is not None for arg in atom.args)
        assert isinstance(written, AtomF)
        said = with_truth(sentence(written, self.book.declarations), step.status)
        self._says(step, said, may_be_other=is_other)
        is_open = self.book.is_open(atom.pred)
        match step.kind:
            case "rule":
                rules = self._matching(atom)
                if self._must(len(rules) == 1 and not is_open, step, "there are other rules that could conclude this"):
                    self._failed_rule(step, atom, above, may_sum_up)
            case "alternatives":
                self._cites(step, atom.pred, (None,))
                if self._must(not is_open, step, "an open atom is not decided by its rules"):
                    self._failed_rules(step, atom, above, may_sum_up)
            case "summary":
                if not is_open:
                    self._cites(step, atom.pred, (None,))
                self._must(not is_open or step.cite is None, step, "what a case states has no place in the policy")
            case "not_documented":
                asked = question(atom.pred, atom.args, self.book.declarations)
                self._must(step.label == asked, step, f"the question for this is `{asked}`")
                if (
                    self._must(is_open and step.status is Truth.UNKNOWN, step, "only an open atom is not documented")
                    and step.children
                ):
                    self._failed_rules(step, atom, above, may_sum_up)
            case "no_rule":
                self._no_rule(step, atom, above)
            case "closed_record" | "stated_false" | "other_value":
                self._decided(step, atom)
            case _:
                self._fault(step, f"`{step.goal}` is no goal for a node of kind `{step.kind}`")

    def _no_rule(self, step: Step, atom: AtomF, above: Above) -> None:
        if step.label == say("itself"):
            self._must(step.goal in above and not step.children, step, "nothing above this explains the same goal")
        elif self.book.is_open(atom.pred):
            self._must(atom.pred.negative, step, "an open atom is decided by what is stated")
            opposite = AtomF(atom.pred.opposite, atom.args)
            if step.children and self._one_child(step):
                self._must(step.label is None, step, "it has no remark")
                if self._must(step.children[0].goal == show_atom(opposite), step, "its child shows something else"):
                    self._true_atom(step.children[0], opposite)
            else:
                self._must(step.label == say("no_other"), step, "it does not say why this is not so")
                self._must(
                    self.evaluator.atom(opposite.pred, pattern_of(opposite)) is not Truth.TRUE or not is_closed(atom),
                    step,
                    "it does not say that the opposite holds",
                )
        else:
            self._must(not self._matching(atom) and not step.children, step, "there are rules that could conclude this")
            self._must(step.label == say("no_other"), step, "it does not say why this is not so")

    def _decided(self, step: Step, atom: AtomF) -> None:
        """Checks what makes an open atom false."""
        if not self._must(
            self.book.is_open(atom.pred) and not atom.pred.negative, step, "only an open atom is decided in this way"
        ):
            return
        if step.kind == "closed_record" and not step.children:
            self._must(self.evaluator.closed_world, step, "the world is not read as closed")
            self._must(step.label == say("closed_world"), step, "it does not say that the world is read as closed")
            return
        if not self._must(step.label is None, step, "it has no remark") or not self._one_child(step):
            return
        (child,) = step.children
        shown = read_body(child.goal)
        if step.kind == "stated_false":
            expected = [AtomF(atom.pred.opposite, atom.args)]
        elif step.kind == "closed_record":
            expected = [AtomF(COMPLETE, (*atom.args[:1], Atom(atom.pred.name)))]
        else:
            rows = self.evaluator.other_values(atom.pred, pattern_of(atom))
            expected = [AtomF(atom.pred, row) for row in rows if row != atom.args]  # type: ignore[arg-type] # constants
        if self._must(shown in expected, child, f"this does not make `{step.goal}` false") and isinstance(shown, AtomF):
            self._true_atom(child, shown)

    def _matching(self, atom: AtomF) -> list[Rule]:
        pattern = pattern_of(atom)
        return [
            rule for rule in self.book.rules.get(atom.pred, ()) if head_binding(rule.head.args, pattern) is not None
        ]

    def _failed_rules(self, step: Step, atom: AtomF, above: Above, may_sum_up: bool | None) -> None:
        """Checks that each rule that could conclude an atom is among the children, once."""
        wanted = sorted((rule.text, rule.clause.span.file, rule.clause.span.line) for rule in self._matching(atom))
        given = sorted(child.rule for child in step.children if child.rule is not None)
        if not self._must(
            wanted == given and len(given) == len(step.children),
            step,
            "its children are not the rules that could conclude it, each once",
        ):
            return
        for index, child in enumerate(step.children):
            self._must(child.goal == step.goal and child.kind == "rule", child, "this is about another goal")
            self._says(child, with_truth(sentence(atom, self.book.declarations), child.status))
            if self._fields(child):
                self._failed_rule(child, atom, above, _beside(may_sum_up, index))

    def _failed_rule(self, step: Step, atom: AtomF, above: Above, may_sum_up: bool | None) -> None:
        found = self._instance_of_rule(step, atom)
        if found is not None:
            rule, start = found
            truth = self.evaluator.truth(rule.body, known_values(start))
            if self._must(
                truth is step.status,
                step,
                f"the body of this rule is {WORDS[truth]}, and here it is {WORDS[step.status]}",
            ):
                self._shortfalls(step, rule.body, start, (*above, show_atom(atom)), may_sum_up)

    def _shortfalls(
        self, step: Step, body: Sequence[Conjunction], start: Bound, above: Above, may_sum_up: bool | None
    ) -> Conjunction | None:
        """Checks that the children are the literals of one of some conjunctions that are not true, all of them."""
        binding = self._declared(step, start)
        if binding is None or not body:
            return None
        found: tuple[Conjunction | None, list[Fault]] | None = None
        for goals, known in [(each, known) for each in body for known in readings(each, step.children, binding)]:
            faults = self._under(step, goals, start, binding, known, above, may_sum_up)
            if not faults:
                return goals
            if found is None or len(faults) < len(found[1]):
                found = goals, faults
        self.faults += found[1] if found else ()
        return found[0] if found else None

    def _under(
        self,
        step: Step,
        goals: Conjunction,
        start: Bound,
        declared: Bound,
        binding: Bound,
        above: Above,
        may: bool | None,
    ) -> list[Fault]:
        """What is wrong with a node and what is below it if its children are about some goals under a binding."""
        before, self.faults = self.faults, []
        pairs, problems = self._listed(step, goals, binding)
        for problem in problems or self._ways(step, goals, start, pairs):
            self._fault(step, problem)
        if not self.faults:
            self._names_all(step, start, goals, declared)
            least = min(child.status for child, _, _ in pairs)
            self._must(step.status is least, step, "its status is not the least of its literals")
            for child, goal, extended in pairs:
                self._literal(child, goal, extended, above, may_sum_up=may)
        found, self.faults = self.faults, before
        return found

    def _ways(self, step: Step, goals: Conjunction, start: Bound, pairs: list[Paired]) -> tuple[str, ...]:
        """What is wrong with the number of ways that a node says, or with the one it shows as the nearest."""
        key = goals, frozenset(known_values(start).items())
        if key not in self._counted:
            self._counted[key] = ways_of(self.evaluator, goals, known_values(start))
        ways = self._counted[key]
        failed = sum(child.status is Truth.FALSE for child, _, _ in pairs)
        if failed == 0 < ways.rank[0]:  # only an instance of an open row may hold, and of those one is shown
            fits = step.ways > 0 and step.label in _remarks(step.ways, (False, True))
            return () if fits else ("it does not say in how many ways its literals can be tried",)
        problems = []
        texts = tuple(literal_text(goal, known_values(known)) for _, goal, known in pairs)
        own = {var for goal in goals for var in goal.vars}
        bound = [{var for var in each if is_named(var)} for each in ways.bound.get(texts, ())]
        said = {Var(name) for name in step.binding}
        if not any((each - start.keys()) | (each & own) <= said <= each for each in bound) and (bound or not ways.many):
            problems.append("its binding is not that of a way in which these literals are not true")
        if step.ways != ways.number or step.label not in _remarks(ways.number, (ways.many,)):
            more = "more than " if ways.many else ""
            problems.append(f"its literals can be tried in {more}{ways.number} ways, and here it says {step.ways}")
        if (failed, len(pairs) - failed) > ways.rank:
            problems.append(
                f"another way comes nearer: in it {ways.rank[0]} literals fail and {ways.rank[1]} are not documented"
            )
        return tuple(problems)

    def _listed(self, step: Step, goals: Conjunction, binding: Bound) -> tuple[list[Paired], tuple[str, ...]]:
        """The children beside the literals they are about, and what is wrong with the list."""
        left, pairs, problems = list(step.children), [], []
        for goal in goals:
            truth = Truth.TRUE if waits(goal, binding) else self.truth(goal, binding)
            if truth is Truth.TRUE:
                continue
            closed = instance_of(goal, binding)
            child = next(
                (each for each in left if says(each.goal, as_written(goal, binding)) and each.status is truth), None
            )
            known = binding
            if child is None:
                for each in left:
                    extended = unified(goal, each, binding)
                    if extended is not None and not any(is_named(var) for var in extended.keys() - binding.keys()):
                        child, known = each, extended
                        break
            if child is None:
                problems.append(
                    f"`{show_body(closed)}` is {WORDS[truth]} under this binding and is not among the children"
                )
            else:
                left.remove(child)
                pairs.append((child, goal, known))
        problems += [f"`{each.goal}` is no literal of the rule that is not true under this binding" for each in left]
        return pairs, tuple(problems)


def _remarks(ways: int, many: tuple[bool, ...]) -> list[str | None]:
    """The remarks that fit a number of ways; `many` says whether there are more than are counted."""
    plain = say("nearest", ways) if ways > 1 else None
    return [say("nearest_of_many", ways) if each else plain for each in many]


def _beside(may_sum_up: bool | None, index: int) -> bool | None:
    """Whether the alternative at a place may be summed up: the nearest may not, and none (None) on which a proof rests."""
    return None if may_sum_up is None else may_sum_up or index > 0
