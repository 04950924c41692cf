"""One place to open rule and case files and ask about them: what the command line, the prompt and a notebook share.

files -> loaded -> checked -> knowledge base -> answers, explanations, reviews
"""

from __future__ import annotations

import datetime
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from engine.cases import UNDER, Case, Checked, cases_of
from engine.knowledge import BACKENDS, DEFAULT_STEPS, Answers, EndlessError, KnowledgeBase, Rules
from engine.limits import endless
from engine.policies import Standing
from explain.proof.nodes import Node
from explain.proof.why import Explainer
from explain.report import searches
from explain.report.review import Review, Reviewer, notebook_html
from explain.words.phrases import say
from kb.language.diagnostics import QUERY, Diagnostic, ProgramError, Sources, did_you_mean
from kb.language.loader import Loaded, load_cases, load_files, read_goal, shipped_policies
from kb.language.modules import Goals
from kb.language.program import Program
from kb.language.syntax import AtomF, Body, Clause
from kb.language.terms import Var, plain_text, term_text
from kb.language.traversal import walk
from kb.language.truth import Truth
from kb.on_demand import OnDemand

if TYPE_CHECKING:  # what a command does not need is not imported
    import pyarrow

    from engine.checks.predicates import Context
    from explain.proof.contrast import Swap
    from explain.proof.missing import FirstSets

Path = str | os.PathLike[str]
DEFAULT_ENGINE = "tabling"
"""What answers where no other engine is asked for."""
MOST_PROOFS = 10
"""How many proofs are shown where no other number is asked for."""
MOST_SWAPS = 5
"""How many swaps are shown where no other number is asked for."""
DEEP = 200
"""Proofs of so many nodes may be so deep that making all of them takes a larger stack."""
STACK = 512 * 1024 * 1024
"""Bytes of that stack; what is not used is not taken."""
DEEPEST = 400_000
"""Python's recursion limit on it."""
_ROOM = threading.Lock()
"""One call at a time has that stack: its size and the limit are the whole process's."""
Result = TypeVar("Result")


