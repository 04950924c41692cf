"""One place to open rule and case files and ask about them: what the command line, the prompt and a notebook share.

files -> loaded -> checked -> knowledge base -> answers, explanations, reviews
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.cases import Case, cases_of, check_cases
from engine.checks import check, check_goal
from engine.knowledge import Answers, KnowledgeBase, Rules
from engine.machine import EndlessError
from engine.pydatalog import DEFAULT_STEPS
from explain.derivations import RuleBook
from explain.proof import Node
from explain.review import Review, Reviewer, program_hash
from explain.why import Explainer
from kb.cache import code_of, remember
from kb.diagnostics import Diagnostic, ProgramError, Sources
from kb.loader import POLICY_FILES, SHIPPED, Loaded, load_files, read_goal
from kb.syntax import Body, Clause, Program, Span
from kb.terms import plain_text

Path = str | os.PathLike[str]


@dataclass(slots=True)
class Workspace:
    """A checked program and the case facts stated beside it.

    `open` makes one from files. Methods that read text raise `ProgramError`, which carries diagnostics.
    """

    loaded: Loaded
    rules: Rules
    facts: tuple[Clause, ...] = ()
    sources: Sources = field(default_factory=Sources)
    closed_world: bool = False
    policy_hash: str | None = None
    _reviewer: Reviewer | None = None
    _kb: KnowledgeBase | None = None

    @classmethod
    def open(
        cls,
        files: Iterable[Path] = (),
        *,
        cases: Iterable[Path] = (),
        closed_world: bool = False,
        max_steps: int = DEFAULT_STEPS,
        sources: Sources | None = None,
    ) -> Workspace:
        """The workspace of some rule files, by default the shipped policy, and of case files beside them.

        `sources` is filled with what is read, also if something is wrong with it.
        Raises `ProgramError` if a file cannot be read or a check finds an error.
        """
        sources = Sources() if sources is None else sources
        paths = list(files)
        if paths:
            loaded, known_hash = load_files(paths), None
        else:
            ready = shipped()
            loaded, known_hash = ready.loaded, ready.hash
        sources.texts.update(loaded.sources.texts)
        if paths:
            raise_errors(check(loaded))
        rules = Rules.of(loaded.program)
        rules.max_steps = max_steps
        workspace = cls(loaded, rules, sources=sources, closed_world=closed_world, policy_hash=known_hash)
        case_paths = list(cases)
        if case_paths:
            workspace.add_cases(load_files(case_paths))
        return workspace

    @property
    def reviewer(self) -> Reviewer:
        """What reviews cases under this program."""
        if self._reviewer is None:
            self._reviewer = Reviewer(self.rules, self.policy_hash or program_hash(self.loaded.program))
        return self._reviewer

    @property
    def kb(self) -> KnowledgeBase:
        """The knowledge base of the program and the present facts."""
        if self._kb is None:
            self._kb = KnowledgeBase(self.rules, self.facts, closed_world=self.closed_world)
        return self._kb

    def set_facts(self, facts: Iterable[Clause]) -> None:
        """Puts these facts in place of those stated beside the program."""
        self.facts = tuple(facts)
        self._kb = None

    def add_cases(self, cases: Loaded) -> list[Case]:
        """Adds the facts of case files, and gives the cases they are about.

        Raises `ProgramError` if a fact is not in the vocabulary or a case cannot be reviewed; then nothing is added.
        """
        self.sources.texts.update(cases.sources.texts)
        together = Loaded(Program(self.facts) + cases.program, cases.sources, cases.diagnostics)
        raise_errors(check_cases(together, self.reviewer.vocabulary))
        self.set_facts((*self.facts, *cases.program.clauses))
        return cases_of(cases.program.clauses)

    def cases(self) -> list[Case]:
        """The cases that the present facts are about."""
        return cases_of(self.facts)

    def goal(self, text: str) -> Body:
        """The goal that a text says, checked against the program."""
        self.sources.texts["<query>"] = text
        goal = read_goal(text)
        if isinstance(goal, tuple):
            raise ProgramError(goal)
        beside = Program(tuple(self.facts))
        raise_errors(check_goal(self.loaded.program + beside, self.sources, goal))
        return goal

    def ask(self, text: str) -> Answers:
        """The answers to a goal."""
        goal = self.goal(text)
        with _Ending(text):
            return self.kb.answers(goal)

    def explain(self, text: str, *, every: bool = False) -> list[Node]:
        """The explanation of a goal: of its first answer in standard order (or of every answer), or of why there is
        none."""
        goal = self.goal(text)
        with _Ending(text):
            explainer = Explainer(self.kb, self.reviewer.book if self._reviewer else RuleBook.of(self.rules.clauses))
            if every:
                return [node for _, node in explainer.answers(goal)] or [explainer.goal(goal)]
            return [explainer.goal(goal)]

    def review(self, case: Case, *, as_of: datetime.date | None = None) -> Review:
        """The review of one case."""
        with _Ending(f"the review of {plain_text(case.name)}"):
            return self.reviewer.review(case, as_of=as_of, closed_world=self.closed_world)


class _Ending:
    """Turns an evaluation that does not end into a diagnostic."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        return

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, EndlessError | RecursionError):
            raise ProgramError([endless(self.what)]) from None


def endless(what: str) -> Diagnostic:
    """The diagnostic for a question whose evaluation was given up."""
    shown = what if len(what) <= 60 else what[:57] + "..."
    return Diagnostic(
        "E501", f"`{shown}` has not come to an end after the allowed number of steps", Span("<query>", 0, 0),
        ("a rule that computes ever new values from its own results has no end",),
        "bound the values in the rule, or allow more with `--max-steps`",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shipped:
    """The shipped policies as they are loaded, and the hash of what they say."""

    loaded: Loaded
    hash: str


def shipped() -> Shipped:
    """The shipped policies, which the tests keep free of diagnostics."""

    def load() -> Shipped:
        loaded = load_files(POLICY_FILES)
        return Shipped(loaded, program_hash(loaded.program))

    sources = [path.read_bytes() for path in sorted(SHIPPED.rglob("*.pl"))]
    code = code_of(
        "kb.syntax", "kb.terms", "kb.interpret", "kb.reader", "kb.loader", "kb.diagnostics", "explain.workspace"
    )
    return remember("policies", [*sources, *code], load)


def raise_errors(diagnostics: Iterable[Diagnostic]) -> None:
    """Raises `ProgramError` with all diagnostics if one of them is an error."""
    found = tuple(diagnostics)
    if any(each.is_error for each in found):
        raise ProgramError(found)
