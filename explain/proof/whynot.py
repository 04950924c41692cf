"""Why a goal is not true: for each rule that could conclude it, every literal that fails or is not documented.

A rule is shown under the binding that comes nearest. Of several rules the nearest is opened, and the others are
summarised by their literals, unless every one is asked for. What recurs upon itself is said once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from engine.bodies import OrderedRule, Partial, truth
from engine.knowledge import KnowledgeBase
from explain.proof import nodes
from explain.proof.comparisons import worked_out
from explain.proof.count_shortfalls import failed_count
from explain.proof.counts import Row, counted_rows
from explain.proof.derivations import Counted, shown_binding, without_or
from explain.proof.distance import Ranking, atom_under
from explain.proof.nodes import Node
from explain.proof.open_atoms import open_atom
from explain.proof.sources import holding_lines, sources_of
from explain.proof.ways import Issue, Nearest, Way, nearest
from explain.words.claims import AlternativeStands, Stands, alternative_text, said
from explain.words.sentences import question, say, written
from kb.language.declarations import Declarations
from kb.language.printer import show_atom, show_body
from kb.language.syntax import Aggregate, AtomF, Body, Builtin, Compare, Count, Member, Not, body_vars, conjuncts
from kb.language.terms import Var
from kb.language.truth import Truth

if TYPE_CHECKING:
    from explain.proof.why import Explainer


@dataclass(slots=True)
class Shortfalls:
    """Explains goals that are false or not known; proofs of what is true come from the explainer."""

    explainer: Explainer
    _open: list[AtomF] = field(default_factory=list)
    _ranking: Ranking = field(init=False)
    _whole: bool = False
    """Whether every alternative is opened, as where a proof rests on the failure of each."""
    _denied: bool = False
    """Whether a negation is above that is not known: what holds below it decides too."""

    def __post_init__(self) -> None:
        self._ranking = Ranking(self.kb, self.explainer.book)

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
            return _marked(issue, self._of_atom(*atom_under(goal, binding), issue.status, is_asked=is_asked))
        return self._of_literal(issue)

    def refuting(self, goal: Body, binding: Partial) -> Node:
        """Why a goal is not true, with every alternative opened, since a proof rests on the failure of each."""
        before, self._whole = self._whole, True
        try:
            return self.of_goal(goal, binding)
        finally:
            self._whole = before

    def possible(self, counted: Counted) -> tuple[list[Row], bool]:
        """The rows that may count but are not certain, and whether individuals not named may."""
        _, undocumented, others = counted_rows(self.kb, counted)
        return undocumented, others

    def _opens(self, index: int) -> bool:
        """Whether the alternative at a place, the nearest being first, is opened or summarised."""
        return index == 0 or self._whole or self.explainer.every

    def _of_literal(self, issue: Issue, *, way: Way | None = None, opened: bool = True) -> Node:
        """Why a literal is not true, or that in one line; it says so where it is about individuals that are not named.
        A test shows what gave the values that it compares, in the way that it belongs to."""
        goal = issue.goal
        if opened and way is not None and isinstance(goal, Compare | Builtin | Member):
            sources = sources_of(self.explainer, way, issue)
            return _marked(issue, worked_out(goal, issue.binding, issue.status, self.declared, sources))
        return _marked(issue, self._opened(issue) if opened else self._summary(issue))

    def _opened(self, issue: Issue) -> Node:
        goal, binding, status = issue.goal, issue.binding, issue.status
        match goal:
            case AtomF():
                return self._of_atom(*atom_under(goal, binding), status)
            case Count() | Aggregate():
                return failed_count(self.explainer, goal, binding, status)
            case Compare() | Builtin() | Member():
                return worked_out(goal, binding, status, self.declared)
            case Not(inner):
                return self._of_negation(goal, inner, binding, status)
            case _:
                return self._of_conjunction(goal, binding, status)

    def _summary(self, issue: Issue) -> Node:
        """A literal that is not true in one line, with what is known of it but not why."""
        goal, binding, status = issue.goal, issue.binding, issue.status
        match goal:
            case AtomF():
                return self._atom_summary(atom_under(goal, binding)[0], status)
            case Count() | Aggregate():
                return failed_count(self.explainer, goal, binding, status, opened=False)
            case Compare() | Builtin() | Member():
                return worked_out(goal, binding, status, self.declared)
            case Not():
                return self._negation(goal, binding, status, (), opened=False)
            case _:
                raise AssertionError("conjunctions and alternatives are opened before")

    def _atom_summary(self, atom: AtomF, status: Truth) -> Node:
        cite = None if self._is_open(atom) else self.explainer.cites(atom.pred)
        text = said(Stands(atom, status), self.declared)
        return nodes.Summary(goal=show_atom(atom), status=status, text=text, cite=cite)

    def _summaries(self, way: Way) -> tuple[Node, ...]:
        """The literals of a way in one line each; an only one that is concluded by a rule by those of that rule."""
        if len(way.issues) == 1 and isinstance(way.issues[0].goal, AtomF):
            atom, individuals = atom_under(way.issues[0].goal, way.issues[0].binding)
            if not self._is_open(atom) and atom not in self._open:
                ranked = self._ranking.by_distance(atom, individuals)
                if len(ranked) == 1:
                    self._open.append(atom)
                    try:
                        return (self._failed_rule(atom, ranked[0].rule, ranked[0].found.way, opened=False),)
                    finally:
                        self._open.pop()
        return tuple(self._of_literal(issue, opened=False) for issue in way.issues)

    def _of_negation(self, goal: Not, inner: Body, binding: Partial, status: Truth) -> Node:
        if status is not Truth.FALSE:
            return self._negation(goal, binding, status, (self._undecided(inner, binding),))
        known = {var: binding[var] for var in body_vars(inner) if var in binding}
        proved = {var: value for var, value in known.items() if not isinstance(value, Var)}
        if len(proved) < len(known):  # it holds of any individual, so no fact shows it
            return self._negation(goal, binding, status, (), opened=False)
        return self._negation(goal, binding, status, (self.explainer.holds(inner, proved),))

    def _negation(
        self, goal: Not, binding: Partial, status: Truth, children: tuple[Node, ...], *, opened: bool = True
    ) -> nodes.Negation:
        closed = written(goal, binding)
        text = said(Stands(closed, status), self.declared)
        return nodes.Negation(goal=show_body(closed), status=status, text=text, children=children, opened=opened)

    def _undecided(self, inner: Body, binding: Partial) -> Node:
        """Why it is not known whether a goal fails: every alternative opened, and what holds in each beside the rest."""
        before, self._denied = self._denied, True
        try:
            return self.refuting(inner, binding)
        finally:
            self._denied = before

    def _of_conjunction(self, goal: Body, binding: Partial, status: Truth) -> Node:
        """A goal of several literals, or of alternatives: of each alternative what is not true."""
        found = sorted(
            (self._way(goals, binding) for goals in without_or(conjuncts(goal))), key=lambda each: each.way.key
        )
        closed = written(goal, binding)
        text = said(Stands(closed, status), self.declared)
        if len(found) == 1:
            way = found[0].way
            return nodes.Conjunction(
                goal=show_body(closed), status=status, text=text, children=self._literals(way),
                binding=shown_binding(way.binding), about=self._beside(way),
            )  # fmt: skip
        branches = tuple(self._branch(each.way, opened=self._opens(index)) for index, each in enumerate(found))
        return nodes.Alternatives(goal=show_body(closed), status=status, text=text, children=branches)

    def _branch(self, way: Way, *, opened: bool) -> nodes.Branch:
        goals = tuple(written(issue.goal, issue.binding) for issue in way.issues)
        return nodes.Branch(
            goal=alternative_text(goals),
            status=way.status,
            text=said(AlternativeStands(goals, way.status), self.declared),
            children=self._literals(way, opened=opened),
            binding=shown_binding(way.binding),
        )

    def _way(self, goals: tuple[Body, ...], binding: Partial) -> Nearest:
        found = nearest(self.kb, goals, binding)
        assert found is not None
        return found

    def _literals(self, way: Way, *, opened: bool = True) -> tuple[Node, ...]:
        return tuple(self._of_literal(issue, way=way) for issue in way.issues) if opened else self._summaries(way)

    def _beside(self, way: Way) -> tuple[nodes.Fact | nodes.Summary, ...]:
        """What holds beside the literals of a way that are not known, where that decides too."""
        return holding_lines(self.explainer, way) if self._denied and way.status is Truth.UNKNOWN else ()

    # --- atoms -------------------------------------------------------------------------------------------------

    def _is_open(self, atom: AtomF) -> bool:
        return self.declared.is_abducible(atom.pred.positive)

    def _of_atom(self, atom: AtomF, individuals: frozenset[Var], status: Truth, *, is_asked: bool = False) -> Node:
        text = said(Stands(atom, status), self.declared)
        goal = show_atom(atom)
        if atom in self._open:
            return nodes.NoRule(goal=goal, status=status, text=text, label=say("itself"))
        if self._is_open(atom) and not (
            is_asked and status is not Truth.FALSE and self._ranking.rules(atom, individuals)
        ):
            return open_atom(self.explainer, atom, status, text)
        self._open.append(atom)
        try:
            children = tuple(self._failed_rules(atom, individuals))
        finally:
            self._open.pop()
        if self._is_open(atom):
            asked = question(atom.pred, atom.args, self.declared)
            return nodes.NotDocumented(goal=goal, text=text, label=asked, children=children)
        if not children:
            return nodes.NoRule(goal=goal, status=status, text=text, label=say("no_other"))
        if len(children) == 1 and children[0].status is status:
            return children[0]
        cite = self.explainer.cites(atom.pred)
        return nodes.Alternatives(goal=goal, status=status, text=text, cite=cite, children=children)

    def _failed_rules(self, atom: AtomF, individuals: frozenset[Var]) -> Iterator[nodes.Rule]:
        """For each rule that could conclude the atom, why it does not; near misses first."""
        for index, each in enumerate(self._ranking.by_distance(atom, individuals)):
            yield self._failed_rule(atom, each.rule, each.found.way, opened=self._opens(index))

    def _failed_rule(self, atom: AtomF, rule: OrderedRule, way: Way, *, opened: bool) -> nodes.Rule:
        return nodes.Rule(
            goal=show_atom(atom),
            status=way.status,
            text=said(Stands(atom, way.status), self.declared),
            rule=nodes.RuleRef.of(rule.clause),
            cite=self.explainer.cites(atom.pred, rule.clause),
            children=self._literals(way, opened=opened),
            binding=shown_binding(way.binding),
            about=self._beside(way) if opened else (),
        )


def _marked(issue: Issue, node: Node) -> Node:
    """The node of a literal with what says that it is about individuals that are not named."""
    mentioned = body_vars(issue.goal)
    individuals = shown_binding(
        {var: value for var, value in issue.binding.items() if var in mentioned and isinstance(value, Var)}
    )
    changes: dict[str, object] = {"text": say("any_other", node.text)} if issue.is_other else {}
    if individuals and not isinstance(node, nodes.Fact | nodes.Witness) and not node.binding:
        changes["binding"] = individuals
    return msgspec.structs.replace(node, id="", **changes) if changes else node