class Workspace:
    """A checked program and the case facts stated beside it.

    `open` makes one from files. Methods that read text raise `ProgramError`, which carries diagnostics. Several threads may ask
    one workspace; facts are put in place between questions.
    """

    def __init__(
        self,
        loaded: Loaded,
        rules: Rules,
        facts: tuple[Clause, ...] = (),
        sources: Sources | None = None,
        closed_world: bool = False,
    ) -> None:
        self.loaded, self.rules, self.facts = loaded, rules, facts
        self.sources = Sources() if sources is None else sources
        self.closed_world = closed_world
        self.warnings: list[Diagnostic] = []
        """What is doubtful about the case files that were added."""
        self.reviewer = Reviewer(rules, loaded.program, loaded.program_hash)
        """What reviews cases under this program as a whole."""
        self.beside = OnDemand({name: partial(self._reviewer_under, name) for name in loaded.views})
        """Where several policies stand side by side, what reviews cases under each, as if it stood alone: without what only
        other policies have predicates for, and without the name of another policy."""
        self._kb: KnowledgeBase | None = None
        self._known: Context | None = None
        self._lock = threading.RLock()

    def _reviewer_under(self, policy: str) -> Reviewer:
        view = self.loaded.views[policy]
        return Reviewer(Rules.of(view, max_steps=self.rules.max_steps), view)

    @classmethod
    def open(
        cls,
        files: Iterable[Path] = (),
        *,
        cases: Iterable[Path] = (),
        closed_world: bool = False,
        max_steps: int | None = None,
        sources: Sources | None = None,
    ) -> Workspace:
        """The workspace of some rule files, by default the shipped policy, and of case files beside them.

        `sources` is filled with what is read, also if something is wrong with it.
        Raises `ProgramError` if a file cannot be read or a check finds an error.
        """
        sources = Sources() if sources is None else sources
        paths = list(files)
        loaded = load_files(paths) if paths else shipped_policies()
        sources.add(loaded.sources)
        if paths:
            from engine.checks import check_own

            raise_errors(check_own(loaded, paths))
        rules = Rules.of(loaded.program, max_steps=max_steps or DEFAULT_STEPS, entry=loaded.entry)
        workspace = cls(loaded, rules, sources=sources, closed_world=closed_world)
        case_paths = list(cases)
        if case_paths:
            workspace.add_cases(load_cases(case_paths))
        return workspace

    @cached_property
    def _names(self) -> Goals:
        """What the names of a question mean."""
        return Goals(self.loaded.program)

    @property
    def known(self) -> Context:
        """The program with the present facts, for checks of questions about it."""
        from engine.checks.predicates import Context

        with self._lock:
            if self._known is None:
                self._known = Context(self.loaded.program + Program(self.facts), self.sources)
            return self._known

    @property
    def kb(self) -> KnowledgeBase:
        """The knowledge base of the program and the present facts."""
        with self._lock:
            if self._kb is None:
                self._kb = KnowledgeBase(self.rules, self.facts, closed_world=self.closed_world)
            return self._kb

    def set_facts(self, facts: Iterable[Clause]) -> None:
        """Puts these facts in place of those stated beside the program."""
        with self._lock:
            self.facts = tuple(facts)
            self.let_go()

    def let_go(self) -> None:
        """Lets go of what was worked out, which is worked out again if it is asked for."""
        with self._lock:
            self._kb = self._known = None

    def stating(self, facts: Iterable[Clause], *, closed_world: bool | None = None) -> Workspace:
        """A workspace of the same program with these facts in place of those stated beside it."""
        closed = self.closed_world if closed_world is None else closed_world
        other = Workspace(self.loaded, self.rules, tuple(facts), self.sources, closed)
        other.reviewer, other.beside = self.reviewer, self.beside
        return other

    def add_cases(self, cases: Loaded) -> list[Case]:
        """Adds the facts of case files, and gives the cases they are about.

        Raises `ProgramError` if a fact is not in the vocabulary or a case cannot be reviewed; then nothing is added.
        """
        checked = self._checked_beside(cases)
        raise_errors(checked.diagnostics, self.sources)
        return self._added(cases, checked)

    def add_sound_cases(self, cases: Loaded) -> tuple[list[Case], tuple[Diagnostic, ...]]:
        """Adds the facts of case files about the cases that nothing is wrong with, and gives these cases, with the errors
        about the others."""
        checked = self._checked_beside(cases)
        return self._added(cases, checked), tuple(each for each in checked.diagnostics if each.is_error)

    def _checked_beside(self, cases: Loaded) -> Checked:
        self.sources.add(cases.sources)
        return self.checked(Loaded(Program(self.facts) + cases.program, cases.sources, cases.diagnostics))

    def _added(self, cases: Loaded, checked: Checked) -> list[Case]:
        warnings = (each for each in checked.diagnostics if not each.is_error)
        self.warnings += [each for each in warnings if each not in self.warnings]
        sound = set(checked.sound)
        added = [clause for clause in cases.program.clauses if clause in sound]
        self.set_facts((*self.facts, *added))
        return cases_of(added)

    def checked(self, cases: Loaded) -> Checked:
        """What is wrong with case files by themselves, and the facts about the cases that nothing is wrong with. Nothing is added."""
        return Checked.of(cases, self.reviewer.vocabulary)

    def cases(self) -> list[Case]:
        """The cases that the present facts are about."""
        return cases_of(self.facts)

    def goal(self, text: str) -> Body:
        """The goal that a text says, checked against the program."""
        from engine.checks import check_goal

        goal, sources = read_goal(text), self.sources.beside(QUERY, text)
        if isinstance(goal, tuple):
            raise ProgramError(goal, sources)
        goal, unclear = self._names.named(goal)
        raise_errors(unclear, sources)
        raise_errors(check_goal(self.known, sources, goal), sources)
        return self.rules.names.goal(goal)

    def ask(self, text: str, *, engine: str = DEFAULT_ENGINE) -> Answers:
        """The answers to a goal, from the engine named: `tabling`, `pydatalog`, `duckdb` or `spark`.

        Raises `ImportError`, with a message for people, if the engine's packages are not installed.
        """
        return self._asked(text, engine, KnowledgeBase.answers)

    def ask_table(self, text: str, *, engine: str = DEFAULT_ENGINE) -> pyarrow.Table:
        """The same answers as a table of Arrow. Raises as `ask` does, and (E107) if PyArrow is not installed."""
        try:
            import pyarrow  # noqa: F401 # before anything is worked out
        except ImportError:
            said, hint = (
                "tables need PyArrow, which is not installed",
                "install it with `pip install 'priorlog[arrow]'`",
            )
            raise ProgramError.of("E107", said, QUERY, hint) from None
        return self._asked(text, engine, KnowledgeBase.table)

    def _asked(self, text: str, engine: str, ask: Callable[[KnowledgeBase, Body], Result]) -> Result:
        """What is asked of the knowledge base of an engine."""
        if engine not in BACKENDS:
            named = ", ".join(f"`{each}`" for each in BACKENDS)
            raise ProgramError.of("E502", f"`{engine}` is not an engine", "<engine>", f"there are {named}")
        goal = self.goal(text)
        with self.ending(text):
            if engine == DEFAULT_ENGINE:
                return ask(self.kb, goal)
            other = KnowledgeBase(self.rules, self.facts, closed_world=self.closed_world, backend=BACKENDS[engine])
            with other as kb:
                return ask(kb, goal)

    def explain(self, text: str, *, every: bool = False) -> Explanation:
        """The explanation of a goal: of its first answer in standard order, or of why there is none, with the nearest
        alternative opened, or every one."""
        goal = self.goal(text)
        with self.ending(text):
            return Explanation(self._explainer(every=every).goal(goal))

    def proofs(self, text: str, most: int | None = None) -> Proofs:
        """Every different proof of every answer to a goal, answers in standard order, the proofs of each smallest
        first; at most so many. If there is no answer, the explanation of that, with every alternative opened."""
        from explain.proof.all_proofs import all_proofs

        goal = self.goal(text)
        with self.ending(text):
            answers = self.kb.answers(goal)
            if not answers.true:
                return Proofs((self._explainer(every=True).goal(goal),), False)
            explainer = self._explainer()
            bindings = [dict(zip(answers.variables, row, strict=True)) for row in answers.true]
            found = (node for binding in bindings for node in all_proofs(explainer, goal, binding))

            def first() -> Proofs:
                given = tuple(islice(found, most))
                return Proofs(given, most is not None and next(found, None) is not None)

            is_deep = any(explainer.answer(goal, binding).size > DEEP for binding in bindings)
            return _with_room(first) if is_deep else first()

    def missing(self, text: str, most: int | None = None) -> Missing:
        """The smallest sets of undocumented facts that would make a goal true, at most so many, or a few."""
        goal = self.goal(text)
        with self.ending(text):
            found = self.reviewer.missing(self.kb, goal, most)
            truth = self.kb.answers(goal).truth
            said = searches.unfound(found, self.rules.declarations, "make_hold") if truth is not Truth.TRUE else ()
            return Missing(truth, found, tuple(said))

    def rather_than(self, text: str, other: str, most: int | None = None, *, whynot: str = "whynot") -> Contrast:
        """The smallest changes of facts that swap two goals, of which the first holds and the other does not: at most so
        many for each thing that they bring about, the last of them marked if there are more. `whynot` is the command
        that says why the first does not hold, if it does not."""
        from explain.proof.contrast import contrast

        first_truth, second_truth = self.ask(text).truth, self.ask(other).truth
        if first_truth is not Truth.TRUE:
            return Contrast((), say("no_first", text.strip(), whynot))
        if second_truth is Truth.TRUE:
            return Contrast((), say("second_too", other.strip()))
        goal, second = self.goal(text), self.goal(other)
        with self.ending(f"{text} rather than {other}"):
            swaps = contrast(self.kb, self.reviewer.vocabulary, goal, second, most or MOST_SWAPS)
        return Contrast(tuple(swaps), None if swaps else say("no_swap"))

    @contextmanager
    def ending(self, what: str) -> Iterator[None]:
        """Turns an evaluation that does not end into a diagnostic."""
        try:
            yield
        except (EndlessError, RecursionError) as error:
            raise ProgramError([endless(what, error, self.rules)]) from None

    def remarks(self, *texts: str) -> tuple[str, ...]:
        """What there is to say of goals besides their answers: a sentence for each case that they name and no fact is about."""
        declared = self.rules.declarations
        known = {fact.head.args[0] for fact in (*self.rules.facts, *self.facts) if fact.head.args}
        atoms = [atom for text in texts for atom in walk(self.goal(text)) if isinstance(atom, AtomF)]
        pairs = [pair for atom in atoms for pair in zip(atom.args, declared.types_of(atom.pred), strict=True)]
        named = dict.fromkeys(arg for arg, type_ in pairs if type_ == "case" and not isinstance(arg, Var))
        cases = {plain_text(fact.head.args[0]) for fact in self.facts if fact.head.args}
        hints = ((each, did_you_mean(plain_text(each), cases)) for each in named if each not in known)
        return tuple(say("no_case", term_text(each), hint or say("case_file")) for each, hint in hints)

    def _explainer(self, *, every: bool = False) -> Explainer:
        return Explainer(self.kb, self.reviewer.book, every=every)

    def reviewers(self, case: Case, policy: str | None = None) -> list[Reviewer]:
        """What reviews a case: under the policy that is named here, or that the case names, or else under each that is about the
        drug that it requests. Raises `ProgramError` (E502) for a policy that is not there."""
        stated = (plain_text(fact.head.args[1]) for fact in case.facts if fact.head.pred == UNDER)
        if policy is not None or not self.beside:
            return [self.reviewer if policy is None else self._named(policy)]
        if (named := next(stated, None)) is not None:
            return [self._named(named)]
        covering = [each for each in self.beside.values() if each.covers(case)]
        return covering or [*self.beside.values()][:1]

    def reviewer_of(self, policy: str | None, case: Case | None = None) -> Reviewer:
        """What reviews cases under the one policy that is named, or that there is, or that is about a case. Raises `ProgramError`
        (E502) where there are several."""
        if case is not None:
            found = self.reviewers(case, policy)
        else:
            found = [self._named(policy)] if policy is not None else [*self.beside.values()] or [self.reviewer]
        if len(found) > 1:
            names = ", ".join(f"`{name}`" for name, each in self.beside.items() if each in found)
            said = "several policies stand side by side here, and one is meant"
            raise ProgramError.of("E502", said, "<policy>", f"name one with `--policy`: {names}")
        return found[0]

    def _named(self, policy: str) -> Reviewer:
        known = list(self.beside) or [each.name for each in self.rules.declarations.policies]
        if policy not in known:
            there = f"there are {', '.join(f'`{each}`' for each in known)}" if known else None
            hint = did_you_mean(policy, known) or there
            raise ProgramError.of("E502", f"there is no policy `{policy}` here", "<policy>", hint)
        return self.beside.get(policy, self.reviewer)

    def reviews(
        self,
        case: Case,
        *,
        as_of: datetime.date | None = None,
        policy: str | None = None,
        finds_missing: bool = True,
    ) -> list[Review]:
        """The reviews of one case, one for each policy that it is reviewed under; what is missing is searched for unless
        `finds_missing` is False."""
        with self.ending(f"the review of {plain_text(case.name)}"):
            return [
                each.review(
                    case.within(each.vocabulary) if self.beside else case,
                    as_of=as_of,
                    closed_world=self.closed_world,
                    finds_missing=finds_missing,
                )
                for each in self.reviewers(case, policy)
            ]

    def standings(self, case: Case) -> dict[str | None, Standing]:
        """How one case stands under each policy that it is reviewed under; None is the only one there is."""
        names = {id(each): name for name, each in self.beside.items()} if self.beside else {}
        with self.ending(f"the review of {plain_text(case.name)}"):
            return {
                names.get(id(each)): each.standing(
                    case.within(each.vocabulary) if self.beside else case, closed_world=self.closed_world
                )
                for each in self.reviewers(case)
            }

    def review(self, case: Case, *, as_of: datetime.date | None = None, policy: str | None = None) -> Review:
        """The review of one case, under the first policy that it is reviewed under."""
        return self.reviews(case, as_of=as_of, policy=policy)[0]


