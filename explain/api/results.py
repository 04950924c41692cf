"""What questions to a program give: frozen values with the same JSON as the command line prints, shown as pages in a notebook."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from msgspec.structs import asdict

from engine import knowledge, policies
from engine.policies import Determination, Status
from explain import workspace
from explain.api.frozen import Frozen
from explain.api.values import Value, value_of
from explain.proof.node_json import node_json
from explain.proof.nodes import Node
from explain.report import review as reports
from explain.report.json_text import json_data, json_text
from kb.language.printer import show_atom
from kb.language.terms import plain_text
from kb.language.truth import Truth

if TYPE_CHECKING:  # what is only rendered at times is only imported then
    from rich.console import Console

    from explain.authoring.difference_pages import Pages
    from explain.authoring.policy_tests import Run
    from explain.report.document import Document
    from explain.words.letter_words import WordsBeside
    from kb.language.syntax import PolicyDecl


class Printer(Protocol):
    """What IPython has a value written to."""

    def text(self, text: str, /) -> None:
        """Writes a text."""


class Result(Frozen, frozen=True):
    """What every result can do: be JSON data or text, plain text, and part of a page."""

    def __init_subclass__(cls) -> None:
        cls._repr_pretty_ = Result._repr_pretty_  # type: ignore[method-assign] # IPython looks there before the `__repr__` of a class

    def _data(self) -> dict[str, object]:
        """What the command line prints as JSON."""
        raise NotImplementedError

    def show(self, out: Console) -> None:
        """Prints the result on a console, as the command line does."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, object]:
        """The result as JSON data: the dictionaries and lists that the command line prints as JSON."""
        return json_data(self._data())

    def to_json(self, *, indent: bool = False) -> str:
        """The result as the JSON text that the command line prints, with a line end."""
        return json_text(self._data(), indent=indent)

    def __str__(self) -> str:
        from explain.report.terminal import plain

        return plain(self.show).rstrip("\n")

    def _repr_html_(self) -> str:
        from html import escape

        return f"<pre>{escape(str(self))}</pre>"

    def _repr_pretty_(self, printer: Printer, _is_cycle: bool) -> None:
        """What IPython shows where it cannot show a page."""
        printer.text(str(self))


class Answers(Result, frozen=True):
    """The answers to a goal: those that hold, and those that are not documented; each iteration gives the first as dictionaries."""

    _over_again = frozenset({"found"})

    variables: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    """The values of the variables for which the goal is true, in standard order; `((),)` where it has no variables and is true."""
    unknown: tuple[tuple[Value, ...], ...]
    """Those for which it is neither true nor false; None stands for whatever may be so."""
    truth: Truth
    remarks: tuple[str, ...]
    """What there is to say besides, as that no fact is about a case."""
    found: knowledge.Answers
    """The same as constants of the language."""

    @classmethod
    def of(cls, found: knowledge.Answers, remarks: tuple[str, ...]) -> Answers:
        """The answers that a back end found."""
        rows, unknown = (tuple(tuple(map(value_of, row)) for row in several) for several in (found.true, found.unknown))
        return cls(tuple(var.name for var in found.variables), rows, unknown, found.truth, remarks, found)

    def __bool__(self) -> bool:
        return self.truth is Truth.TRUE

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return (dict(zip(self.variables, row, strict=True)) for row in self.rows)

    def _data(self) -> dict[str, object]:
        from explain.report.data import answers_json

        return answers_json(self.found, self.remarks)

    def show(self, out: Console) -> None:
        from explain.report import terminal

        terminal.print_remarks(self.remarks, out)
        terminal.print_answers(self.found, out)


class Evidence(Frozen, frozen=True):
    """Where a fact is stated."""

    file: str
    line: int | None
    text: str
    """The place, with its source and the name that is written there, in words."""


