"""Programs and cases, as Python asks them.

A program does not change: what states further cases, or answers, gives another one. Several threads may ask one, and it can be sent to
other processes, where it is loaded again from its files.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Container, Iterable, Mapping
from functools import cached_property
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from engine import cases
from explain.api.frozen import Frozen
from explain.api.results import Answers, Difference, Explanation, Missing, Policy, Review, TestRun
from explain.api.values import CASE, facts_text
from explain.words.letter_words import WordsBeside
from explain.workspace import DEFAULT_ENGINE, MOST_PROOFS, Path, Workspace
from kb.language.diagnostics import Diagnostic, ProgramError, Sources
from kb.language.loader import Loaded, load_case, load_cases
from kb.language.printer import show_body, show_clause
from kb.language.syntax import Clause
from kb.language.terms import plain_text

if TYPE_CHECKING:  # what only some questions need is only imported then
    from pathlib import Path as FilePath

    import pyarrow

    from engine.batch import Progress, Summary
    from engine.knowledge import Rules
    from explain.api.frames import Decided, Table
    from explain.interview.hearing import Hearing
    from kb.importers.requests import Given

ANSWER = "<answer>"
NOBODY = ""
"""Who gives answers where nobody is named."""


def load(
    *files: Path,
    cases: Path | tuple[Path, ...] | list[Path] = (),
    closed_world: bool = False,
    max_steps: int | None = None,
) -> Program:
    """The program of some rule files, by default the policies that come with the product, with case files beside it.

    `closed_world` takes every record of a case to be complete; `max_steps` limits how long a question may take. Raises `ProgramError`,
    whose `diagnostics` say what is wrong and where, if a file cannot be read or a check finds an error.

    >>> program = load()
    >>> [answer["D"] for answer in program.ask("determination(D)")][:2]
    ['conflicting_evidence', 'criteria_not_met']
    """
    named = [*([cases] if isinstance(cases, str | os.PathLike) else cases)]
    workspace = Workspace.open(files, cases=named, closed_world=closed_world, max_steps=max_steps)
    return Program.opened(workspace, files, cases=tuple(named), max_steps=max_steps)


class _Origin(Frozen, frozen=True):
    """What a program was loaded from, and the text of the cases that were stated beside it since."""

    files: tuple[Path, ...] = ()
    cases: tuple[Path, ...] = ()
    closed_world: bool = False
    max_steps: int | None = None
    texts: tuple[tuple[str, str], ...] = ()
    """Each with the name that messages have for it."""


_ORIGIN = _Origin()


def _free_name(name: str, taken: Container[str]) -> str:
    """A name for a text, or one like it that no other has.

    >>> _free_name("<case>", {"<case>", "<case 2>"})
    '<case 3>'
    """
    stem, end = (name.removesuffix(">"), ">") if name.endswith(">") else (name, "")
    return next(each for each in chain([name], (f"{stem} {n}{end}" for n in count(2))) if each not in taken)


def _loaded_again(origin: _Origin) -> Program:
    """A program in another process."""
    closed_world, max_steps = origin.closed_world, origin.max_steps
    program = load(*origin.files, cases=origin.cases, closed_world=closed_world, max_steps=max_steps)
    for text, name in origin.texts:
        program = program.with_text(text, name=name)
    return program


class Program(Frozen, frozen=True):
    """Rules that were checked, and the cases that are stated beside them. `load` makes one."""

    _long = frozenset({"workspace"})

    workspace: Workspace
    origin: _Origin = _ORIGIN

    @classmethod
    def opened(
        cls,
        workspace: Workspace,
        files: Iterable[Path],
        *,
        cases: tuple[Path, ...] = (),
        max_steps: int | None = None,
    ) -> Program:
        """The program of a workspace that was opened from some rule files and case files, with so many steps for a question."""
        return cls(workspace, _Origin(tuple(files), cases, workspace.closed_world, max_steps))

    def loaded_again(self) -> Program:
        """The program as its files have it now: rules that ask what day it is are told that of the time of loading."""
        return _loaded_again(self.origin)

    def __reduce__(self) -> tuple[Callable[[_Origin], Program], tuple[_Origin]]:
        return _loaded_again, (self.origin,)

    # --- cases -----------------------------------------------------------------------------------------------------

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The cases that are stated beside the rules."""
        return tuple(Case(self, each) for each in self.workspace.cases())

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """The policies that cases are reviewed under."""
        workspace = self.workspace
        return tuple(Policy.of(each, workspace.reviewer.policies) for each in workspace.rules.declarations.policies)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What is doubtful about the case files."""
        return tuple(self.workspace.warnings)

    def with_cases(self, *files: Path) -> Program:
        """The program with the cases of further case files beside it. Raises `ProgramError` for what is wrong with one."""
        program = self._with(load_cases(list(files)))
        return replace(program, origin=replace(self.origin, cases=(*self.origin.cases, *files)))

    def with_text(self, text: str, *, name: str = CASE) -> Program:
        """The program with the cases of the text of a case file beside it, which messages call by a name, or by one like it if
        another text has that."""
        free = _free_name(name, self.workspace.sources.texts)
        program = self._with(
            load_case(text.encode(errors="surrogatepass"), free)
        )  # half a character is told as no text
        return replace(program, origin=replace(self.origin, texts=(*self.origin.texts, (text, free))))

    def case(self, name: str, facts: Mapping[str, object]) -> Case:
        """A case that is stated by the values of its predicates, beside none other: for each a value, a tuple of values, a list of
        these, or whether it is so; a name that begins with `-` for what is stated to be false.

        >>> from datetime import date
        >>> case = load().case("c1", {
        ...     "request": ("some drug", "initial", date(2024, 9, 3)),
        ...     "birth_date": date(2010, 4, 11),
        ...     "prior_therapy": [(1, "one drug"), (2, "another")],
        ... })
        >>> case.facts[-1], case.review().determination.value
        ('prior_therapy(c1, 2, another).', 'more_information_needed')
        """
        text = facts_text(name, facts, self.workspace.rules.declarations)
        return self.without_cases().with_text(text, name=f"<{name}>").only_case()

    def without_cases(self) -> Program:
        """The rules alone."""
        workspace = self._stating((), self.workspace.loaded.sources)
        return Program(workspace, replace(self.origin, cases=(), texts=()))

    def only_case(self) -> Case:
        """The one case that is stated. Raises `ProgramError` (E407) if there is none, or several."""
        if len(self.cases) != 1:
            hint = "state one, or take one of `cases`" if self.cases else "state one, at least by its `request`"
            raise ProgramError.of("E407", f"there are {len(self.cases)} cases, and one is meant", CASE, hint)
        return self.cases[0]

    def _with(self, stated: Loaded) -> Program:
        workspace = self._stating(self.workspace.facts, self.workspace.sources)
        workspace.warnings = [*self.workspace.warnings]
        workspace.add_cases(stated)
        return Program(workspace, self.origin)

    def _stating(self, facts: Iterable[Clause], sources: Sources) -> Workspace:
        """A workspace of the same rules whose texts are its own, so that what is added to it is added to no other."""
        workspace = self.workspace.stating(facts)
        workspace.sources = sources.with_(Sources())
        return workspace

    # --- questions -------------------------------------------------------------------------------------------------

    def ask(self, goal: str, *, engine: str = DEFAULT_ENGINE) -> Answers:
        """The answers to a goal, from one of the engines `tabling`, `pydatalog`, `duckdb` and `spark`.

        Raises `ProgramError` if the goal cannot be read, its evaluation does not end or there is no such engine, and `ImportError` if the
        engine is not installed.

        >>> load().ask("package(80, 2, Tablet, Carton, Blister)").rows
        ((20, 32, 8),)
        """
        return Answers.of(self.workspace.ask(goal, engine=engine), self.workspace.remarks(goal))

    def ask_table(self, goal: str, *, engine: str = "duckdb") -> pyarrow.Table:
        """The answers to a goal as a table of Arrow, in no order: a column for each variable, and in the last one, `truth`, whether the
        answer is `true` or `unknown`. Answers of DuckDB of which none can be unknown leave it as columns, without Python objects.

        Columns of integers and dates have their types, decimals are exact, names and strings are text; the metadata of a column
        has its `kind`, which tells these apart. In a column of several kinds each value is as the language writes it, so that
        `1`, `'1'` and `1.0` are different texts. Null stands for whatever may be so.

        Raises as `ask` does, and `ProgramError` (E107) if PyArrow is not installed.

        >>> print(load().ask_table("package(80, 2, Tablet, Carton, Blister)").to_pylist())
        [{'Tablet': 20, 'Carton': 32, 'Blister': 8, 'truth': 'true'}]
        """
        return self.workspace.ask_table(goal, engine=engine)

    def why(self, goal: str) -> Explanation:
        """The explanation of the first answer to a goal, or of why there is none.

        >>> print(load().why("determination(meets_criteria)").status.value)
        true
        """
        return Explanation(self.workspace.explain(goal).node, self.workspace.remarks(goal))

    def why_not(self, goal: str) -> Explanation:
        """The same, with every alternative that fails opened."""
        return Explanation(self.workspace.explain(goal, every=True).node, self.workspace.remarks(goal))

    def proofs(self, goal: str, most: int = MOST_PROOFS) -> tuple[Explanation, ...]:
        """The different proofs of a goal, at most so many, the smallest of each answer first."""
        return tuple(map(Explanation, self.workspace.proofs(goal, most).nodes))

    def missing(self, goal: str, most: int | None = None) -> Missing:
        """The smallest sets of facts that are not documented and would make a goal true, at most so many, or a few."""
        from explain.proof.missing import MOST_SETS

        limit = most or MOST_SETS
        found = self.workspace.missing(goal, limit)
        return Missing.of(show_body(self.workspace.goal(goal)), found, limit, self.workspace.remarks(goal))

    def review(self, *files: Path, as_of: datetime.date | None = None, policy: str | None = None) -> list[Review]:
        """The reviews of the cases of some case files, or of those that are stated: one for each policy that is about what a case
        requests. `as_of` puts another date in place of that of the request; `policy` names the one to review under."""
        program = self.without_cases().with_cases(*files) if files else self
        return [each for case in program.cases for each in case.reviews(as_of=as_of, policy=policy)]

    @cached_property
    def letter_words(self) -> WordsBeside:
        """What the requirements of the policies are called in letters."""
        return WordsBeside(tuple(self.workspace.sources.files.values()))

    # --- authoring -------------------------------------------------------------------------------------------------

    def test(self, *paths: Path, policy: str | None = None) -> TestRun:
        """Runs the policy tests of some files and folders. Raises `ProgramError` (E408) where there is nothing to test."""
        from explain.authoring.policy_tests import PolicyTests

        return TestRun.of(PolicyTests(self.workspace.stating(()), policy).run(paths))

    def diff(self, new: Program, *, names: tuple[str, str] = ("old", "new")) -> Difference:
        """What changes from the policy of this program to that of another in any case, found by a solver. `names` are what the page
        calls the two."""
        from explain.authoring.difference_pages import pages_of

        return Difference.of(pages_of(*names, self.workspace, new.workspace))

    # --- populations -----------------------------------------------------------------------------------------------

    def batch_to(
        self,
        output: Path,
        population: Path,
        *,
        engine: str = "duckdb",
        closed_world: bool | None = None,
        policy: str | None = None,
        explain: Path | None = None,
        memory: str | None = None,
        given: Given | None = None,
        progress: Progress | None = None,
        inputs: Iterable[FilePath] = (),
    ) -> Summary:
        """Decides every case of a folder of Parquet or CSV files, or of FHIR bundles, and writes a row for each to a Parquet file; gives the
        counts. With `explain`, what fails or is not documented is written there; `memory` bounds what the engine holds; `given` says
        what bundles do not; neither file is to be one of `inputs`.

        Raises `ProgramError` as `engine.batch.run` does, and `ImportError` if what it needs is not installed.
        """
        from engine.batch import run

        rules, beside = self._deciding(policy)
        is_closed = self.workspace.closed_world if closed_world is None else closed_world
        return run(
            population,
            output,
            engine=engine,
            closed_world=is_closed,
            explain=explain,
            progress=progress,
            rules=rules,
            memory=memory,
            inputs=inputs,
            beside=beside,
            given=given,
        )

    def _deciding(self, policy: str | None) -> tuple[Rules, Rules | None]:
        """The rules that decide a population, and those of all policies where several stand side by side."""
        return self.workspace.reviewer_of(policy).rules, self.workspace.rules if self.workspace.beside else None

    def batch(
        self,
        population: Path | Mapping[str, Table],
        *,
        engine: str = "duckdb",
        closed_world: bool | None = None,
        policy: str | None = None,
        memory: str | None = None,
    ) -> Decided:
        """Decides every case of a population: a folder of Parquet or CSV files, or a table of facts for each predicate (an Arrow table,
        a pandas or a Polars data frame), with the columns that such files have.

        Raises `ProgramError` if it cannot be read as a whole or the engine is not installed; cases with faults are set aside and told.
        """
        try:
            from explain.api.frames import decided
        except ImportError as error:
            said = f"populations need packages that are not installed: {error}"
            raise ProgramError.of(
                "E107", said, "<batch>", "install them with `pip install 'priorlog[arrow]'`"
            ) from None

        rules, beside = self._deciding(policy)
        is_closed = self.workspace.closed_world if closed_world is None else closed_world
        return decided(population, rules=rules, beside=beside, engine=engine, closed_world=is_closed, memory=memory)


class Question(Frozen, frozen=True):
    """What an interview asks next."""

    text: str
    kind: str
    """`fact` (yes or no), `value` (of one thing) or `which` (of several)."""
    choices: tuple[str, ...]
    """Names that can be answered; others may do as well."""
    form: str
    """How an answer is written, where there is nothing to choose."""


class Case(Frozen, frozen=True):
    """One case beside a program."""

    _long = frozenset({"program", "stated"})

    program: Program
    stated: cases.Case

    @property
    def name(self) -> str:
        """What the facts call the case."""
        return plain_text(self.stated.name)

    @property
    def date(self) -> datetime.date:
        """The date of the request."""
        return self.stated.date

    @property
    def facts(self) -> tuple[str, ...]:
        """What is stated of the case, as the language writes it."""
        return tuple(map(show_clause, self.stated.facts))

    def __repr__(self) -> str:
        return f"Case({self.name!r})"

    def reviews(self, *, as_of: datetime.date | None = None, policy: str | None = None) -> list[Review]:
        """The reviews of the case, one for each policy that is about what it requests. Raises `ProgramError` where `as_of` is no day."""
        if as_of is not None and (not isinstance(as_of, datetime.date) or isinstance(as_of, datetime.datetime)):
            raise ProgramError.of("E502", f"{as_of!r} is no date", "<as_of>", "give a `datetime.date`")
        program = self.program
        found = program.workspace.reviews(self.stated, as_of=as_of, policy=policy)
        return [Review.of(each, program.letter_words) for each in found]

    def review(self, *, as_of: datetime.date | None = None, policy: str | None = None) -> Review:
        """The review of the case, under the first policy that is about what it requests."""
        return self.reviews(as_of=as_of, policy=policy)[0]

    # --- the interview -----------------------------------------------------------------------------------------------

    def next_question(self, *, policy: str | None = None) -> Question | None:
        """The most decisive question that can still change the determination; None when no answer can."""
        hearing = self._hearing(NOBODY, policy)
        with self.program.workspace.ending(f"the interview about {self.name}"):
            asked = hearing.interview.question()
            if asked is None:
                return None
            return Question(asked.text, asked.asks.name.lower(), tuple(hearing.choices(asked)), hearing.form(asked))

    def answered(self, answer: str, *, who: str = NOBODY, policy: str | None = None) -> Case:
        """The case with an answer to `next_question` stated: `yes`, `no`, `none`, `unknown`, or names and values as they are
        typed in an interview; `who` gives it. Raises `ProgramError` (E410) for an answer that says nothing of what is asked."""
        from explain.interview.answers import AnswerError
        from explain.interview.case_file import continued

        hearing = self._hearing(who, policy)
        with self.program.workspace.ending(f"the interview about {self.name}"):
            asked = hearing.interview.question()
            if asked is None:
                raise ProgramError.of("E410", "nothing is asked: no answer changes the determination", ANSWER)
            try:
                hearing.take_line(answer, asked)
            except AnswerError as error:
                raise ProgramError.of("E410", str(error), ANSWER) from None
        return self.program.without_cases().with_text(continued(self.text, hearing.interview)).only_case()

    def questionnaire(self, *, policy: str | None = None) -> dict[str, Any]:
        """What an interview would ask of the case, as a FHIR R4 Questionnaire; `priorlog import fhir` reads the answers to it."""
        from explain.fhir.questionnaire import questionnaire
        from explain.fhir.resources import json_of

        with self.program.workspace.ending(f"the interview about {self.name}"):
            made, _ = questionnaire(self._hearing(NOBODY, policy).interview)
        return json_of(made)

    @cached_property
    def text(self) -> str:
        """A case file that states the case: its own, where it has one for itself."""
        files = {fact.span.file for fact in self.stated.facts}
        others = {fact.span.file for case in self.program.cases if case != self for fact in case.stated.facts}
        texts = [self.program.workspace.sources.texts.get(file) for file in files - others]
        if len(files) == 1 and texts and texts[0] is not None:
            return texts[0]
        return cases.case_file_text(self.stated.facts)

    def _hearing(self, who: str, policy: str | None) -> Hearing:
        from explain.interview.case_file import left_undocumented
        from explain.interview.hearing import Hearing
        from explain.interview.session import Interview

        workspace = self.program.workspace
        under = workspace.reviewer_of(policy, self.stated)
        left = left_undocumented(self.text, self.stated, under.rules.names)
        case = self.stated.within(under.vocabulary)
        return Hearing(Interview(under, case, who, datetime.date.today(), workspace.closed_world, left))
