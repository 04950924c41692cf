"""Why a goal is not true: for each rule that could conclude it, every literal that fails or is not documented.

A rule is shown by the attempt at it that comes nearest (explain/proof/near_misses.py). Of several rules the nearest is opened,
and the others are summarised by their literals, unless every one is asked for. What recurs upon itself is said once. An atom
whose predicate does not recur is explained once, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from engine.bodies import OrderedRule, Partial, alternatives, ground
from engine.scopes import bindable
from explain.proof import nodes
from explain.proof.context import Context, Told
from explain.proof.derivations import Counted, Row, counted_rows, shown_binding, shown_individuals
from explain.proof.near_misses import Attempt, Issue, Ranking, bound_atom, nearest
from explain.proof.nodes import Node
from explain.words.claims import AlternativeStands, Stands, alternative_text, said
from explain.words.phrases import say
from explain.words.sentences import open_question, written
from kb.language import syntax
from kb.language.syntax import AtomF, Body
from kb.language.terms import Const, Var, row_key
from kb.language.traversal import body_vars, called, conjuncts, variables
from kb.language.truth import Truth


class Prover(Protocol):
    """What shows that a goal is true, where that keeps another from being so."""

    def proof(self, atom: AtomF) -> nodes.Fact | nodes.Rule:
        """The smallest proof of an atom."""

    def holds(self, goal: Body, binding: Partial) -> Node:
        """The proof of a goal that is true under a binding."""


class Place(Struct, frozen=True):
    """Where a step stands, as far as it matters to what is shown there."""

    above: tuple[AtomF, ...] = ()
    """The atoms that it is to explain why they are not true."""
    is_refuted: bool = False
    """Whether a proof rests on the failure of each alternative, so that every one is opened."""
    is_denied: bool = False
    """Whether a negation is above that is not known: what holds below it decides too."""

    def below(self, atom: AtomF) -> Place:
        """The place of what explains why an atom is not true."""
        return Place((*self.above, atom), self.is_refuted, self.is_denied)

    @property
    def apart(self) -> Place:
        """The place as it is for what does not recur."""
        return _PLACES[self.is_refuted, self.is_denied]


_PLACES = {(refuted, denied): Place((), refuted, denied) for refuted in (False, True) for denied in (False, True)}
ASKED = Place()
REFUTED = Place(is_refuted=True)


class WhyNot(Struct, frozen=True):
    """Explains goals that are false or not known; proofs of what is true come from the prover."""

    context: Context
    prover: Prover
    ranking: Ranking
    _atoms: dict[tuple[AtomF, frozenset[Var], Truth, bool, Place], Node] = field(default_factory=dict)
    """The explanations of atoms whose predicates do not recur: these are the same below whatever atom they stand."""

    @classmethod
    def of(cls, context: Context, prover: Prover) -> WhyNot:
        return cls(context, prover, Ranking(context.kb, context.book))

    # --- goals -------------------------------------------------------------------------------------------------

    def goal(self, goal: Body, binding: Partial, place: Place = ASKED) -> Node:
        """Why a goal is not true under a binding, its other variables read as `there is`."""
        return self.stands(goal, binding, self.context.kb.part_truth(goal, binding), place)

    def stands(self, goal: Body, binding: Partial, status: Truth, place: Place = ASKED) -> Node:
        """The same of a goal that is known to have a status."""
        issue = Issue(goal, binding, status)
        if isinstance(call := called(goal), AtomF):
            atom, individuals = bound_atom(call, binding)
            return self._marked(issue, self._atom(atom, individuals, issue.status, place, is_asked=not place.above))
        return self._marked(issue, self._literal(issue, place, None))

    def _opens(self, index: int, place: Place) -> bool:
        """Whether the alternative at a place among others, the nearest being first, is opened or summarised."""
        return index == 0 or place.is_refuted or self.context.every

    def _literals(self, attempt: Attempt, place: Place, *, opened: bool = True) -> tuple[Node, ...]:
        """The literals of an attempt that are not true; in one line each if they are not opened, and then of an only one that
        is concluded by a rule those of that rule, if they say all: a strong negation is not documented while its opposite
        is, whatever its own rules come to."""
        only = called(attempt.issues[0].goal) if len(attempt.issues) == 1 else None
        if not opened and isinstance(only, AtomF):
            atom, individuals = bound_atom(only, attempt.issues[0].binding)
            if not self.context.is_open(atom.pred) and atom not in place.above:
                ranked = self.ranking.by_distance(atom, individuals)
                if len(ranked) == 1 and ranked[0].attempt.status is attempt.status:
                    return (self._rule(atom, ranked[0].rule, ranked[0].attempt, place.below(atom), opened=False),)
        given = attempt if opened else None
        literals = ((issue, self._literal(issue, place, given, opened=opened)) for issue in attempt.issues)
        return tuple(self._marked(issue, node) for issue, node in literals)

    def _literal(self, issue: Issue, place: Place, attempt: Attempt | None, *, opened: bool = True) -> Node:
        """A literal that is not true, opened or in one line. A test in an attempt shows what gave the values that it compares."""
        goal, binding, status = called(issue.goal), issue.binding, issue.status
        match goal:
            case AtomF():
                atom, individuals = bound_atom(goal, binding)
                return self._atom(atom, individuals, status, place) if opened else self.context.summary(atom, status)
            case syntax.Count() | syntax.Aggregate():
                return self._count(goal, binding, status, opened=opened)
            case syntax.Compare() | syntax.Builtin() | syntax.Member():
                about = self._sources(attempt, goal, self.context.beside(attempt)) if attempt is not None else ()
                return self.context.test(goal, binding, status, about)
            case syntax.Not(inner):
                child = self._against(inner, binding, status, place) if opened else None
                below, told = () if child is None else (child,), self.context.told(written(goal, binding), status)
                return nodes.Negation(**told, children=below, opened=child is not None)
            case syntax.Documented(inner):
                inside = replace(place, is_denied=False)
                is_told = opened and self._can_be_told(inner, binding)
                children = (self.goal(inner, binding, inside),) if is_told else ()
                told = self.context.told(written(goal, binding), status)
                return nodes.Documented(**told, children=children, opened=is_told)
            case syntax.And() | syntax.Or():
                return self._conjunction(goal, binding, status, place, opened=opened)

    def _against(self, goal: Body, binding: Partial, status: Truth, place: Place) -> Node | None:
        """Why the negation of a goal fails: what holds; or why that is not known: every alternative, with what holds in each.
        None if no more can be said of an individual that is not named."""
        if status is Truth.FALSE:  # what holds of any individual, no fact shows
            own = {var: binding[var] for var in body_vars(goal) if var in binding}
            return self.prover.holds(goal, own) if _is_named(goal, binding) else None
        if self._can_be_told(goal, binding):
            return self.goal(goal, binding, replace(place, is_refuted=True, is_denied=True))
        return None

    def _can_be_told(self, goal: Body, binding: Partial) -> bool:
        """Whether it can be said why a goal is not true: all that is not true in an alternative may wait for what an individual
        is that is not named."""
        return _is_named(goal, binding) or all(
            nearest(self.context.kb, each, binding) for each in alternatives(goal, opens_calls=False)
        )

    def _conjunction(
        self, goal: Body, binding: Partial, status: Truth, place: Place, *, opened: bool = True
    ) -> nodes.Conjunction | nodes.Alternatives:
        """A goal of several literals, or of alternatives: of each alternative what is not true."""
        attempts = (nearest(self.context.kb, each, binding) for each in alternatives(goal, opens_calls=False))
        found = sorted((each for each in attempts if each is not None), key=lambda each: each.key)
        told = self.context.told(written(goal, binding), status)
        if found and not isinstance(goal, syntax.Or):
            return nodes.Conjunction(
                **told, children=self._literals(found[0], place), binding=shown_binding(found[0].binding),
                about=self._deciding(found[0], place),
            )  # fmt: skip
        branches = (
            self._branch(each, place, opened=opened and self._opens(index, place)) for index, each in enumerate(found)
        )
        return nodes.Alternatives(**told, children=tuple(branches))

    def _branch(self, attempt: Attempt, place: Place, *, opened: bool) -> nodes.Branch:
        goals = tuple(written(issue.goal, issue.binding) for issue in attempt.issues)
        return nodes.Branch(
            goal=alternative_text(goals), status=attempt.status,
            text=said(AlternativeStands(goals, attempt.status), self.context.declared),
            children=self._literals(attempt, place, opened=opened), binding=shown_binding(attempt.binding),
        )  # fmt: skip

    def _sources(self, attempt: Attempt, test: Body, holding: Sequence[Body]) -> tuple[nodes.Source, ...]:
        """What gave the values of a test in an attempt, of the literals that hold beside it: atoms in one line each, an aggregate
        with what it is of, and what is worked out otherwise with what gave its values below it."""
        wanted = [var for var in body_vars(test) if not isinstance(attempt.binding.get(var, var), Var)]
        giving = [next((goal for goal in holding if _gives(goal, var)), None) for var in wanted]
        return tuple(
            self._source(attempt, goal, [other for other in holding if other is not goal])
            for goal in holding
            if goal in giving
        )

    def _source(self, attempt: Attempt, goal: Body, others: list[Body]) -> nodes.Source:
        goal = called(goal)
        match goal:
            case AtomF():
                return self.context.line(ground(goal, attempt.binding))
            case syntax.Aggregate():
                node = self._count(goal, attempt.binding, Truth.TRUE)
                assert isinstance(node, nodes.Aggregate)
                return node
            case syntax.Compare() | syntax.Builtin() | syntax.Member():
                below = self._sources(attempt, goal, others)
                return self.context.test(goal, attempt.binding, Truth.TRUE, below)
            case _:
                below = self._sources(attempt, goal, others)
                return nodes.Summary(**self.context.told(written(goal, attempt.binding), Truth.TRUE), about=below)

    def _deciding(self, attempt: Attempt, place: Place) -> tuple[nodes.Fact | nodes.Summary, ...]:
        """What holds in an attempt that is not known, where that decides too."""
        is_deciding = place.is_denied and attempt.status is Truth.UNKNOWN
        return self.context.holding_lines(attempt) if is_deciding else ()

    def _marked(self, issue: Issue, node: Node) -> Node:
        """The node of a literal with what says that it is about individuals that are not named."""
        individuals = shown_individuals(issue.goal, issue.binding)
        changes: dict[str, object] = {}
        if issue.is_other and isinstance(call := called(issue.goal), AtomF):
            other = Stands(bound_atom(call, issue.binding)[0], node.status, is_other=True)
            changes["text"] = said(other, self.context.declared)
        if individuals and not isinstance(node, nodes.Fact | nodes.Witness) and not node.binding:
            changes["binding"] = individuals
        return msgspec.structs.replace(node, id="", **changes) if changes else node

    # --- atoms and their rules ---------------------------------------------------------------------------------

    def _atom(
        self, atom: AtomF, individuals: frozenset[Var], status: Truth, place: Place, *, is_asked: bool = False
    ) -> Node:
        """Why an atom is not true."""
        if self.context.book.recurs(atom.pred):
            return self._atom_below(atom, individuals, status, place, is_asked=is_asked)
        key = atom, individuals, status, is_asked and self.context.is_open(atom.pred), place.apart
        if key not in self._atoms:
            self._atoms[key] = self._atom_below(atom, individuals, status, place, is_asked=is_asked)
        return self._atoms[key]

    def _atom_below(
        self, atom: AtomF, individuals: frozenset[Var], status: Truth, place: Place, *, is_asked: bool
    ) -> Node:
        told, is_open = self.context.told(atom, status), self.context.is_open(atom.pred)
        if atom in place.above:
            return nodes.NoRule(**told, label=say("itself"))
        has_rules = status is not Truth.FALSE and bool(self.ranking.rules(atom, individuals))
        if is_open and not (has_rules and (is_asked or self._is_left_open_by_rules(atom))):
            return self._open_atom(atom, told)
        children = tuple(self._rules(atom, individuals, place.below(atom)))
        if is_open:
            return nodes.NotDocumented(**told, label=self._question(atom), children=children)
        if not children:
            return nodes.NoRule(**told, label=say("no_other"))
        if len(children) == 1 and children[0].status is status:
            return children[0]
        return nodes.Alternatives(**told, cite=self.context.cites(atom.pred), children=children)

    def _is_left_open_by_rules(self, atom: AtomF) -> bool:
        """Whether a strong negation is not known although what it negates is."""
        opposite = AtomF(atom.pred.opposite, atom.args)
        return atom.pred.negative and self.context.kb.truth(opposite) is not Truth.UNKNOWN

    def _question(self, atom: AtomF) -> str | None:
        """What asks for an open atom."""
        return open_question(atom.pred, atom.args, self.context.declared)

    def _rules(self, atom: AtomF, individuals: frozenset[Var], place: Place) -> Iterator[nodes.Rule]:
        """For each rule that could conclude the atom, why it does not; near misses first."""
        for index, each in enumerate(self.ranking.by_distance(atom, individuals)):
            yield self._rule(atom, each.rule, each.attempt, place, opened=self._opens(index, place))

    def _rule(self, atom: AtomF, rule: OrderedRule, attempt: Attempt, place: Place, *, opened: bool) -> nodes.Rule:
        return nodes.Rule(
            **self.context.told(atom, attempt.status),
            rule=nodes.RuleRef.of(rule.clause), cite=self.context.cites(atom.pred, rule.clause),
            children=self._literals(attempt, place, opened=opened), binding=shown_binding(attempt.binding),
            about=self._deciding(attempt, place) if opened else (),
        )  # fmt: skip

    def _open_atom(self, atom: AtomF, told: Told) -> Node:
        """Why an open atom, or its strong negation, is not true: what decides it, in the order in which that is looked for."""
        if told["status"] is Truth.UNKNOWN:
            return nodes.NotDocumented(**told, label=self._question(atom))
        opposite = AtomF(atom.pred.opposite, atom.args)
        is_contrary = not variables(atom.args) and self.context.kb.truth(opposite) is Truth.TRUE
        if atom.pred.negative:
            if is_contrary:
                return nodes.NoRule(**told, children=(self.prover.proof(opposite),))
            return nodes.NoRule(**told, label=say("no_other"))
        if is_contrary:
            return nodes.StatedFalse(**told, children=(self.prover.proof(opposite),))
        record = self._complete_record(atom)
        if record is not None:
            return nodes.ClosedRecord(**told, children=(record,))
        other = self._other_value(atom)
        if other is not None:
            return nodes.OtherValue(**told, children=(self.prover.proof(other),))
        return nodes.ClosedRecord(**told, label=say("closed_world"))

    def _complete_record(self, atom: AtomF) -> nodes.Fact | None:
        """The fact that the record of an atom's predicate is complete for its case, if it is stated."""
        if not atom.args or isinstance(atom.args[0], Var):
            return None
        return self.context.record(atom.args[0], atom.pred)

    def _other_value(self, atom: AtomF) -> AtomF | None:
        """An atom that holds of the same keys, where the predicate has one value for each."""
        declared = self.context.declared.functional.get(atom.pred)
        if declared is None or any(
            is_key and isinstance(arg, Var) for arg, is_key in zip(atom.args, declared.keys, strict=True)
        ):
            return None
        fresh = tuple(
            arg if key else Var(f"v{i}#") for i, (arg, key) in enumerate(zip(atom.args, declared.keys, strict=True))
        )
        rows = sorted(self.context.kb.rows(atom.pred, fresh), key=row_key)
        return AtomF(atom.pred, rows[0]) if rows else None

    # --- counts ------------------------------------------------------------------------------------------------

    def _count(
        self, goal: syntax.Count | syntax.Aggregate, binding: Partial, status: Truth, *, opened: bool = True
    ) -> nodes.Count | nodes.Aggregate:
        """Why a count falls short or is not known, or what an aggregate that holds is of; `opened` shows what counts, and what
        keeps others from it."""
        counted = Counted.of(goal, binding)
        rows = counted_rows(self.context.kb, counted)
        children: list[Node] = [self._witness(counted, row) for row in rows.found] if opened else []
        if opened and status is not Truth.UNKNOWN and goal.op != "at_most":
            children += self.closing(counted, rows.found)
        return self.context.count(counted, status, rows, children, opened=opened)

    def _witness(self, counted: Counted, row: Row) -> nodes.Witness:
        own = {term: value for term, value in zip(counted.columns, row, strict=True) if isinstance(term, Var)}
        binding = {**dict(counted.binding), **own}
        node = self.prover.holds(counted.goal.goal, binding)
        children = node.children if isinstance(node, nodes.Conjunction) else (node,)
        return self.context.witness(counted, row, children)

    def closing(self, counted: Counted, found: Sequence[Row]) -> Iterator[Node]:
        """What keeps rows that are not found from counting: that a record is complete or, where it is not, what is stated not
        to be so."""
        goal, binding = counted.goal, dict(counted.binding)
        seen = set()
        individuals = {value for value in binding.values() if isinstance(value, Var)}
        for each in conjuncts(goal.goal):
            if not isinstance(each, AtomF) or not self.context.is_open(each.pred) or each.pred.negative:
                continue
            atom = ground(each, binding)
            record = self._complete_record(atom)
            if record is not None:
                if record.goal not in seen:
                    seen.add(record.goal)
                    yield record
                continue
            if not individuals.isdisjoint(atom.args):
                continue  # nothing is stated of an individual that is not named
            denied = AtomF(atom.pred.opposite, atom.args)
            for row in sorted(self.context.kb.rows(denied.pred, denied.args), key=row_key):
                own = {arg: value for arg, value in zip(each.args, row, strict=True) if isinstance(arg, Var)}
                counted_row = tuple(own.get(term, term) if isinstance(term, Var) else term for term in counted.columns)
                if counted_row not in found and self._would_count(goal, each, row, binding):
                    yield self.prover.proof(AtomF(denied.pred, row))

    def _would_count(
        self, goal: syntax.Count | syntax.Aggregate, denied: AtomF, row: tuple[Const, ...], binding: Partial
    ) -> bool:
        """Whether the other literals of a count's goal are not false for a row that one of them is denied for."""
        own = {arg: value for arg, value in zip(denied.args, row, strict=True) if isinstance(arg, Var)}
        return all(
            self.context.kb.part_truth(each, {**binding, **own}) is not Truth.FALSE
            for each in conjuncts(goal.goal)
            if each is not denied and isinstance(each, AtomF)
        )


def _gives(goal: Body, var: Var) -> bool:
    """Whether a literal gives a variable its value, once its others have theirs."""
    return var in bindable((goal,), frozenset(body_vars(goal)) - {var})


def _is_named(goal: Body, binding: Partial) -> bool:
    """Whether a goal is about no individual that is not named."""
    return not any(isinstance(binding.get(var), Var) for var in body_vars(goal))
