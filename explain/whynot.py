"""Why a goal is not true: for each rule that could conclude it, every literal that fails or is not documented.

A rule is shown under the binding that comes nearest. Of several rules the nearest is opened, and the others are
summarised by their literals, unless every one is asked for. What recurs upon itself is said once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.bodies import OrderedRule, Partial, ground, truth
from engine.completion import COMPLETE
from engine.knowledge import Individual, KnowledgeBase
from engine.plan import Reading
from explain.comparisons import worked_out
from explain.counts import Row, count_state, count_text, counted_rows, witness_node
from explain.derivations import Counted, premise_of, shown_binding, without_or
from explain.proof import Node, RuleRef
from explain.sentences import body_sentence, literal_text, question, say, sentence, with_truth
from explain.ways import Issue, Nearest, Way, nearest
from kb.declarations import Declarations
from kb.printer import show_atom, show_clause
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
    body_vars,
    conjuncts,
    substitute,
    variables,
)
from kb.terms import Atom, Const, Var, row_key
from kb.truth import Truth

if TYPE_CHECKING:
    from explain.why import Explainer


@dataclass(slots=True)
class Shortfalls:
    """Explains goals that are false or not known; proofs of what is true come from the explainer."""

    explainer: Explainer
    _open: list[AtomF] = field(default_factory=list)
    _ranked: dict[tuple[AtomF, frozenset[Var]], list[Ranked]] = field(default_factory=dict)
    _whole: bool = False
    """Whether every alternative is opened, as where a proof rests on the failure of each."""

    @property
    def kb(self) -> KnowledgeBase:
        return self.explainer.kb

    @property
    def declared(self) -> Declarations:
        return self.kb.declarations

    # --- goals -------------------------------------------------------------------------------------------------

    def of_goal(self, goal: Body, binding: Partial | None = None) -> Node:
        """Why a goal is not true under a binding, its other variables read as `there is`."""
        binding = {} if binding is None else binding
        issue = Issue(goal, binding, truth(self.kb, goal, binding))
        if isinstance(goal, AtomF):
            is_asked = not self._open
            return _marked(issue, self._of_atom(*_about(goal, binding), issue.status, is_asked=is_asked))
        return self._of_literal(issue)

    def refuting(self, goal: Body, binding: Partial) -> Node:
        """Why a goal is not true, with every alternative opened, since a proof rests on the failure of each."""
        before, self._whole = self._whole, True
        try:
            return self.of_goal(goal, binding)
        finally:
            self._whole = before

    def _opens(self, index: int) -> bool:
        """Whether the alternative at a place, the nearest being first, is opened or summarised."""
        return index == 0 or self._whole or self.explainer.every

    def _of_literal(self, issue: Issue, *, opened: bool = True) -> Node:
        """Why a literal is not true, or that in one line; it says so where it is about individuals that are not named."""
        return _marked(issue, self._opened(issue) if opened else self._summary(issue))

    def _opened(self, issue: Issue) -> Node:
        goal, binding, status = issue.goal, issue.binding, issue.status
        match goal:
            case AtomF():
                return self._of_atom(*_about(goal, binding), status)
            case Count() | Aggregate():
                return self._of_count(goal, binding, status)
            case Compare() | Builtin() | Member():
                return worked_out(goal, binding, status)
            case Not(inner):
                return self._of_negation(goal, inner, binding, status)
            case _:
                return self._of_conjunction(goal, binding, status)

    def _summary(self, issue: Issue) -> Node:
        """A literal that is not true in one line, with what is known of it but not why."""
        goal, binding, status = issue.goal, issue.binding, issue.status
        match goal:
            case AtomF():
                return self._atom_summary(_about(goal, binding)[0], status)
            case Count() | Aggregate():
                return self._of_count(goal, binding, status, opened=False)
            case Compare() | Builtin() | Member():
                return worked_out(goal, binding, status)
            case Not(inner):
                denied = body_sentence(substitute(inner, dict(binding)), self.declared)
                said = say("against", denied) if status is Truth.FALSE else with_truth(denied, status)
                return Node(literal_text(goal, binding), status, "negation", said, opened=False)
            case _:
                raise AssertionError("conjunctions and alternatives are opened before")

    def _atom_summary(self, atom: AtomF, status: Truth) -> Node:
        said = with_truth(sentence(atom, self.declared), status)
        cite = () if self._is_open(atom) else self.explainer.cites(atom.pred)
        return Node(show_atom(atom), status, "summary", said, cite=cite, opened=False)

    def _summaries(self, way: Way) -> tuple[Node, ...]:
        """The literals of a way in one line each; an only one that is concluded by a rule by those of that rule."""
        if len(way.issues) == 1 and isinstance(way.issues[0].goal, AtomF):
            atom, individuals = _about(way.issues[0].goal, way.issues[0].binding)
            if not self._is_open(atom) and atom not in self._open:
                ranked = self._rules_by_distance(atom, individuals)
                if len(ranked) == 1:
                    self._open.append(atom)
                    try:
                        return (self._failed_rule(atom, ranked[0].rule, ranked[0].found, opened=False),)
                    finally:
                        self._open.pop()
        return tuple(self._of_literal(issue, opened=False) for issue in way.issues)

    def _of_negation(self, goal: Not, inner: Body, binding: Partial, status: Truth) -> Node:
        denied = body_sentence(substitute(inner, dict(binding)), self.declared)
        text = literal_text(goal, binding)
        if status is not Truth.FALSE:
            return Node(text, status, "negation", with_truth(denied, status), children=(self.of_goal(inner, binding),))
        known = {var: binding[var] for var in body_vars(inner) if var in binding}
        proved = {var: value for var, value in known.items() if not isinstance(value, Var)}
        if len(proved) < len(known):  # it holds of any individual, so no fact shows it
            return Node(text, status, "negation", say("against", denied), opened=False)
        return Node(text, status, "negation", say("against", denied), children=(self.explainer.holds(inner, proved),))

    def _of_conjunction(self, goal: Body, binding: Partial, status: Truth) -> Node:
        """A goal of several literals, or of alternatives: of each alternative what is not true."""
        found = sorted(
            (self._way(goals, binding) for goals in without_or(conjuncts(goal))), key=lambda each: each.way.key
        )
        said = with_truth(body_sentence(substitute(goal, dict(binding)), self.declared), status)
        if len(found) == 1:
            way = found[0].way
            return Node(
                literal_text(goal, binding), status, "conjunction", said,
                children=self._literals(way), label=_remark(found[0]), binding=shown_binding(way.binding), ways=found[0].ways,
            )  # fmt: skip
        branches = []
        for index, each in enumerate(found):
            opened = self._opens(index)
            text = "; ".join(issue.text for issue in each.way.issues)
            branches.append(
                Node(
                    text,
                    each.way.status,
                    "branch",
                    with_truth(text, each.way.status),
                    label=_remark(each),
                    children=self._literals(each.way, opened=opened),
                    binding=shown_binding(each.way.binding),
                    ways=each.ways,
                )
            )
        return Node(literal_text(goal, binding), status, "alternatives", said, children=tuple(branches))

    def _way(self, goals: tuple[Body, ...], binding: Partial) -> Nearest:
        found = nearest(self.kb, goals, binding)
        assert found is not None
        return found

    def _literals(self, way: Way, *, opened: bool = True) -> tuple[Node, ...]:
        return tuple(self._of_literal(issue) for issue in way.issues) if opened else self._summaries(way)

    # --- atoms -------------------------------------------------------------------------------------------------

    def _is_open(self, atom: AtomF) -> bool:
        return self.declared.is_abducible(atom.pred.positive)

    def _of_atom(self, atom: AtomF, individuals: frozenset[Var], status: Truth, *, is_asked: bool = False) -> Node:
        said = with_truth(sentence(atom, self.declared), status)
        goal = show_atom(atom)
        if atom in self._open:
            return Node(goal, status, "no_rule", said, label=say("itself"))
        if self._is_open(atom) and not (is_asked and status is not Truth.FALSE and self._rules(atom, individuals)):
            return self._open_atom(atom, status, said)
        self._open.append(atom)
        try:
            children = tuple(self._failed_rules(atom, individuals))
        finally:
            self._open.pop()
        if self._is_open(atom):
            asked = question(atom.pred, atom.args, self.declared)
            return Node(goal, status, "not_documented", said, label=asked, children=children)
        if not children:
            return Node(goal, status, "no_rule", said, label=say("no_other"))
        if len(children) == 1 and children[0].status is status:
            return children[0]
        return Node(goal, status, "alternatives", said, cite=self.explainer.cites(atom.pred), children=children)

    def _rules(self, atom: AtomF, individuals: frozenset[Var]) -> list[tuple[OrderedRule, tuple[Body, ...], Partial]]:
        """The rules whose heads match an atom, once for each choice among alternatives in their bodies."""
        found = []
        for rule, goals in self.explainer.book.rules(atom.pred):
            binding = _match(rule.head, atom, individuals)
            if binding is not None:
                found.append((rule, goals, binding))
        return found

    def _failed_rules(self, atom: AtomF, individuals: frozenset[Var]) -> Iterator[Node]:
        """For each rule that could conclude the atom, why it does not; near misses first."""
        for index, each in enumerate(self._rules_by_distance(atom, individuals)):
            yield self._failed_rule(atom, each.rule, each.found, opened=self._opens(index))

    def _rules_by_distance(self, atom: AtomF, individuals: frozenset[Var]) -> list[Ranked]:
        """The rules that could conclude an atom, each the nearest way it comes to it, near misses first."""
        key = (atom, individuals)
        if key in self._ranked:
            return self._ranked[key]
        self._ranked[key] = []  # what leads back to the atom finds no way there
        best: dict[Clause, Ranked] = {}
        for rule, goals, binding in self._rules(atom, individuals):
            found = nearest(self.kb, goals, binding)
            if found is None:
                continue
            ranked = Ranked(rule, found, self._distance(found.way, len(goals)))
            if rule.clause not in best or ranked.key < best[rule.clause].key:
                best[rule.clause] = ranked
        self._ranked[key] = sorted(best.values(), key=lambda each: each.key)
        return self._ranked[key]

    def _distance(self, way: Way, literals: int) -> Distance:
        """How far a way is from holding, by what its literals come down to."""
        parts = [self._distance_of(issue) for issue in way.issues]
        holding = literals - len(way.issues) + sum(each.holding for each in parts)
        return Distance(sum(each.failed for each in parts), sum(each.unknown for each in parts), holding)

    def _distance_of(self, issue: Issue) -> Distance:
        goal, status = issue.goal, issue.status
        if isinstance(goal, AtomF):
            atom, individuals = _about(goal, issue.binding)
            ranked = [] if self._is_open(atom) else self._rules_by_distance(atom, individuals)
            if ranked:
                return ranked[0].distance
        if isinstance(goal, Count) and goal.op == "at_least":
            counted = premise_of(goal, issue.binding)
            assert isinstance(counted, Counted)
            found, undocumented, others = counted_rows(self.kb, counted)
            lacking = max(0, (counted.bound or 0) - len(found))
            may = lacking if others else min(lacking, len(undocumented))
            return Distance(lacking - may, may, len(found))
        return Distance(1, 0, 0) if status is Truth.FALSE else Distance(0, 1, 0)

    def _failed_rule(self, atom: AtomF, rule: OrderedRule, found: Nearest, *, opened: bool) -> Node:
        status = found.way.status
        return Node(
            show_atom(atom),
            status,
            "rule",
            with_truth(sentence(atom, self.declared), status),
            RuleRef.of(rule.clause),
            self.explainer.cites(atom.pred, rule.clause),
            (),
            self._literals(found.way, opened=opened),
            _remark(found),
            shown_binding(found.way.binding),
            ways=found.ways,
        )

    def _open_atom(self, atom: AtomF, status: Truth, said: str) -> Node:
        """Why an abducible atom, or its strong negation, is not true: by the lines that decide it, in their order."""
        goal = show_atom(atom)
        if status is Truth.UNKNOWN:
            return Node(goal, status, "not_documented", said, label=question(atom.pred, atom.args, self.declared))
        positive = AtomF(atom.pred.positive, atom.args)
        if atom.pred.negative:
            if not variables(atom.args) and self.kb.truth(positive) is Truth.TRUE:
                return Node(goal, status, "no_rule", said, children=(self.explainer.proof(positive),))
            return Node(goal, status, "no_rule", said, label=say("no_other"))
        opposite = AtomF(atom.pred.opposite, atom.args)
        if not variables(atom.args) and self.kb.truth(opposite) is Truth.TRUE:
            return Node(goal, status, "stated_false", said, children=(self.explainer.proof(opposite),))
        record = self._complete_record(atom)
        if record is not None:
            return Node(goal, status, "closed_record", said, children=(record,))
        other = self._other_value(atom)
        if other is not None:
            return Node(goal, status, "other_value", said, children=(self.explainer.proof(other),))
        return Node(goal, status, "closed_record", said, label=say("closed_world"))

    def _complete_record(self, atom: AtomF) -> Node | None:
        """The fact that the record of an atom's predicate is complete for its case, if it is stated."""
        if not atom.args or isinstance(atom.args[0], Var):
            return None
        record = AtomF(COMPLETE, (atom.args[0], Atom(atom.pred.name)))
        return self.explainer.fact(record) if self.kb.truth(record) is Truth.TRUE else None

    def _other_value(self, atom: AtomF) -> AtomF | None:
        declared = self.declared.functional.get(atom.pred)
        if declared is None or any(
            is_key and isinstance(arg, Var) for arg, is_key in zip(atom.args, declared.keys, strict=True)
        ):
            return None
        fresh = tuple(
            arg if key else Var(f"v{i}#") for i, (arg, key) in enumerate(zip(atom.args, declared.keys, strict=True))
        )
        rows = sorted(self.kb.rows(atom.pred, fresh, Reading.CERTAIN), key=row_key)
        return AtomF(atom.pred, rows[0]) if rows else None

    # --- counts ------------------------------------------------------------------------------------------------

    def possible(self, counted: Counted) -> tuple[list[Row], bool]:
        """The rows that may count but are not certain, and whether individuals not named may."""
        _, undocumented, others = counted_rows(self.kb, counted)
        return undocumented, others

    def _of_count(self, goal: Count | Aggregate, binding: Partial, status: Truth, *, opened: bool = True) -> Node:
        """Why a count falls short or is not known: how far it got, and what would close it."""
        counted = premise_of(goal, binding)
        assert isinstance(counted, Counted)
        text = literal_text(goal, binding)
        if isinstance(goal, Aggregate):
            return self._of_aggregate(counted, text, status, opened=opened)
        rows, undocumented, others = counted_rows(self.kb, counted)
        children = [self._witness(counted, row) for row in rows] if opened else []
        if opened and status is Truth.FALSE and goal.op == "at_least":
            children += self._why_no_more(goal, binding)
        return Node(
            text, status, "count", count_text(counted, rows, undocumented, others), children=tuple(children),
            count=count_state(counted, rows, undocumented, others), opened=opened,
        )  # fmt: skip

    def _of_aggregate(self, counted: Counted, text: str, status: Truth, *, opened: bool) -> Node:
        rows, undocumented, others = counted_rows(self.kb, counted)
        children = tuple(self._witness(counted, row) for row in rows) if opened else ()
        said = with_truth(text, status)
        if undocumented or others:
            said += "; " + say("may_be_more")
        return Node(text, status, "aggregate", said, children=children, opened=opened)

    def _witness(self, counted: Counted, row: Row) -> Node:
        binding = counted.known | {
            term: value for term, value in zip(counted.columns, row, strict=True) if isinstance(term, Var)
        }
        node = self.explainer.holds(counted.goal.goal, binding)
        return witness_node(row, node.children if node.kind == "conjunction" else (node,))

    def _why_no_more(self, goal: Count, binding: Partial) -> Iterator[Node]:
        """What keeps other rows from counting: records that are complete, and what is stated not to be so."""
        seen = set()
        for each in conjuncts(goal.goal):
            if not isinstance(each, AtomF) or not self._is_open(each) or each.pred.negative:
                continue
            atom = ground(each, binding)
            record = self._complete_record(atom)
            if record is not None and record.goal not in seen:
                seen.add(record.goal)
                yield record
            denied = AtomF(atom.pred.opposite, atom.args)
            for row in sorted(self.kb.rows(denied.pred, denied.args, Reading.CERTAIN), key=row_key):
                if self._would_count(goal, each, row, binding):
                    yield self.explainer.proof(AtomF(denied.pred, row))

    def _would_count(self, goal: Count, denied: AtomF, row: tuple[Const, ...], binding: Partial) -> bool:
        """Whether the other literals of a count's goal are not false for a row that one of them is denied for."""
        bound = dict(binding) | {
            arg: value for arg, value in zip(denied.args, row, strict=True) if isinstance(arg, Var)
        }
        return all(
            truth(self.kb, each, bound) is not Truth.FALSE
            for each in conjuncts(goal.goal)
            if each is not denied and isinstance(each, AtomF)
        )


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a rule is from concluding: the literals that fail or are not documented, followed down to where nothing
    more is concluded, and those that hold."""

    failed: int
    unknown: int
    holding: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A rule that does not conclude, under its nearest way."""

    rule: OrderedRule
    found: Nearest
    distance: Distance

    @property
    def key(self) -> tuple[object, ...]:
        """Puts near misses first: what fails least, then what is documented most, then where most holds."""
        distance = self.distance
        return distance.failed, distance.unknown, -distance.holding, self.found.way.key, show_clause(self.rule.clause)