class Explanation(Result, frozen=True):
    """Why a goal holds, does not hold or is not documented: a sentence, where it is from, and what it rests on."""

    _long = frozenset({"node"})

    node: Node
    remarks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The sentence of this step."""
        from explain.report.layout import spoken

        return spoken(self.node)

    @property
    def status(self) -> Truth:
        """Whether what the step is about is true, false or unknown."""
        return self.node.status

    @property
    def cite(self) -> str | None:
        """Its place in the policy."""
        return self.node.cite

    @cached_property
    def evidence(self) -> tuple[Evidence, ...]:
        """Where what the step rests on directly is stated."""
        from explain.report import grounds

        return tuple(Evidence(each.file, each.line, str(each)) for each in grounds.evidence(self.node))

    @cached_property
    def children(self) -> tuple[Explanation, ...]:
        """The steps that it rests on."""
        return tuple(map(Explanation, self.node.children))

    def _data(self) -> dict[str, object]:
        return node_json(self.node)

    def to_html(self) -> str:
        """A page of its own."""
        from explain.report.html import node_page

        return node_page(self.node)

    def to_markdown(self) -> str:
        """The explanation in Markdown."""
        from explain.report.markdown import node_markdown

        return node_markdown(self.node)

    def show(self, out: Console) -> None:
        from explain.report import terminal

        terminal.print_remarks(self.remarks, out)
        terminal.print_tree(self.node, out)

    def _repr_html_(self) -> str:
        from explain.report.html import node_html

        return node_html(self.node)


class MissingFact(Frozen, frozen=True):
    """A fact that is not documented."""

    fact: str
    """As the language writes it."""
    question: str
    """What asks for it."""


class Missing(Result, frozen=True):
    """The smallest sets of undocumented facts that would make a goal true, the smallest first."""

    _over_again = frozenset({"found"})
    _long = frozenset({"limit"})

    goal: str
    truth: Truth
    """How the goal stands now."""
    sets: tuple[tuple[MissingFact, ...], ...]
    found: workspace.Missing
    limit: int
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(cls, goal: str, found: workspace.Missing, limit: int, remarks: tuple[str, ...] = ()) -> Missing:
        """What a search found."""
        sets = tuple(
            tuple(MissingFact(show_atom(fact.atom), fact.question) for fact in facts) for facts in found.first.sets
        )
        return cls(goal, found.truth, sets, found, limit, remarks)

    def _data(self) -> dict[str, object]:
        from explain.report.data import found_json

        return found_json(self.goal, self.limit, self.truth, self.found.first)

    def show(self, out: Console) -> None:
        from explain.report import terminal

        terminal.print_remarks(self.remarks, out)
        terminal.print_missing(self.found, out)


class Criterion(Frozen, frozen=True):
    """How a criterion, an alternative or one of the things that these ask for stands."""

    _long = frozenset({"explanation", "alternatives", "items"})

    id: str
    status: Status
    text: str
    cite: str
    """Its place in the policy."""
    explanation: Explanation
    alternatives: tuple[Criterion, ...]
    items: tuple[Criterion, ...]

    @classmethod
    def of(cls, made: reports.Criterion) -> Criterion:
        """A criterion of a review."""
        alternatives, items = (tuple(map(cls.of, each)) for each in (made.alternatives, made.items))
        return cls(made.id, made.status, made.text, made.cite, Explanation(made.node), alternatives, items)


class Authorization(Frozen, frozen=True):
    """The period and the quantity that meeting the criteria allows."""

    start: datetime.date
    until: datetime.date
    amount: int | None
    """None where no limit is stated, or it depends on what is not documented."""
    days: int | None
    """For how many days the amount is."""
    units: str
    """What several are called."""

    @classmethod
    def of(cls, given: reports.Authorization) -> Authorization:
        """What a review allows."""
        return cls(given.start, given.until, given.amount, given.days, given.units)


class Review(Result, frozen=True):
    """The review of one case under one policy. Software never denies: it reports whether criteria are met, and a clinician decides."""

    _over_again = frozenset({"made", "words"})

    case: str
    policy: str | None
    kind: str
    drug: str
    date: datetime.date
    determination: Determination
    criteria: tuple[Criterion, ...]
    missing: tuple[tuple[MissingFact, ...], ...]
    """Where more information is needed: the smallest sets of facts that would meet the criteria."""
    authorization: Authorization | None
    quantity: policies.Quantity | None
    not_recognised: tuple[str, ...]
    """The names that no vocabulary knows: what is stated with them decides nothing."""
    to_check: tuple[str, ...]
    """What is to be looked at before anyone signs."""
    made: reports.Review
    words: WordsBeside
    """What requirements are called in letters."""

    @classmethod
    def of(cls, made: reports.Review, words: WordsBeside) -> Review:
        """A review, and the words for letters about it."""
        given = made.authorization
        return cls(
            case=plain_text(made.case),
            policy=made.policy,
            kind=made.kind,
            drug=made.drug,
            date=made.date,
            determination=made.determination,
            criteria=tuple(map(Criterion.of, made.criteria)),
            missing=tuple(
                tuple(MissingFact(show_atom(fact.atom), fact.question) for fact in facts) for facts in made.missing
            ),
            authorization=None if given is None else Authorization.of(given),
            quantity=made.quantity,
            not_recognised=tuple(each.name for each in made.not_recognised),
            to_check=tuple(each.text for each in made.checks),
            made=made,
            words=words,
        )

    @property
    def proof(self) -> Explanation | None:
        """Why the criteria are met, are not met or are not settled; None where no policy is in force."""
        return None if self.made.proof is None else Explanation(self.made.proof)

    def _data(self) -> dict[str, object]:
        from explain.report.data import review_json

        return review_json(self.made)

    def to_html(self) -> str:
        """The report as a page of its own, to be printed and signed."""
        from explain.report.html import review_html

        return review_html([self.made])

    def to_markdown(self) -> str:
        """The report in Markdown."""
        from explain.report.markdown import review_pieces

        return "".join(review_pieces([self.made]))

    def to_pas(self) -> dict[str, Any]:
        """The response to the request as a FHIR R4 Bundle with a ClaimResponse after Da Vinci PAS: approved where criteria are met, else
        pended; never denied."""
        from explain.fhir.claim_response import response_bundle

        return response_bundle(self.made)

    def to_pdf(self) -> bytes:
        """The report as PDF, for which WeasyPrint is to be installed (the extra `pdf`)."""
        from explain.report.pdf import pdf_of

        return pdf_of(self.to_html())

    def letter(self, reader: str = "patient", *, template: str | None = None) -> Letter:
        """The letter about the review to its `patient` or `prescriber`, with the end that a Jinja2 template gives it.

        Raises `ValueError` for another reader, `explain.report.letter_template.LetterTemplateError` for a template that cannot be
        filled in.
        """
        from explain.report.letter_document import letter
        from explain.words.letter_words import Reader

        return Letter(letter(self.made, Reader(reader), self.words.found, template))

    def show(self, out: Console) -> None:
        from explain.report import terminal

        terminal.print_review(self.made, out)

    def _repr_html_(self) -> str:
        return reports.notebook_html(self.made)


class Letter(Frozen, frozen=True):
    """A letter about a review: as text by `str`, and as a page."""

    _long = frozenset({"document"})

    document: Document

    def __str__(self) -> str:
        from explain.report.letter_document import letter_text

        return letter_text(self.document)

    def to_html(self) -> str:
        """A page of its own."""
        from explain.report.html import letter_page

        return letter_page([self.document])

    def to_markdown(self) -> str:
        """The letter in Markdown."""
        from explain.report.markdown import document_markdown

        return document_markdown(self.document)

    def _repr_pretty_(self, printer: Printer, _is_cycle: bool) -> None:
        """What IPython shows where it cannot show a page."""
        printer.text(str(self))

    def _repr_html_(self) -> str:
        from explain.report.html import rendered

        return rendered("fragment", document=self.document, place="letter", is_report=True)


class TestResult(Frozen, frozen=True):
    """How one expectation of a policy test fares."""

    __test__ = False

    file: str
    line: int
    expectation: str
    outcome: str
    """`passed`, `failed`, or `error` where the case cannot be reviewed."""
    got: str


class TestRun(Result, frozen=True):
    """What became of policy tests."""

    _over_again = frozenset({"run"})

    __test__ = False

    results: tuple[TestResult, ...]
    is_passed: bool
    run: Run

    @classmethod
    def of(cls, run: Run) -> TestRun:
        """A run of policy tests."""
        results = (
            TestResult(each.span.file, each.span.line, each.text, each.outcome.value, each.got) for each in run.results
        )
        return cls(tuple(results), run.is_passed, run)

    def __bool__(self) -> bool:
        return self.is_passed

    def _data(self) -> dict[str, object]:
        from explain.authoring.results import run_json

        return {**run_json(self.run), "coverage": None}

    def show(self, out: Console) -> None:
        from explain.authoring import results
        from explain.report import terminal

        terminal.print_document(results.document(self.run), out)


class Policy(Frozen, frozen=True):
    """A policy that cases are reviewed under, with what it declares of itself; None for what it does not."""

    name: str
    drugs: tuple[str, ...]
    title: str | None
    approved: str | None
    effective: str | None

    @classmethod
    def of(cls, declared: PolicyDecl, covered: policies.Policies) -> Policy:
        """What is declared of a policy, and the drugs that it covers."""
        title, approved, effective = (
            None if (value := declared.get(key)) is None else plain_text(value)
            for key in ("title", "approved", "effective")
        )
        drugs = (plain_text(drug) for name, drug in covered.covers if plain_text(name) == declared.name)
        return cls(declared.name, tuple(drugs), title, approved, effective)

    def to_dict(self) -> dict[str, object]:
        """The same as JSON data."""
        return {**asdict(self), "drugs": [*self.drugs]}


class Verdict(Frozen, frozen=True):
    """How the decision about a criterion, an alternative or the whole changes."""

    id: str
    verdict: str
    """`equivalent`, `looser`, `tighter`, `incomparable` or `undecided`."""


class Difference(Result, frozen=True):
    """What changes from one policy to another in any case, with the smallest cases that show it."""

    _over_again = frozenset({"pages"})

    verdicts: tuple[Verdict, ...]
    pages: Pages

    @classmethod
    def of(cls, pages: Pages) -> Difference:
        """What a comparison found."""
        return cls(tuple(Verdict(each.compared.new.id, each.compared.verdict.value) for each in pages.decisions), pages)

    @property
    def determination(self) -> str:
        """The verdict for the determination."""
        return self.verdicts[0].verdict

    def _data(self) -> dict[str, object]:
        from explain.authoring.difference_pages import difference_json

        return difference_json(self.pages)

    def show(self, out: Console) -> None:
        from explain.authoring.difference_pages import document
        from explain.report import terminal

        terminal.print_document(document(self.pages), out)
