"""Why a goal is true, false or not known: the explanation as a tree of nodes.

What is true is shown by its smallest proof (explain/derivations.py). What is not is shown by what would have had to
hold: for each rule that could conclude it, the literals that fail or are not documented, under the binding that comes
nearest. Everything asked of the knowledge base is its truth; no step is taken on trust.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.bodies import Binding, OrderedRule, ground, solve, truth
from engine.completion import COMPLETE
from engine.knowledge import AnswerRow, KnowledgeBase
from engine.plan import Reading
from explain.derivations import Check, Counted, Derivations, Premise, RuleBook, premise_of, premise_text
from explain.proof import Evidence, Node, RuleRef
from explain.sentences import body_sentence, listed, question, readable, say, sentence, with_truth
from kb.arithmetic import calculate
from kb.declarations import Declarations
from kb.printer import show_atom, show_body, show_clause, show_expr
from kb.syntax import (
    Aggregate,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Count,
    Member,
    Not,
    Pred,
    conjuncts,
    substitute,
    variables,
)
from kb.terms import Atom, Const, Var, row_key, term_text
from kb.truth import Truth
from kb.vocabulary import BUILTIN_MODES, NUMERIC_COMPARISONS

Issues: TypeAlias = list[tuple[Body, Binding, Truth]]
"""Goals that are not true, each with its binding and truth."""

MOST_NAMED = 6
"""How many names a line lists before it says how many more there are."""


@dataclass(slots=True)
class Explainer:
    """Explains goals over one knowledge base."""

    kb: KnowledgeBase
    book: RuleBook
    section: str | None = None
    """The section of the policy document whose citations are meant where a requirement has several."""
    _derivations: Derivations = field(init=False)
    _proofs: dict[Premise, Node] = field(default_factory=dict)
    _open: list[AtomF] = field(default_factory=list)

    def __post_init__(self) -> None:
        stated: dict[tuple[Pred, tuple[object, ...]], list[Clause]] = {}
        for clause in (*self.kb.rules.facts, *self.kb.facts):
            stated.setdefault((clause.head.pred, clause.head.args), []).append(clause)
        self._derivations = Derivations(self.kb, self.book, stated)

    # --- entry points ------------------------------------------------------------------------------------------

    def atom(self, atom: AtomF) -> Node:
        """The explanation of an atom without variables, whatever its truth."""
        if self.kb.truth(atom) is Truth.TRUE:
            return self._proof(atom)
        return self._shortfall_of_atom(atom)

    def goal(self, goal: Body) -> Node:
        """The explanation of a goal, read as `there is ...`: of its first answer if it has one."""
        answers = self.kb.answers(goal)
        if answers.true:
            return self.answer(goal, dict(zip(answers.variables, answers.true[0], strict=True)))
        return self._shortfall(goal, {}, answers.truth)

    def answers(self, goal: Body) -> list[tuple[AnswerRow, Node]]:
        """Each certain answer of a goal with its proof, in standard order."""
        found = self.kb.answers(goal)
        return [(row, self.answer(goal, dict(zip(found.variables, row, strict=True)))) for row in found.true]

    def answer(self, goal: Body, binding: Binding) -> Node:
        """The proof of a goal that is true under the binding."""
        from engine.scopes import order_goals, rename_goal_locals

        ordered = order_goals(rename_goal_locals(goal), frozenset(binding), frozenset(binding))
        if len(ordered.goals) == 1 and isinstance(ordered.goals[0], AtomF):
            closed = ground(ordered.goals[0], binding)
            if not variables(closed.args):
                return self.atom(closed)
        options = [
            premises
            for goals in _alternatives(ordered.goals)
            for premises in self._derivations.instances(goals, binding)
        ]
        self._settle(premise for premises in options for premise in premises)
        best = min(options, key=lambda premises: (self._total(premises), [premise_text(each) for each in premises]))
        children = tuple(self._premise(premise) for premise in best)
        if len(children) == 1:
            return children[0]
        closed_goal = substitute(goal, binding)
        return Node(
            show_body(closed_goal),
            Truth.TRUE,
            "conjunction",
            body_sentence(closed_goal, self._declared),
            children=children,
        )

    @property
    def _declared(self) -> Declarations:
        return self.kb.declarations

    def _total(self, premises: tuple[Premise, ...]) -> float:
        return sum(1 if isinstance(each, Check) else self._derivations.cost[each] for each in premises)

    # --- proofs of what is true --------------------------------------------------------------------------------

    def _settle(self, premises: Iterable[Premise]) -> None:
        self._derivations.explore(tuple(each for each in premises if not isinstance(each, Check)))

    def _proof(self, item: AtomF | Counted) -> Node:
        """The smallest proof, its parts made before it so that long chains need no deep recursion."""
        self._settle((item,))
        pending: list[Premise] = [item]
        order: list[AtomF | Counted] = []
        seen: set[Premise] = set()
        while pending:
            each = pending.pop()
            if each in seen or isinstance(each, Check) or each in self._proofs:
                continue
            seen.add(each)
            order.append(each)
            pending += self._parts(each)
        for each in sorted(order, key=lambda each: self._derivations.cost[each]):
            self._proofs[each] = self._atom_proof(each) if isinstance(each, AtomF) else self._count_proof(each)
        return self._proofs[item]

    def _parts(self, item: AtomF | Counted) -> Iterator[Premise]:
        if isinstance(item, AtomF):
            yield from self._derivations.best_step(item).premises
        else:
            for _, step in self._derivations.best_witnesses(item):
                yield from step.premises

    def _premise(self, premise: Premise) -> Node:
        if isinstance(premise, Check):
            return self._check(premise.goal, dict(premise.binding), Truth.TRUE)
        return self._proofs.get(premise) or self._proof(premise)

    def _atom_proof(self, atom: AtomF) -> Node:
        step = self._derivations.best_step(atom)
        text = sentence(atom, self._declared)
        if step.rule is None:
            return self._fact(atom)
        children = tuple(self._premise(premise) for premise in step.premises)
        label = "derived" if self._declared.is_abducible(atom.pred.positive) else None
        return Node(
            show_atom(atom),
            Truth.TRUE,
            "rule",
            text,
            _reference(step.rule),
            self._cites(atom.pred, step.rule.clause),
            (),
            children,
            label,
        )

    def _fact(self, atom: AtomF) -> Node:
        evidence = tuple(
            sorted((Evidence.at(clause.span) for clause in self._derivations.stated[atom.pred, atom.args]), key=str)
        )
        cite = (
            ()
            if self._declared.is_abducible(atom.pred.positive)
            else self._cites(atom.pred, self._derivations.stated[atom.pred, atom.args][0])
        )
        return Node(show_atom(atom), Truth.TRUE, "fact", sentence(atom, self._declared), cite=cite, evidence=evidence)

    def _cites(self, pred: Pred, clause: Clause | None = None) -> tuple[str, ...]:
        return self._declared.places(pred, clause.span.file if clause else None, self.section)

    def _count_proof(self, counted: Counted) -> Node:
        goal, binding = counted.goal, dict(counted.binding)
        witnesses = self._derivations.best_witnesses(counted)
        children = []
        for witness, step in witnesses:
            parts = tuple(self._premise(premise) for premise in step.premises)
            children.append(
                Node(_row_text(witness.row), Truth.TRUE, "witness", _row_words(witness.row), children=parts)
            )
        text = self._count_text(goal, binding, [witness.row for witness, _ in witnesses], Truth.TRUE)
        kind = "count" if isinstance(goal, Count) else "aggregate"
        return Node(show_body(substitute(goal, binding)), Truth.TRUE, kind, text, children=tuple(children))

    def _count_text(
        self, goal: Count | Aggregate, binding: Binding, rows: list[tuple[Const, ...]], status: Truth
    ) -> str:
        names = _row_list(rows) or say("none")
        if isinstance(goal, Aggregate):
            result = substitute(goal, binding)
            assert isinstance(result, Aggregate)
            return f"{goal.op} = {readable(result.result)}: {names}"
        bound = binding.get(goal.bound, goal.bound) if isinstance(goal.bound, Var) else goal.bound
        if goal.op == "at_most":
            return say("at_most", readable(bound), names)
        found = say("found", len(rows), readable(bound))
        return f"{found}: {names}" if rows else found

    # --- comparisons, built-ins and negations ------------------------------------------------------------------

    def _check(self, goal: Body, binding: Binding, status: Truth) -> Node:
        closed = substitute(goal, binding)
        text = show_body(closed)
        match goal:
            case Compare(op, left, right):
                shown = text
                if op in NUMERIC_COMPARISONS:
                    values = [calculate(side, binding) for side in (left, right)]
                    if None not in values:
                        shown = f"{show_expr(values[0])} {op} {show_expr(values[1])}"  # type: ignore[arg-type]
                return Node(text, status, "comparison", with_truth(shown, status))
            case Builtin():
                return Node(text, status, "builtin", with_truth(_builtin_text(closed), status))  # type: ignore[arg-type]
            case Member():
                return Node(text, status, "member", with_truth(text, status))
            case Not(inner):
                denied = body_sentence(substitute(inner, binding), self._declared)
                if status is Truth.FALSE:
                    child, said = self._holds(inner, binding), say("against", denied)
                else:
                    child, said = self._shortfall(inner, binding, _swap(status)), with_truth(denied, _swap(status))
                return Node(text, status, "negation", said, children=(child,))
            case _:
                raise AssertionError("not a check")

    def _holds(self, goal: Body, binding: Binding) -> Node:
        """The proof of a goal that is true under a binding, its other variables read as `there is`."""
        options = [p for goals in _alternatives(conjuncts(goal)) for p in self._derivations.instances(goals, binding)]
        self._settle(premise for premises in options for premise in premises)
        best = min(options, key=lambda premises: (self._total(premises), [premise_text(each) for each in premises]))
        children = tuple(self._premise(premise) for premise in best)
        if len(children) == 1:
            return children[0]
        closed = substitute(goal, binding)
        return Node(
            show_body(closed), Truth.TRUE, "conjunction", body_sentence(closed, self._declared), children=children
        )

    # --- what is not true --------------------------------------------------------------------------------------

    def _shortfall(self, goal: Body, binding: Binding, status: Truth) -> Node:
        """Why a goal is false or not known under a binding."""
        goal = substitute(goal, binding) if isinstance(goal, AtomF) else goal
        match goal:
            case AtomF():
                return self._shortfall_of_atom(goal)
            case Count() | Aggregate():
                return self._shortfall_of_count(goal, binding, status)
            case Compare() | Builtin() | Member() | Not():
                return self._check(goal, binding, status)
            case _:
                options = [self._nearest(goals, binding, status) for goals in _alternatives(conjuncts(goal))]
                closed = substitute(goal, binding)
                said = with_truth(body_sentence(closed, self._declared), status)
                children = tuple(child for option in options for child in option)
                return Node(show_body(closed), status, "conjunction", said, children=children)

    def _shortfall_of_atom(self, atom: AtomF) -> Node:
        status = self._truth(atom)
        text, goal = sentence(atom, self._declared), show_atom(atom)
        said = with_truth(text, status)
        if atom in self._open:
            return Node(goal, status, "no_rule", said, label="depends on itself")
        if self.kb.engine.completion.is_open(atom.pred) or self._declared.is_abducible(atom.pred.positive):
            return self._open_atom(atom, status, said)
        self._open.append(atom)
        try:
            children = tuple(self._failed_rules(atom, status))
        finally:
            self._open.pop()
        if not children:
            return Node(goal, status, "no_rule", said, label=say("no_other"))
        if len(children) == 1 and children[0].goal == goal:
            return children[0]
        return Node(goal, status, "alternatives", said, cite=self._cites(atom.pred), children=children)

    def _truth(self, atom: AtomF) -> Truth:
        return truth(self.kb, atom, {})

    def _open_atom(self, atom: AtomF, status: Truth, said: str) -> Node:
        """Why an abducible atom, or its strong negation, is not true: by the lines that decide it, in their order."""
        goal = show_atom(atom)
        asked = question(atom.pred, atom.args, self._declared)
        if status is Truth.UNKNOWN:
            return Node(goal, status, "not_documented", said, label=asked)
        positive = AtomF(atom.pred.positive, atom.args)
        if atom.pred.negative:
            if not variables(atom.args) and self.kb.truth(positive) is Truth.TRUE:
                return Node(goal, status, "no_rule", said, children=(self._proof(positive),))
            return Node(goal, status, "no_rule", said, label=say("no_other"))
        opposite = AtomF(atom.pred.opposite, atom.args)
        if not variables(atom.args) and self.kb.truth(opposite) is Truth.TRUE:
            return Node(goal, status, "stated_false", said, children=(self._proof(opposite),))
        if atom.args and not isinstance(atom.args[0], Var):
            record = AtomF(COMPLETE, (atom.args[0], Atom(atom.pred.name)))
            if self.kb.truth(record) is Truth.TRUE:
                return Node(goal, status, "closed_record", said, children=(self._fact(record),))
        other = self._other_value(atom)
        if other is not None:
            return Node(goal, status, "other_value", said, children=(self._proof(other),))
        return Node(goal, status, "closed_record", said, label="read in a closed world")

    def _other_value(self, atom: AtomF) -> AtomF | None:
        declared = self._declared.functional.get(atom.pred)
        if declared is None:
            return None
        fresh = tuple(
            arg if key else Var(f"v{i}#") for i, (arg, key) in enumerate(zip(atom.args, declared.keys, strict=True))
        )
        rows = sorted(self.kb.rows(atom.pred, fresh, Reading.CERTAIN), key=row_key)
        return AtomF(atom.pred, rows[0]) if rows else None

    def _failed_rules(self, atom: AtomF, status: Truth) -> Iterator[Node]:
        """For each rule that could conclude the atom, why it does not; near misses first."""
        found: dict[Clause, tuple[tuple[int, int], Node]] = {}
        for rule, goals in self.book.rules(atom.pred):
            binding = _match(rule.head, atom)
            if binding is None:
                continue
            issues, ways = self._issues(goals, binding)
            if not issues:
                continue
            rank = _rank(issues)
            reached = Truth.FALSE if rank[0] else Truth.UNKNOWN
            children = tuple(self._shortfall(goal, bound, state) for goal, bound, state in issues)
            node = Node(
                show_atom(atom), reached, "rule", with_truth(sentence(atom, self._declared), reached),
                _reference(rule), self._cites(atom.pred, rule.clause), (), children,
                say("nearest", ways) if ways > 1 else None,
            )  # fmt: skip
            if rule.clause not in found or rank < found[rule.clause][0]:
                found[rule.clause] = rank, node
        yield from (
            node
            for _, node in sorted(found.values(), key=lambda pair: (pair[0], pair[1].rule.text if pair[1].rule else ""))
        )

    def _nearest(self, goals: tuple[Body, ...], binding: Binding, status: Truth) -> list[Node]:
        return [self._shortfall(goal, bound, state) for goal, bound, state in self._issues(goals, binding)[0]]

    def _issues(self, goals: tuple[Body, ...], binding: Binding) -> tuple[Issues, int]:
        """The goals that fail or are not known, under the binding with the fewest of them, and how many bindings were
        looked at.

        A goal that waits for a variable which a failing goal would have bound is passed over: it says nothing.
        """
        ways = list(self._paths(goals, binding, [], _Budget()))
        best = min(ways, key=lambda issues: (_rank(issues), _issue_key(issues)), default=[])
        return best, len({tuple(_issue_key(issues)) for issues in ways})

    def _paths(self, goals: tuple[Body, ...], binding: Binding, issues: Issues, budget: _Budget) -> Iterator[Issues]:
        if not goals:
            yield issues
            return
        goal, rest = goals[0], goals[1:]
        if _waits(goal, binding):
            yield from self._paths(rest, binding, issues, budget)
            return
        solved = False
        for extended in solve(self.kb, goal, binding):
            if not budget.spend():
                break
            solved = True
            yield from self._paths(rest, extended, issues, budget)
        if isinstance(goal, AtomF):
            yield from self._possible_paths(goal, rest, binding, issues, budget, solved)
        elif not solved:
            yield from self._paths(rest, binding, [*issues, (goal, binding, truth(self.kb, goal, binding))], budget)

    def _possible_paths(
        self, goal: AtomF, rest: tuple[Body, ...], binding: Binding,
        issues: Issues, budget: _Budget, solved: bool,
    ) -> Iterator[Issues]:  # fmt: skip
        """Goes on with what an atom could be, where it is not known, or without it, where it fails."""
        atom = ground(goal, binding)
        state = self._truth(atom)
        if not variables(atom.args):
            if not solved:
                yield from self._paths(rest, binding, [*issues, (goal, binding, state)], budget)
            return
        if state is Truth.FALSE:
            yield from self._paths(rest, binding, [*issues, (goal, binding, state)], budget)
            return
        answers = self.kb.answers(atom)
        for row in answers.unknown:
            if not budget.spend():
                return
            known = {var: each for var, each in zip(answers.variables, row, strict=True) if not isinstance(each, Var)}
            yield from self._paths(rest, binding | known, [*issues, (goal, binding | known, Truth.UNKNOWN)], budget)

    def _shortfall_of_count(self, goal: Count | Aggregate, binding: Binding, status: Truth) -> Node:
        """Why a count falls short or is not known: how far it got, and what would close it."""
        counted = premise_of(goal, binding)
        assert isinstance(counted, Counted)
        rows, may_be, more = self._counted(counted)
        closed = substitute(goal, binding)
        if isinstance(goal, Aggregate):
            text = with_truth(show_body(closed), status)
            return Node(show_body(closed), status, "aggregate", text)
        text = self._count_text(goal, binding, rows, status)
        if may_be:
            text += "; " + self._would_do(counted.bound, rows, may_be)
        if more:
            text += "; " + say("may_be_more")
        witnesses = [
            Node(_row_text(row), Truth.TRUE, "witness", _row_words(row), children=self._witness(counted, row))
            for row in rows
        ]
        return Node(show_body(closed), status, "count", text, children=tuple(witnesses))

    def _would_do(self, bound: int | None, rows: list[tuple[Const, ...]], may_be: list[tuple[Const, ...]]) -> str:
        lacking = (bound or 0) - len(rows)
        if lacking > 1:
            return say("several_would_do", lacking, _row_list(may_be))
        return say("would_do", _row_list(may_be, "or"))

    def _witness(self, counted: Counted, row: tuple[Const, ...]) -> tuple[Node, ...]:
        binding = dict(counted.binding) | {
            term: value for term, value in zip(counted.columns, row, strict=True) if isinstance(term, Var)
        }
        node = self._holds(counted.goal.goal, binding)
        return node.children if node.kind == "conjunction" else (node,)

    def _counted(self, counted: Counted) -> tuple[list[tuple[Const, ...]], list[tuple[Const, ...]], bool]:
        """The rows that count for certain, those that may, and whether others than constants may."""
        binding = dict(counted.binding)
        columns = tuple(variables(counted.columns))
        true: set[tuple[Const, ...]] = set()
        unknown: set[tuple[Const, ...]] = set()
        more = False
        for row in self.kb.part_rows(counted.goal.goal, columns, binding):
            values, state = row
            if any(isinstance(each, Var) for each in values):
                more = True
            elif state is Truth.TRUE:
                true.add(values)  # type: ignore[arg-type] # constants only
            else:
                unknown.add(values)  # type: ignore[arg-type]
        return sorted(true, key=row_key), sorted(unknown, key=row_key), more


class _Budget:
    """Keeps the search for the nearest miss short: it looks at this many bindings."""

    def __init__(self, bindings: int = 400) -> None:
        self.left = bindings

    def spend(self) -> bool:
        self.left -= 1
        return self.left >= 0


def _rank(issues: Issues) -> tuple[int, int]:
    failed = sum(state is Truth.FALSE for _, _, state in issues)
    return failed, len(issues) - failed


def _issue_key(issues: Issues) -> list[str]:
    return [show_body(substitute(goal, binding)) for goal, binding, _ in issues]


def _waits(goal: Body, binding: Binding) -> bool:
    """Whether a goal needs a variable that is not bound."""
    match goal:
        case AtomF() | Member():
            return False
        case Compare("=" | "is", _, right):
            return any(isinstance(term, Var) and term not in binding for term in _expr_vars(right))
        case Compare(_, left, right):
            return any(var not in binding for var in (*_expr_vars(left), *_expr_vars(right)))
        case Builtin(name, args):
            modes = BUILTIN_MODES[name]
            return any(
                isinstance(arg, Var) and arg not in binding
                for arg, is_input in zip(args, modes, strict=True)
                if is_input
            )
        case _:
            return False


def _expr_vars(expr: object) -> list[Var]:
    from kb.syntax import expr_terms

    return [term for term in expr_terms(expr) if isinstance(term, Var)]  # type: ignore[arg-type]


def _match(head: AtomF, atom: AtomF) -> Binding | None:
    """What an atom, perhaps with variables, gives the variables of a head."""
    binding: Binding = {}
    for ours, theirs in zip(head.args, atom.args, strict=True):
        if isinstance(theirs, Var):
            continue
        if (binding.setdefault(ours, theirs) if isinstance(ours, Var) else ours) != theirs:
            return None
    return binding


def _alternatives(goals: tuple[Body, ...]) -> Iterator[tuple[Body, ...]]:
    from explain.derivations import without_or

    return without_or(goals)


def _swap(status: Truth) -> Truth:
    return {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}[status]


def _reference(rule: OrderedRule) -> RuleRef:
    span = rule.clause.span
    return RuleRef(show_clause(rule.clause), span.file, span.line)


def _row_text(row: tuple[Const, ...]) -> str:
    return "-".join(term_text(each) for each in row)


def _row_words(row: tuple[Const, ...]) -> str:
    return ", ".join(readable(each) for each in row)


def _row_list(rows: list[tuple[Const, ...]], joint: str = "and") -> str:
    if all(len(row) == 1 for row in rows):
        shown = listed((row[0] for row in rows[:MOST_NAMED]), joint)
    else:
        shown = "; ".join(_row_words(row) for row in rows[:MOST_NAMED])
    return shown + (f" and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else "")


def _builtin_text(builtin: Builtin) -> str:
    shown = [readable(arg) for arg in builtin.args]
    match builtin.name:
        case "age":
            return f"who was born on {shown[0]} is {shown[2]} years old on {shown[1]}"
        case "days_between":
            return f"from {shown[0]} to {shown[1]} it is {shown[2]} days"
        case "add_days":
            return f"{shown[1]} days after {shown[0]} it is {shown[2]}"
        case "add_months":
            return f"{shown[1]} months after {shown[0]} it is {shown[2]}"
        case _:
            return show_body(builtin)