def _remark(found: Nearest) -> str | None:
    if found.many:
        return say("nearest_of_many", found.ways)
    return say("nearest", found.ways) if found.ways > 1 else None


def _marked(issue: Issue, node: Node) -> Node:
    """The node of a literal with what says that it is about individuals that are not named."""
    mentioned = body_vars(issue.goal)
    individuals = shown_binding(
        {var: value for var, value in issue.binding.items() if var in mentioned and isinstance(value, Var)}
    )
    if issue.is_other:
        node = replace(node, text=say("any_other", node.text))
    return replace(node, binding=individuals) if individuals and not node.binding else node


def _about(goal: AtomF, binding: Partial) -> tuple[AtomF, frozenset[Var]]:
    """The atom under a binding, and the individuals not named that it is about; they go by the atom's own variables."""
    names: dict[Var, Var] = {}
    own: dict[Var, Individual] = {}
    for var in variables(goal.args):
        value = binding.get(var)
        if isinstance(value, Var):
            own[var] = names.setdefault(value, var)
        elif value is not None:
            own[var] = value
    return ground(goal, own), frozenset(names.values())


def _match(head: AtomF, atom: AtomF, individuals: frozenset[Var]) -> Partial | None:
    """What an atom gives the variables of a head; its own variables give nothing, unless they stand for individuals."""
    binding: dict[Var, Individual] = {}
    for ours, theirs in zip(head.args, atom.args, strict=True):
        if isinstance(theirs, Var) and theirs not in individuals:
            continue
        if (binding.setdefault(ours, theirs) if isinstance(ours, Var) else ours) != theirs:
            return None
    return binding
