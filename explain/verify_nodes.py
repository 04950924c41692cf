"""The proof checker: whether each node of an explanation is an instance of a rule, a stated fact, or truly not so.

What is true is checked by structure: each step has its premises among its children. What is not true is worked out
again (explain/recheck.py), since the reason is that nothing else holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from explain.recheck import Evaluator, Value, head_binding
from explain.recheck_scopes import COMPLETE, Conjunction, Goal, Rule, Rulebook, scoped
from explain.sentences import body_sentence, question, say, sentence, with_truth
from explain.verify_match import (
    Bound,
    Paired,
    as_written,
    columns_of,
    head_terms,
    individual_names,
    instance_of,
    is_closed,
    is_named,
    known_values,
    new_individual,
    pair_up,
    pattern_of,
    readings,
    row_text,
    sharing,
    unified,
    value_of,
    waits,
)
from explain.verify_steps import Fault, Step
from explain.verify_words import (
    count_text,
    denied_text,
    read_body,
    read_constant,
    result_text,
    row_words,
    says,
    tested_text,
)
from kb.printer import show_atom, show_body
from kb.syntax import (
    TRUE,
    Aggregate,
    AtomF,
    Body,
    Builtin,
    Compare,
    Count,
    Literal,
    Member,
    Not,
    Pred,
    body_terms,
    conjuncts,
    substitute,
)
from kb.terms import Atom, Const, Int, Var, row_key, term_text
from kb.truth import Truth

Above: TypeAlias = tuple[str, ...]

_WORDS = {Truth.TRUE: "true", Truth.FALSE: "false", Truth.UNKNOWN: "not documented"}
_FIELDS = {
    "fact": {"cite", "evidence"},
    "rule": {"rule", "binding", "cite", "children", "label"},
    "conjunction": {"binding", "children", "label"},
    "branch": {"binding", "children", "label"},
    "alternatives": {"cite", "children", "binding"},
    "summary": {"cite", "binding"},
    "count": {"count", "children"},
} | {
    kind: {"label", "children", "binding"}
    for kind in ("no_rule", "not_documented", "closed_record", "stated_false", "other_value")
}
_TESTS = {Compare: "comparison", Builtin: "builtin", Member: "member"}
_MAY_BE_CLOSED = frozenset({"summary", "count", "aggregate", "negation"})


@dataclass(slots=True)
class Checker:
    """Checks explanations over one program and the facts of a case; `faults` is what it has found."""

    evaluator: Evaluator
    section: str | None = None
    """The section of the policy document that citations are from, where there are several."""
    faults: list[Fault] = field(default_factory=list)
    _checked: set[tuple[str, str, bool | None, Above]] = field(default_factory=set)
    _truths: dict[tuple[Goal, tuple[Value | None, ...]], Truth] = field(default_factory=dict)

    @property
    def book(self) -> Rulebook:
        return self.evaluator.book

    def explanation(self, step: Step, body: Body | None = None) -> None:
        """Checks an explanation of a goal; without one, of what its first node says it explains."""
        asked = body or read_body(step.goal)
        if asked is None or step.kind in ("witness", "branch", "summary"):
            self._fault(step, "the explanation does not begin with a goal")
        elif body is not None and not says(step.goal, body):
            self._fault(step, f"this explains `{step.goal}`, where `{show_body(body)}` is to be explained")
        elif step.status is Truth.TRUE:
            self._held(step, asked, scoped(asked), {})
        else:
            self._not_held(step, asked, scoped(asked), {}, (), may_sum_up=False)

    def _fault(self, step: Step, message: str) -> None:
        self.faults.append(Fault(step.path, step.id, message))

    def _must(self, holds: bool, step: Step, message: str) -> bool:
        if not holds:
            self._fault(step, message)
        return holds

    # --- any node ------------------------------------------------------------------------------------------------

    def _literal(
        self, step: Step, goal: Goal, binding: Bound, above: Above = (), *, may_sum_up: bool | None = False
    ) -> None:
        """Checks a node for a literal of a clause under a binding."""
        closed = instance_of(goal, binding)
        individuals = tuple(sorted(term.name for term in binding.values() if isinstance(term, Var)))
        key = (step.id, show_body(closed), may_sum_up, individuals + (above if step.status is not Truth.TRUE else ()))
        if key in self._checked:
            return
        self._checked.add(key)
        if not self._must(
            says(step.goal, as_written(goal, binding)), step, f"it says `{step.goal}`, where the rule has `{key[1]}`"
        ):
            return
        if step.status is Truth.TRUE and isinstance(closed, AtomF):
            self._proof(step, closed)
            return
        truth = self.truth(goal, binding)
        if not self._must(
            truth is step.status, step, f"`{key[1]}` is {_WORDS[truth]}, and here it is {_WORDS[step.status]}"
        ):
            return
        if step.kind not in ("rule", "conjunction", "branch"):
            said = step.binding in ({}, individual_names(goal, binding))
            self._must(said, step, "the binding names what is no individual here")
        if isinstance(closed, AtomF):
            self._failed_atom(step, closed, above, may_sum_up)
        elif self._fields(step, bool(may_sum_up) or _of_any(step, goal, binding)):
            self._worked_out(step, goal, closed, binding, above, may_sum_up)

    def _worked_out(
        self, step: Step, goal: Goal, closed: Literal, binding: Bound, above: Above, may_sum_up: bool | None
    ) -> None:
        match closed:
            case Not(inner):
                said = read_body(step.goal)
                written = said.goal if isinstance(said, Not) else inner
                self._says(step, denied_text(written, step.status, self.book.declarations))
                if not self._kind(step, "negation") or not step.opened or not self._one_child(step):
                    return
                if step.status is Truth.FALSE:
                    self._held(step.children[0], inner, goal.inside, binding)
                else:
                    may = None if step.status is Truth.TRUE else may_sum_up
                    self._not_held(step.children[0], inner, goal.inside, binding, above, may_sum_up=may)
            case Count():
                if self._kind(step, "count"):
                    self._count(step, goal, closed, binding)
            case Aggregate():
                if self._kind(step, "aggregate"):
                    self._aggregate(step, goal, closed, binding)
            case Compare() | Builtin() | Member():
                if self._kind(step, _TESTS[type(closed)]):
                    self._says(step, tested_text(closed, step.status))

    def truth(self, goal: Goal, binding: Bound) -> Truth:
        """The truth of a literal under a binding; its other variables are read as `there is`."""
        known = known_values({var: binding[var] for var in goal.vars if var in binding})
        key = goal, tuple(known.get(var) for var in sorted(goal.vars, key=lambda var: var.name))
        if key not in self._truths:
            self._truths[key] = self.evaluator.truth(((goal,),), known)
        return self._truths[key]

    def _kind(self, step: Step, *kinds: str) -> bool:
        return self._must(step.kind in kinds, step, f"`{step.goal}` is no goal for a node of kind `{step.kind}`")

    def _says(self, step: Step, text: str, *, may_be_other: bool = False) -> None:
        fits = step.text == text or (may_be_other and step.text == say("any_other", text))
        self._must(fits, step, f"its sentence is `{step.text}`, where it ought to be `{text}`")

    def _fields(self, step: Step, may_sum_up: bool | None = False) -> bool:
        """Whether a node has only what its kind has."""
        used = {
            "rule": step.rule, "binding": {text for text in step.binding.values() if not text.startswith("_")}, "cite": step.cite, "evidence": step.evidence, "count": step.count,
            "label": step.label, "children": step.children,
        }  # fmt: skip
        extra = [name for name, value in used.items() if value and name not in _FIELDS.get(step.kind, {"children"})]
        if extra:
            return self._must(False, step, f"a node of kind `{step.kind}` has no `{extra[0]}`")
        if step.kind in ("comparison", "builtin", "member", "summary", "fact") and step.children:
            return self._must(False, step, f"a node of kind `{step.kind}` has no children")
        if step.ways and (step.status is Truth.TRUE or step.kind not in ("rule", "conjunction", "branch")):
            return self._must(False, step, "only a body that is not true is tried in several ways")
        if step.opened:
            return self._must(step.kind != "summary", step, "a summary is not opened")
        if step.kind not in _MAY_BE_CLOSED or not may_sum_up:
            return self._must(False, step, "only what is below an alternative that is not the nearest is left out")
        return self._must(not step.children, step, "what is left out has no children")

    def _one_child(self, step: Step) -> bool:
        return self._must(len(step.children) == 1, step, "it has one child, that shows why")

    def _cites(self, step: Step, pred: Pred, files: Iterable[str | None]) -> None:
        places = {"; ".join(self.book.declarations.places(pred, file, self.section)) or None for file in files}
        self._must(step.cite in places, step, f"the policy has this elsewhere than `{step.cite}`")

    # --- what is true --------------------------------------------------------------------------------------------

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
        for name, text in step.binding.items():
            var = Var(name)
            if text in shared:
                fits = binding.setdefault(var, shared[text]) == shared[text]
            elif re.fullmatch(r"_\d+", text):
                shared[text] = new_individual(var, binding)
                fits = isinstance(binding.setdefault(var, shared[text]), Var)
            elif text == "_":
                fits = isinstance(binding.setdefault(var, new_individual(var, binding)), Var)
            else:
                value = read_constant(text)
                fits = value is not None and term_text(value) == text and binding.setdefault(var, value) == value
            if not fits:
                self._fault(step, f"`{name}` cannot be `{text}` here")
                return None
        return binding

    # --- counts --------------------------------------------------------------------------------------------------

    def _count(self, step: Step, goal: Goal, closed: Count, binding: Bound) -> None:
        """Checks how far a count has got, and its witnesses."""
        found, undocumented, others = self._rows(goal, binding)
        said, limit = step.count, closed.bound.value if isinstance(closed.bound, Int) else None
        if said is None or (said.op, said.bound) != (closed.op, limit):
            self._fault(step, "its `count` is not that of the goal")
            return
        is_full = step.status is Truth.TRUE
        if closed.op == "at_least" and is_full:
            found = [row for row in found if row_text(columns_of(goal, row, is_full)) in said.found]
            undocumented, others = [], False
            self._must(
                len(found) == max(0, limit or 0), step, f"`{len(found)}` rows count here, and it takes `{limit}`"
            )
        wide = [columns_of(goal, row, is_full=True) for row in (*found, *undocumented)]
        is_full = is_full or {*said.found, *said.undocumented} <= set(map(row_text, wide))
        rows = [columns_of(goal, row, is_full) for row in found]
        open_full = is_full and set(said.undocumented) <= set(map(row_text, wide))
        open_rows = [columns_of(goal, row, open_full) for row in undocumented]
        self._must(said.found == tuple(map(row_text, rows)), step, "the rows said to be found are not those that count")
        if others:
            by_text = dict(zip(map(row_text, open_rows), open_rows, strict=True))
            open_rows = [by_text[text] for text in said.undocumented if text in by_text]
        self._must(
            said.undocumented == tuple(map(row_text, open_rows)),
            step,
            "the rows said to be open are not those that are",
        )
        self._must(said.others is others, step, "whether others may count is said wrongly")
        self._says(step, count_text(closed, rows, open_rows, others=others))
        if step.opened:
            more = self._witnesses(step, goal, found, binding)
            wanted = (
                self._closing(goal, closed, binding) if step.status is Truth.FALSE and closed.op == "at_least" else []
            )
            self._closed_by(step, more, wanted)

    def _aggregate(self, step: Step, goal: Goal, closed: Aggregate, binding: Bound) -> None:
        """Checks the rows of an aggregate; its value has been worked out."""
        found, undocumented, others = self._rows(goal, binding)
        is_full = step.status is Truth.TRUE
        if is_full:
            self._says(step, result_text(closed, [columns_of(goal, row, is_full) for row in found]))
        else:
            more = "; " + say("may_be_more") if undocumented or others else ""
            self._says(step, with_truth(step.goal, step.status) + more)
        if step.opened:
            self._closed_by(step, self._witnesses(step, goal, found, binding), [])

    def _rows(self, goal: Goal, binding: Bound) -> tuple[list[tuple[Const, ...]], list[tuple[Const, ...]], bool]:
        """The rows that count for certain, those that may, in standard order, and whether individuals may."""
        rows = self.evaluator.witnesses(sharing(goal, binding), known_values(binding))
        named = {row: truth for row, truth in rows.items() if not any(isinstance(each, int) for each in row)}
        true = sorted((row for row, truth in named.items() if truth is Truth.TRUE), key=row_key)  # type: ignore[arg-type] # constants
        unknown = sorted((row for row, truth in named.items() if truth is Truth.UNKNOWN), key=row_key)  # type: ignore[arg-type]
        return true, unknown, len(named) < len(rows)  # type: ignore[return-value]

    def _witnesses(self, step: Step, goal: Goal, rows: list[tuple[Const, ...]], binding: Bound) -> list[Step]:
        """Checks a proof for each row, and gives the children that are none."""
        shown_rows = [child.goal for child in step.children if child.kind == "witness"]
        full = [columns_of(goal, row, is_full=True) for row in rows]
        is_full = step.status is Truth.TRUE or shown_rows == list(map(row_text, full))
        columns = full if is_full else [columns_of(goal, row, is_full=False) for row in rows]
        shown = [child for child in step.children if child.kind == "witness"]
        if self._must(
            [child.goal for child in shown] == list(map(row_text, columns)),
            step,
            "its witnesses are not the rows that count, each once",
        ):
            known = {var: binding[var] for var in goal.shared if var in binding}
            for child, row, column in zip(shown, rows, columns, strict=True):
                inner = {term: value for term, value in zip(goal.terms, row, strict=True) if isinstance(term, Var)}
                self._says(child, row_words(column))
                if self._fields(child) and self._must(child.opened, child, "a witness is shown"):
                    self._premises(child, goal.inside, {**known, **inner})
        return [child for child in step.children if child.kind != "witness"]

    def _closing(self, goal: Goal, closed: Count, binding: Bound) -> list[AtomF]:
        """What keeps other rows from counting: complete records, and rows that are stated not to be so."""
        found: dict[AtomF, None] = {}
        goals = [each for each in conjuncts(closed.goal) if isinstance(each, AtomF)]
        for each in goals:
            if not self.book.is_open(each.pred) or each.pred.negative:
                continue
            pattern = pattern_of(each)
            if self.evaluator.is_complete(each.pred, pattern):
                found[AtomF(COMPLETE, (each.args[0], Atom(each.pred.name)))] = None
            for row in self.evaluator.rows(each.pred.opposite, pattern, False):
                values = {arg: value for arg, value in zip(each.args, row, strict=True) if isinstance(arg, Var)}
                rest = [substitute(other, values) for other in goals if other is not each]  # type: ignore[arg-type] # constants
                if all(self.evaluator.truth(scoped(other), {}) is not Truth.FALSE for other in rest):
                    found[AtomF(each.pred.opposite, row)] = None  # type: ignore[arg-type]
        return list(found)

    def _closed_by(self, step: Step, children: list[Step], wanted: list[AtomF]) -> None:
        if self._must(
            sorted(child.goal for child in children) == sorted(map(show_atom, wanted)),
            step,
            "what closes the count is not what is shown",
        ):
            by_text = {show_atom(atom): atom for atom in wanted}
            for child in children:
                if self._must(child.status is Truth.TRUE, child, "only what is true closes a count"):
                    self._proof(child, by_text[child.goal])

    # --- what is not true ----------------------------------------------------------------------------------------

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
            f"`{show_body(closed)}` is {_WORDS[truth]}, and here it is {_WORDS[step.status]}",
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

    def _failed_atom(self, step: Step, atom: AtomF, above: Above, may_sum_up: bool | None) -> None:
        """Checks why an atom is false or not known."""
        if not self._fields(step, may_sum_up):
            return
        is_other = any(isinstance(arg, Var) and value_of(arg) is not None for arg in atom.args)
        said = with_truth(sentence(atom, self.book.declarations), step.status)
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

    def _true_atom(self, step: Step, atom: AtomF) -> None:
        if self._must(step.status is Truth.TRUE, step, "a proof is wanted here, and this is not true"):
            self._proof(step, atom)

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
                f"the body of this rule is {_WORDS[truth]}, and here it is {_WORDS[step.status]}",
            ):
                self._shortfalls(step, rule.body, start, (*above, show_atom(atom)), may_sum_up)

    def _shortfalls(
        self, step: Step, body: Sequence[Conjunction], start: Bound, above: Above, may_sum_up: bool | None
    ) -> Conjunction | None:
        """Checks that the children are the literals of one of some conjunctions that are not true, all of them."""
        self._must(step.ways >= 1, step, "it does not say how many ways were looked at")
        remarks = {None if step.ways == 1 else say("nearest", step.ways), say("nearest_of_many", step.ways)}
        self._must(step.label in remarks, step, "the remark does not fit the number of ways")
        binding = self._declared(step, start)
        if binding is None or not body:
            return None
        best: tuple[str, ...] | None = None
        for goals, known in [(each, known) for each in body for known in readings(each, step.children, binding)]:
            pairs, problems = self._listed(step, goals, known)
            if not problems:
                self._names_all(step, start, goals, binding)
                self._must(
                    step.status is min(child.status for child, _, _ in pairs),
                    step,
                    "its status is not the least of its literals",
                )
                for child, goal, extended in pairs:
                    self._literal(child, goal, extended, above, may_sum_up=may_sum_up)
                return goals
            if best is None or len(problems) < len(best):
                best = problems
        for problem in best or ():
            self._fault(step, problem)
        return None

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
                    f"`{show_body(closed)}` is {_WORDS[truth]} under this binding and is not among the children"
                )
            else:
                left.remove(child)
                pairs.append((child, goal, known))
        problems += [f"`{each.goal}` is no literal of the rule that is not true under this binding" for each in left]
        return pairs, tuple(problems)


def _beside(may_sum_up: bool | None, index: int) -> bool | None:
    """Whether the alternative at a place may be summed up: the nearest may not, and none (None) on which a proof rests."""
    return None if may_sum_up is None else may_sum_up or index > 0


def _of_any(step: Step, goal: Goal, binding: Bound) -> bool:
    """Whether a negation fails for any individual, so that no fact shows it."""
    is_any = any(isinstance(binding.get(var), Var) for var in goal.shared)
    return step.kind == "negation" and step.status is Truth.FALSE and is_any