class Explanation(Struct, frozen=True):
    """The explanation of a goal; a notebook shows it as HTML."""

    node: Node

    def _repr_html_(self) -> str:
        from explain.report.html import node_html

        return node_html(self.node)


@notebook_html.register
def _review_html(review: Review) -> str:
    from explain.report.html import review_fragment

    return review_fragment(review)


class Missing(Struct, frozen=True):
    """How a goal stands, and the first sets of undocumented facts that would make it true."""

    truth: Truth
    first: FirstSets
    unfound: tuple[str, ...] = ()
    """Where none were found, or the search ended before its end, what there is to say: a sentence, then the reasons."""


class Contrast(Struct, frozen=True):
    """What swaps two goals, or why nothing does."""

    swaps: tuple[Swap, ...]
    remark: str | None

    @property
    def lines(self) -> list[str]:
        """The same in sentences."""
        from explain.proof.contrast import describe

        return [self.remark] if self.remark else list(map(describe, self.swaps))


class Proofs(Struct, frozen=True):
    """Some of the explanations of a goal, and whether there are more."""

    nodes: tuple[Node, ...]
    are_more: bool


def raise_errors(diagnostics: Iterable[Diagnostic], sources: Sources | None = None) -> None:
    """Raises `ProgramError` with all diagnostics if one of them is an error."""
    found = tuple(diagnostics)
    if any(each.is_error for each in found):
        raise ProgramError(found, sources)


def _with_room(run: Callable[[], Result]) -> Result:
    """The result of a call that is made in a thread with a large stack; what it raises is raised here.

    A keyboard interrupt leaves the thread behind, which does not keep the process from ending.
    """
    from concurrent.futures import Future

    result: Future[Result] = Future()

    def called() -> None:
        try:
            result.set_result(run())
        except BaseException as error:
            result.set_exception(error)

    with _ROOM:
        before, limit = threading.stack_size(STACK), sys.getrecursionlimit()
        sys.setrecursionlimit(DEEPEST)
        try:
            threading.Thread(target=called, daemon=True).start()
            threading.stack_size(before)
            return result.result()
        finally:
            sys.setrecursionlimit(limit)
