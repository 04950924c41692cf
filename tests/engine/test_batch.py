"""Whole populations: what a batch decides, what it sets aside, and what it says of files it cannot read."""

from __future__ import annotations

import datetime
import importlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

duckdb = pytest.importorskip("duckdb")

import engine.batch  # noqa: E402 # needs DuckDB only when it runs
from engine.batch.lift.words import BITS, at, masked, places  # noqa: E402
from engine.batch.report import column_of  # noqa: E402
from engine.cases import cases_of  # noqa: E402
from engine.knowledge import KnowledgeBase, Rules  # noqa: E402
from engine.policies import Policies, Status  # noqa: E402
from explain.workspace import Workspace  # noqa: E402
from kb.language.declarations import REQUEST  # noqa: E402
from kb.language.diagnostics import ProgramError  # noqa: E402
from kb.language.loader import SHIPPED, load_text  # noqa: E402
from kb.language.syntax import TRUE, And, AtomF, Body, Clause, Pred  # noqa: E402
from kb.language.terms import Atom, Date, Var, make_decimal  # noqa: E402
from kb.language.traversal import body_vars, conjuncts, substitute  # noqa: E402
from kb.language.truth import Truth  # noqa: E402
from tests.benchmarks.generate import Row, atom, rows, write_csv, write_parquet, write_pl  # noqa: E402
from tests.benchmarks.renamed import renamed  # noqa: E402

REQUESTS = (
    "case,drug,kind,date\nc1,xpovio,initial,2024-01-01\nc2,xpovio,renewal,2024-01-01\nc3,xpovio,initial,2024-01-01\n"
)
N, SEED = 60, 2


def population(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A folder with a file of requests and others; a text is written as UTF-8."""
    for name, content in {"request.csv": REQUESTS, **files}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def table(file: Path) -> dict[str, dict[str, Any]]:
    """The rows of a report by case."""
    found = duckdb.execute("SELECT * FROM read_parquet(?)", [str(file)])
    names = [column[0] for column in found.description]
    return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in found.fetchall()}


def rejects(file: Path) -> list[tuple[str | None, str, str]]:
    """Case, predicate and reason of each reject."""
    found = duckdb.execute('SELECT "case", predicate, reason FROM read_parquet(?) ORDER BY ALL', [str(file)])
    return [(row[0], row[1], row[2]) for row in found.fetchall()]


def decided(tmp_path: Path, files: dict[str, str | bytes], **options: Any) -> engine.batch.Summary:
    return engine.batch.run(population(tmp_path / "in", files), tmp_path / "out.parquet", **options)


def complaint(tmp_path: Path, files: dict[str, str | bytes]) -> list[str]:
    """What a batch says of a population that it cannot read: code, file, line and message."""
    with pytest.raises(ProgramError) as raised:
        decided(tmp_path, files)
    assert not (tmp_path / "out.parquet").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
    return [
        f"{each.code} {Path(each.span.file).name}:{each.span.line} {each.message}" for each in raised.value.diagnostics
    ]


# --- the same answers ----------------------------------------------------------------------------------------------


def reviews(
    every: list[list[Row]], *, closed_world: bool = False, space: Workspace | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the interactive engine reports of cases, in the columns of a batch."""
    facts = [Clause(atom(row), TRUE) for case in every for row in case]
    yield from reviews_of(facts, space or Workspace.open(closed_world=closed_world))


def reviews_of(facts: list[Clause], space: Workspace) -> Iterator[tuple[str, dict[str, Any]]]:
    """The same of facts of cases."""
    for case in cases_of(facts):
        review = space.review(case)
        found: dict[str, Any] = {
            "policy": review.policy, "policy_effective": review.effective, "kind": review.kind, "date": review.date,
            "determination": review.determination, "quantity": review.quantity,
        }  # fmt: skip
        unknown = sorted({f"{each.pred.name}: {each.name}" for each in review.not_recognised})
        plausible = {pred.name for _, pred in space.reviewer.policies.checks}
        checks = ((each.severity, each.node.goal.split("(")[0]) for each in review.checks)
        said = (f"{severity}: {name}" for severity, name in checks if name in plausible)
        found |= {"not_recognised": "; ".join(unknown) or None, "checks": "; ".join(dict.fromkeys(said)) or None}
        for criterion in review.criteria:
            found[criterion.id] = criterion.status
            found |= {f"{criterion.id}__{each.id}": each.status for each in criterion.alternatives}
        given = review.authorization
        found |= {
            "authorized_from": given and given.start, "authorized_until": given and given.until,
            "authorized_tablets": given and given.amount, "authorized_days": given and given.days,
        }  # fmt: skip
        assert isinstance(case.name, Atom)
        yield case.name.name, found


@pytest.fixture(scope="module")
def random_cases() -> list[list[Row]]:
    return list(rows(N, SEED))


@pytest.fixture(scope="module")
def decided_cases(
    random_cases: list[list[Row]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, engine.batch.Summary]:
    """A folder with the random cases as Parquet in `in`, and what a batch of them wrote and told, reasons included."""
    folder = tmp_path_factory.mktemp("decided")
    write_parquet(random_cases, folder / "in")
    return folder, engine.batch.run(folder / "in", folder / "out.parquet", explain=folder / "reasons.parquet")


@pytest.mark.heavy
def test_a_batch_and_the_reviews_of_its_cases_agree(
    random_cases: list[list[Row]],
    decided_cases: tuple[Path, engine.batch.Summary],
    without_repairs: None,
) -> None:
    """Both engines report the same of every case, in every column, and the report has the order of the requests."""
    folder, summary = decided_cases
    found = table(folder / "out.parquet")
    expected = dict(reviews(random_cases))
    assert list(expected) == list(found)
    for name, theirs in expected.items():
        assert {column: theirs.get(column) for column in found[name]} == found[name], name
    assert (N, N, 0) == (summary.cases, summary.decided, summary.set_aside)
    assert sum(count for _, count in summary.determinations) == N


@pytest.mark.heavy
def test_closed_worlds_agree(
    random_cases: list[list[Row]],
    decided_cases: tuple[Path, engine.batch.Summary],
    tmp_path: Path,
    without_repairs: None,
) -> None:
    """With every record complete, both engines report the same too."""
    engine.batch.run(decided_cases[0] / "in", tmp_path / "out.parquet", closed_world=True)
    found = table(tmp_path / "out.parquet")
    for name, theirs in reviews(random_cases[: N // 3], closed_world=True):
        assert {column: theirs.get(column) for column in found[name]} == found[name], name


@pytest.mark.heavy
def test_a_report_does_not_depend_on_how_many_cases_are_decided_at_a_time(
    decided_cases: tuple[Path, engine.batch.Summary], tmp_path: Path
) -> None:
    """Forty cases at a time give the report of all at once, in its order."""
    folder, _ = decided_cases
    engine.batch.run(folder / "in", tmp_path / "out.parquet", at_once=40)
    assert list(table(folder / "out.parquet").items()) == list(table(tmp_path / "out.parquet").items())


@pytest.mark.heavy
@pytest.mark.parametrize("most", [0, 12])
def test_a_report_does_not_depend_on_which_tables_have_few_different_rows(
    most: int, decided_cases: tuple[Path, engine.batch.Summary], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no table or only some are looked at once for each different row, the report is the same."""
    folder, _ = decided_cases
    monkeypatch.setattr("engine.batch.lift.few.MOST", most)
    engine.batch.run(folder / "in", tmp_path / "out.parquet")
    assert list(table(folder / "out.parquet").items()) == list(table(tmp_path / "out.parquet").items())


@pytest.mark.heavy
def test_the_random_cases_reach_every_determination_and_status(
    decided_cases: tuple[Path, engine.batch.Summary],
) -> None:
    """The cases that engines are compared on are not of one kind: each word that can be given is given."""
    _, summary = decided_cases
    assert len(dict(summary.determinations)) == 6
    assert len(dict(summary.quantities)) == 4
    words = {word for _, counts in summary.statuses for word, _ in counts}
    assert {"met", "not_met", "not_documented", "not_applicable"} == words
    assert all({"met", "not_met", "not_documented"} <= set(dict(counts)) for _, counts in summary.statuses)


FLAGS = [f"f{number}" for number in range(5)]
CONDITIONS = st.recursive(
    st.sampled_from(FLAGS).map(exp.column),
    lambda inner: st.one_of(
        inner.map(lambda each: exp.not_(each)),
        st.lists(inner, min_size=2, max_size=4).map(lambda each: exp.and_(*each)),
        st.lists(inner, min_size=2, max_size=4).map(lambda each: exp.or_(*each)),
    ),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.lists(CONDITIONS, min_size=1, max_size=3))
def test_conditions_on_flags_mean_the_same_as_tests_of_words(conditions: list[exp.Expr]) -> None:
    """For every choice of flags, conditions are what they are as tests of words in which flags share bits."""
    place = places(FLAGS, conditions)
    bits_of = {name: at(number) for name, number in place.items()}
    words = {}
    for word in range(1 + max(place.values()) // BITS):
        bits = (
            f"CASE WHEN {name} THEN {1 << bit} ELSE 0 END" for name, (of, bit) in bits_of.items() if of == f"w{word}"
        )
        words[f"w{word}"] = " | ".join(f"({bit})" for bit in bits)
    choices = " CROSS JOIN ".join(f"(VALUES (true), (false)) v{name}({name})" for name in FLAGS)
    rows = f"SELECT *, {', '.join(f'{bits} AS {word}' for word, bits in words.items())} FROM {choices}"
    both = (f"({each.sql('duckdb')}) = ({masked(each.copy(), bits_of).sql('duckdb')})" for each in conditions)
    assert duckdb.execute(f"SELECT bool_and({' AND '.join(both)}) FROM ({rows})").fetchall() == [(True,)]


OTHER_POLICY = f"""
:- ensure_loaded('{SHIPPED / "library" / "cases.pl"}').
:- ensure_loaded('{SHIPPED / "library" / "conditions.pl"}').
brand(xpovio, selinexor).
:- policy(other, [drug(selinexor)]).
policy_version(other, 2019-07-01).
policy_version(other, 2024-07-01).
quantity_limit(selinexor, 96, 84).
quantity_unit(selinexor, tablet, tablets).
approval_duration(selinexor, initial, 12).
"""
"""A policy without criteria, to which tests add theirs: a small one is soon read."""

OTHER_CRITERIA = """
criterion(other, initial, 1, aggregate, aggregate).
criterion(other, initial, 2, row_and_value, row_and_value).
criterion(other, initial, 3, latest, latest).
criterion(other, initial, 4, few_agents, few_agents).
criterion(other, initial, 5, last_on_record, last_on_record).
criterion(other, initial, 6, skipped, skipped).
criterion(other, renewal, 1, strong_negation, strong_negation).
criterion(other, renewal, 2, other_value, other_value).
criterion(other, renewal, 3, arithmetic, arithmetic).
criterion(other, renewal, 4, shown, shown).
:- pred aggregate(Case: case) :: 'fewer than four lines'.
aggregate(Case) :- request(Case, _, _, _), aggregate_all(count, Line, prior_therapy(Case, Line, _), N), N < 4.
:- pred row_and_value(Case: case) :: 'progression within 700 days before the request'.
row_and_value(Case) :- request(Case, _, _, Date), progression(Case, _, Day), days_between(Day, Date, N), N < 700.
:- pred latest(Case: case) :: 'the last dose of all is of a line with more than one agent'.
latest(Case) :- last_dose(Case, Line, Day), \\+ later_dose(Case, Day),
    at_least(2, Agent, prior_therapy(Case, Line, Agent)).
later_dose(Case, Day) :- last_dose(Case, _, Day), last_dose(Case, _, Later), Later @> Day.
:- pred few_agents(Case: case) :: 'at most two lines, and refractory to at most one agent of the table'.
few_agents(Case) :- request(Case, _, _, _), at_most(2, Line, prior_therapy(Case, Line, _)),
    at_most(1, A, (drug_class(A, _), refractory(Case, A))).
:- pred strong_negation(Case: case) :: 'said not to have progressed or not to be at risk'.
strong_negation(Case) :- -disease_progression(Case) ; -reproductive_potential(Case) ; -sex(Case, male).
:- pred other_value(Case: case) :: 'for another condition, with tablets of a listed strength'.
other_value(Case) :- indication(Case, C), C \\= multiple_myeloma, tablet(Case, Mg), member(Mg, [20, 40, 50]).
:- pred arithmetic(Case: case) :: 'a weekly dose of a hundred milligrams or more'.
arithmetic(Case) :- regimen(Case, Mg, Times), Weekly is Mg * Times, max(Weekly, 1) >= 100, tablet(Case, T), Mg mod T =:= 0.
:- pred last_on_record(Case: case) :: 'an agent of a line on record is the last by name of those that the disease is refractory to'.
last_on_record(Case) :- refractory(Case, Agent), \\+ documented((refractory(Case, Later), Later @> Agent)),
    documented(prior_therapy(Case, _, Agent)).
:- pred skipped(Case: case) :: 'a line follows one that is not on record'.
skipped(Case) :- documented((prior_therapy(Case, Line, _), Line > 1)), Before is Line - 1,
    \\+ documented(prior_therapy(Case, Before, _)).
:- pred shown(Case: case) :: 'the record shows no progression, or no man, and not that tablets of 20 mg are asked for'.
shown(Case) :- request(Case, _, _, _), documented((-disease_progression(Case) ; \\+ sex(Case, male))), \\+ documented(tablet(Case, 20)).
"""


def other_policy(place: Path, text: str) -> Workspace:
    """A workspace with the policy for tests and what they add to it."""
    policy = place / "other.pl"
    policy.write_text(OTHER_POLICY + text)
    return Workspace.open([policy])


READING = """
criterion(other, initial, 1, known, known).
:- pred known(Case: case) :: 'born on a day that is known, with dexamethasone, and tablets of 20 mg asked for'.
known(Case) :- birth_date(Case, _), combination(Case, dexamethasone), tablet(Case, 20).
"""
"""A policy for what hangs on the files alone, whatever is decided of them."""


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    """The rules of a policy that is soon decided by."""
    return other_policy(tmp_path_factory.mktemp("reading"), READING).rules


@pytest.mark.heavy
def test_any_policy_is_decided_alike(tmp_path: Path, without_repairs: None) -> None:
    """Criteria that cannot become columns of one row (aggregates, the latest of several facts) agree as well."""
    space = other_policy(tmp_path, OTHER_CRITERIA)
    every = list(rows(30, SEED))
    write_parquet(every, tmp_path / "in")
    engine.batch.run(tmp_path / "in", tmp_path / "out.parquet", rules=space.rules, at_once=15)
    found = table(tmp_path / "out.parquet")
    for name, theirs in reviews(every, space=space):
        assert {column: theirs.get(column) for column in found[name]} == found[name], name


LIKE_NAMES_OF_ITS_OWN = """
criterion(other, initial, 1, early, early).
criterion(other, initial, 2, linked, linked).
criterion(other, initial, 3, single, single).
:- abducible cases/2, result/3, 'Result'/2, w0/2, f1/2, f1__c/2.
:- functional w0(+, -).
:- functional f1(+, -).
:- functional f1__c(+, -).
:- pred cases(Case: case, W0: atom) :: '@(Case) has the stage @(W0)'.
:- pred result(Case: case, Name: atom, Row: atom) :: '@(Row) follows from @(Name) for @(Case)'.
:- pred 'Result'(Case: case, Read: atom) :: '@(Case) has @(Read)'.
:- pred w0(Case: case, F1: atom) :: '@(Case) has the word @(F1)'.
:- pred f1(Case: case, C__d: atom) :: '@(Case) has the flag @(C__d)'.
:- pred f1__c(Case: case, D: atom) :: '@(Case) has the other flag @(D)'.
:- pred early(Case: case) :: 'of an early stage'.
early(Case) :- request(Case, _, _, _), cases(Case, t1).
early(Case) :- request(Case, _, _, _), cases(Case, t2).
early(Case) :- request(Case, _, _, _), cases(Case, 'w0').
:- pred linked(Case: case) :: 'the last result is reached'.
linked(Case) :- base(Case, r0), 'Result'(Case, f1).
base(Case, X) :- request(Case, _, _, _), result(Case, b1, X).
base(Case, Y) :- base(Case, X), result(Case, X, Y).
:- pred single(Case: case) :: 'of the word and both flags'.
single(Case) :- w0(Case, n1), f1(Case, gathered), f1__c(Case, 'select').
"""


def test_names_in_a_policy_are_none_of_the_engine_s(tmp_path: Path, without_repairs: None) -> None:
    """Predicates, arguments and constants that are called as tables and columns of a batch are not taken for them."""
    space = other_policy(tmp_path, LIKE_NAMES_OF_ITS_OWN)
    stages = ("t1", "t2", "t3", "w0", "r0", "f1")
    files: dict[str, str | bytes] = {
        "request.csv": "case,drug,kind,date\n" + "".join(f"{each},xpovio,initial,2024-08-01\n" for each in stages),
        "cases.csv": "case,w0\n" + "".join(f"{each},{each}\n" for each in stages),
        "result.csv": "case,name,row\n" + "".join(f"{each},b1,n1\n{each},n1,r0\n" for each in stages[1:]),
        "Result.csv": "case,read\n" + "".join(f"{each},f1\n" for each in stages[:5]),
        "w0.csv": "case,f1\n" + "".join(f"{each},n1\n" for each in stages),
        "f1.csv": "case,c__d\n" + "".join(f"{each},gathered\n" for each in stages),
        "f1__c.csv": "case,d\n" + "".join(f"{each},select\n" for each in stages[:4]) + "r0,gathered\n",
    }
    summary = decided(tmp_path, files, rules=space.rules, at_once=4)
    found = {case: (row["early"], row["linked"], row["single"]) for case, row in table(Path(summary.output)).items()}
    no, met, not_documented = "not_met", "met", "not_documented"
    assert found == {
        "t1": (met, not_documented, met), "t2": (met, met, met), "t3": (not_documented, met, met),
        "w0": (met, met, met), "r0": (not_documented, met, no), "f1": (not_documented, not_documented, not_documented),
    }  # fmt: skip


LEVELS = """
criterion(other, initial, 1, high, high).
:- abducible level/2, above/3.
:- pred level(Case: case, N: integer) :: 'level @(N) was reached'.
:- pred above(Case: case, N: integer, Other: integer).
:- pred high(Case: case) :: 'level 5 was reached'.
high(Case) :- reached(Case, 5).
reached(Case, 2) :- request(Case, _, _, _).
reached(Case, M) :- reached(Case, N), M is N + 1, M < 6, at(Case, M).
at(Case, N) :- level(Case, N).
at(Case, N) :- above(Case, M, N), at(Case, M).
"""


def test_recursion_is_asked_about_values_that_it_computes(tmp_path: Path) -> None:
    """What no file mentions and recursion computes is as undocumented as anything else, unless the record is complete."""
    files: dict[str, str | bytes] = {
        "request.csv": "case,drug,kind,date\n" + "".join(f"c{n},xpovio,initial,2024-08-01\n" for n in (1, 2, 3)),
        "level.csv": "case,n\nc2,3\nc2,4\nc2,5\nc3,3\n",
        "complete.csv": "case,predicate\nc3,level\nc3,above\n",
    }
    summary = decided(tmp_path, files, rules=other_policy(tmp_path, LEVELS).rules, at_once=1)
    found = {case: row["high"] for case, row in table(Path(summary.output)).items()}
    assert {"c1": "not_documented", "c2": "met", "c3": "not_met"} == found


@pytest.mark.parametrize("name", ["determination", "Date", "months"])
def test_a_criterion_has_a_column_of_its_own(name: str, tmp_path: Path) -> None:
    """A criterion whose column would be called as another one of the report is an error that names it."""
    space = other_policy(
        tmp_path,
        f"criterion(other, initial, 1, '{name}', early). :- pred early(Case: case) :: 'early'. "
        "early(Case) :- request(Case, _, initial, _).",
    )
    with pytest.raises(ProgramError, match=f"E502.*`{name}`|`{name}`"):
        decided(tmp_path, {}, rules=space.rules)


@pytest.mark.heavy
def test_csv_and_parquet_give_the_same_report(
    random_cases: list[list[Row]], decided_cases: tuple[Path, engine.batch.Summary], tmp_path: Path
) -> None:
    """A population says the same in either format."""
    write_csv(random_cases, tmp_path / "csv")
    engine.batch.run(tmp_path / "csv", tmp_path / "csv.out")
    assert table(decided_cases[0] / "out.parquet") == table(tmp_path / "csv.out")


@pytest.mark.heavy
def test_the_facts_of_one_case_are_those_of_its_file(
    random_cases: list[list[Row]], decided_cases: tuple[Path, engine.batch.Summary]
) -> None:
    """`case_facts` gives back what was written about a case, and nothing else."""
    for case in random_cases[:2]:
        facts = engine.batch.case_facts(decided_cases[0] / "in", str(case[0][1]))
        assert {atom(row) for row in case} == {fact.head for fact in facts}


def test_generated_case_files_can_be_reviewed(random_cases: list[list[Row]], tmp_path: Path) -> None:
    """What the generator writes as a case file passes every check of case files."""
    write_pl(random_cases, tmp_path / "cases.pl")
    assert N == len(Workspace.open(cases=[tmp_path / "cases.pl"]).cases())


def test_cases_of_a_seed_do_not_depend_on_their_number() -> None:
    """Case number 7 of a seed is the same among ten cases and alone."""
    assert list(rows(10, SEED))[7:8] == list(rows(1, SEED, start=7))


@pytest.mark.heavy
def test_every_failing_criterion_has_a_reason(decided_cases: tuple[Path, engine.batch.Summary]) -> None:
    """The reasons have a row for each criterion that is not met or not documented, and for no other."""
    folder, summary = decided_cases
    output, reasons = folder / "out.parquet", folder / "reasons.parquet"
    assert str(reasons) == summary.reasons
    listed = duckdb.execute(
        'SELECT "case", criterion, status FROM read_parquet(?) WHERE alternative IS NULL', [str(reasons)]
    ).fetchall()
    expected = {
        (case, name, word)
        for case, row in table(output).items()
        for name, word in row.items()
        if "__" not in name and name != "quantity" and word in ("not_met", "not_documented")
    }
    assert expected == set(listed)
    assert len(expected) == len(listed)


def reasons(file: Path) -> dict[tuple[str, str, str | None], dict[str, Any]]:
    """The rows of a table of reasons by case, criterion and alternative."""
    found = duckdb.execute("SELECT * FROM read_parquet(?)", [str(file)])
    names = [column[0] for column in found.description]
    rows_found = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {(row["case"], row["criterion"], row["alternative"]): row for row in rows_found}


def nearest(kb: KnowledgeBase, case: Atom, pred: Pred) -> tuple[int, int]:
    """Of the rule for a criterion that is nearest to holding of a case, how many literals hold and how many there are: each
    conjunction of those that share variables is asked about by itself."""
    found = []
    for clause in kb.rules.clauses:
        if clause.head.pred == pred:
            goals = conjuncts(substitute(clause.body, {arg: case for arg in clause.head.args if isinstance(arg, Var)}))
            together = [each for each in linked(goals) if len(each) > 1 or not is_request(each[0])]
            match together:
                case [(AtomF(inner, (_,)),)] if not kb.rules.declarations.is_abducible(inner.positive):
                    found.append(nearest(kb, case, inner))
                case _:
                    held = sum(kb.part_truth(And(each), {}) is Truth.TRUE for each in together)
                    found.append((held, len(together)))
    return max(found, key=lambda each: each[0] / each[1])


def is_request(goal: Body) -> bool:
    return isinstance(goal, AtomF) and goal.pred == REQUEST


def linked(goals: tuple[Body, ...]) -> list[tuple[Body, ...]]:
    """Goals in groups, of which no two share a variable."""
    found: list[tuple[Body, ...]] = []
    for goal in goals:
        shared = [each for each in found if any(body_vars(goal).keys() & body_vars(other).keys() for other in each)]
        found = [each for each in found if each not in shared]
        found.append((*(other for each in shared for other in each), goal))
    return found


@pytest.mark.heavy
def test_reasons_are_those_of_every_literal_asked_about_by_itself(
    random_cases: list[list[Row]], decided_cases: tuple[Path, engine.batch.Summary]
) -> None:
    """Whatever is not met or not documented has a reason, and nothing else has: as near as the rule of which most literals
    hold, where the interactive engine is asked about each."""
    told, listed = table(decided_cases[0] / "out.parquet"), reasons(decided_cases[0] / "reasons.parquet")
    rules = Workspace.open().rules
    policies = Policies.of(rules)
    expected = {}
    for every in random_cases[:25]:
        facts = [Clause(atom(row), TRUE) for row in every]
        case = facts[0].head.args[0]
        assert isinstance(case, Atom)
        row = told[case.name]
        with KnowledgeBase(rules, facts) as kb:
            for item in policies.items:
                is_asked = (item.policy, item.kind) == (row["policy"], row["kind"])
                is_open = item.criterion is None or row[item.criterion] != Status.MET
                if is_asked and is_open and row[column_of(item)] in (Status.NOT_MET, Status.NOT_DOCUMENTED):
                    criterion, alternative = (item.criterion, item.id) if item.criterion else (item.id, None)
                    expected[case.name, criterion, alternative] = nearest(kb, case, item.pred)
    names = {name for name, _, _ in expected}
    assert len(names) > 10
    assert expected == {key: (row["met"], row["of"]) for key, row in listed.items() if key[0] in names}


@pytest.mark.heavy
def test_what_is_not_met_lacks_a_literal(decided_cases: tuple[Path, engine.batch.Summary]) -> None:
    """Of a criterion or alternative that is listed, fewer literals hold than its nearest rule has."""
    listed = reasons(decided_cases[0] / "reasons.parquet")
    assert listed
    assert [] == [key for key, row in listed.items() if not 0 <= row["met"] < row["of"]]


MYELOMA: dict[str, str | bytes] = {
    "request.csv": "case,drug,kind,date\nc1,xpovio,initial,2024-08-01\n",
    "indication.csv": "case,condition\nc1,multiple_myeloma\n",
    "not_combination.csv": "case,agent\nc1,bortezomib\n",
    "combination.csv": "case,agent\nc1,dexamethasone\n",
    "refractory.csv": "case,agent\nc1,carfilzomib\nc1,lenalidomide\nc1,pomalidomide\nc1,isatuximab\n",
    "prior_therapy.csv": "case,line,agent\nc1,1,carfilzomib\nc1,2,lenalidomide\nc1,3,isatuximab\n",
    "best_response.csv": "case,line,response\nc1,4,stable_disease\n",
}
"""One line short of four and one proteasome inhibitor short of two; of a fourth line only the outcome is known."""


def test_a_reason_says_how_near_the_nearest_rule_is(tmp_path: Path) -> None:
    """Two of the eight literals of the alternative for relapsed or refractory disease are missing: a line and an inhibitor."""
    decided(tmp_path, MYELOMA, explain=tmp_path / "why.parquet")
    told = reasons(tmp_path / "why.parquet")["c1", "diagnosis", "relapsed_or_refractory_multiple_myeloma"]
    assert ("not_documented", 6, 8) == (told["status"], told["met"], told["of"])


@pytest.mark.parametrize(
    ("kind", "section"),
    [("initial", "Prior-Approval Requirements"), ("renewal", "Prior-Approval Renewal Requirements")],
)
def test_reasons_cite_the_section_for_the_kind_of_request(kind: str, section: str, tmp_path: Path) -> None:
    """Each reason names places in the section for the kind of request, and in no other."""
    request = f"case,drug,kind,date\nc1,xpovio,{kind},2024-08-01\n"
    decided(tmp_path, {**MYELOMA, "request.csv": request}, explain=tmp_path / "why.parquet")
    cited = [place for row in reasons(tmp_path / "why.parquet").values() for place in row["cite"].split("; ")]
    assert {section} == {place.partition(" / ")[0] for place in cited}


def test_reasons_are_given_also_of_what_takes_tables(tmp_path: Path) -> None:
    """A criterion that is not decided from one row of its case, as it compares facts that are counted, has a reason."""
    policy = tmp_path / "other.pl"
    policy.write_text(
        f":- ensure_loaded('{SHIPPED / 'policies' / 'xpovio.pl'}').\n"
        "criterion(xpovio, initial, 11, few_lines, few_lines).\n:- pred few_lines(Case: case) :: 'fewer than three lines'.\n"
        "few_lines(Case) :- request(Case, _, _, _), aggregate_all(count, Line, prior_therapy(Case, Line, _), N), N < 3.\n"
    )
    files = {**MYELOMA, "complete.csv": "case,predicate\nc1,prior_therapy\nc1,best_response\n"}
    decided(tmp_path, files, explain=tmp_path / "why.parquet", rules=Workspace.open([policy]).rules)
    told = reasons(tmp_path / "why.parquet")["c1", "few_lines", None]
    assert ("not_met", 0, 1) == (told["status"], told["met"], told["of"])


def test_reasons_count_the_literals_of_long_rules(tmp_path: Path) -> None:
    """Of a rule with more literals than a word has bits, all are counted; one that is written twice is one."""
    signs = [f"s{number}" for number in range(BITS + 10)]
    policy = tmp_path / "other.pl"
    policy.write_text(
        f":- ensure_loaded('{SHIPPED / 'policies' / 'xpovio.pl'}').\n"
        "criterion(xpovio, initial, 11, signs, all_signs).\n:- pred all_signs(Case: case) :: 'all signs are there'.\n"
        ":- pred sign(Case: case, What: atom) :: 'there is @(What)'.\n:- abducible sign/2.\n"
        f"all_signs(Case) :- {', '.join(f'sign(Case, {each})' for each in (*signs, signs[0]))}.\n"
    )
    there = "".join(f"c1,{each}\n" for each in signs[3:])
    files = {**MYELOMA, "sign.csv": f"case,what\n{there}", "not_sign.csv": "case,what\nc1,s1\n"}
    decided(tmp_path, files, explain=tmp_path / "why.parquet", rules=Workspace.open([policy]).rules)
    told = reasons(tmp_path / "why.parquet")["c1", "signs", None]
    assert ("not_met", BITS + 7, BITS + 10) == (told["status"], told["met"], told["of"])


CODED = (
    "indication(Case, What) :- code(Case, Code), code_of(Code, What).\ncode_of(c900, multiple_myeloma). code_of(c851, breast_cancer).\n"
    ":- pred code(Case: case, Code: atom) :: 'the code is @(Code)'.\n:- abducible code/2.\n"
)


def test_two_values_that_rules_conclude_are_a_conflict(tmp_path: Path) -> None:
    """A functional predicate to which rules give a second value is a conflict, in a batch and in a review, which is verified:
    otherwise a further fact could turn what is not met into what is."""
    policy = tmp_path / "other.pl"
    policy.write_text(f":- ensure_loaded('{SHIPPED / 'policies' / 'xpovio.pl'}').\n{CODED}")
    requests = "case,drug,kind,date\n" + "".join(f"c{number},xpovio,initial,2024-08-01\n" for number in (1, 2, 3))
    files: dict[str, str | bytes] = {
        "request.csv": requests,
        "code.csv": "case,code\nc1,c900\nc2,c900\nc2,c851\nc3,c851\n",
        "indication.csv": "case,condition\nc3,multiple_myeloma\n",
    }
    workspace = Workspace.open([policy])
    decided(tmp_path, files, rules=workspace.rules)
    found = {name: row["determination"] for name, row in table(tmp_path / "out.parquet").items()}
    assert {"c1": "more_information_needed", "c2": "conflicting_evidence", "c3": "conflicting_evidence"} == found
    for name, determination in found.items():
        (case,) = cases_of(engine.batch.case_facts(tmp_path / "in", name, rules=workspace.rules))
        review = workspace.review(case)
        assert (determination, determination != "more_information_needed") == (
            review.determination,
            bool(review.conflicts),
        )


TOO_MUCH = {
    "goes on computing new values": "later(Case, N) :- later(Case, M), N is M + 1.",
    "`between` gives more values than steps are allowed": "later(Case, N) :- last(Case, L), between(L, 900000000000, N), N mod 7 =:= 3.",
}  # fmt: skip


@pytest.mark.parametrize("limit", TOO_MUCH)
def test_a_population_that_is_given_up_is_told_with_the_limit_and_the_rule(tmp_path: Path, limit: str) -> None:
    """E501 of a batch says which limit was exceeded, and at which predicate with the places of its rules."""
    policy = tmp_path / "other.pl"
    policy.write_text(
        f":- ensure_loaded('{SHIPPED / 'policies' / 'xpovio.pl'}').\n"
        "criterion(xpovio, initial, 11, few_lines, few_lines).\n:- pred few_lines(Case: case) :: 'a line in the year 9'.\n"
        ":- pred later(Case: case, Line: integer) :: 'line @(Line)'.\n:- pred last(Case: case, Line: integer) :: 'line @(Line)'.\n"
        "last(Case, L) :- request(Case, _, _, _), aggregate_all(max(N), N, prior_therapy(Case, N, _), L).\n"
        f"later(Case, N) :- last(Case, N).\n{TOO_MUCH[limit]}\nfew_lines(Case) :- later(Case, 9000).\n"
    )
    files = {**MYELOMA, "complete.csv": "case,predicate\nc1,prior_therapy\n"}
    rules = Workspace.open([policy], max_steps=30_000).rules
    with pytest.raises(ProgramError) as raised:
        decided(tmp_path, files, rules=rules)
    (fault,) = raised.value.diagnostics
    assert ("E501", True) == (fault.code, limit in fault.message)
    assert f"while `later/2` was worked out, {policy}:7:1, {policy}:8:1" == fault.notes[0]


@pytest.mark.parametrize("lines", [(0, 1, 2, 3), (-5, 1, 61, 62), (1, 1, 1, 2), (63, 127, 2**40, 4)])
@pytest.mark.heavy
def test_lines_of_any_number_are_counted(lines: tuple[int, ...], tmp_path: Path) -> None:
    """Four different lines are four, whatever their numbers are, and equal ones are one."""
    text = "".join(
        f"c1,{line},{agent}\n"
        for line, agent in zip(lines, ("melphalan", "bendamustine", "elotuzumab", "venetoclax"), strict=True)
    )
    files: dict[str, str | bytes] = {
        **MYELOMA,
        "prior_therapy.csv": "case,line,agent\n" + text,
        "complete.csv": "case,predicate\nc1,prior_therapy\n",
        "refractory.csv": f"{MYELOMA['refractory.csv']!s}c1,ixazomib\n",
        "best_response.csv": "case,line,response\n",
    }
    decided(tmp_path, files)
    found = table(tmp_path / "out.parquet")["c1"]["diagnosis__relapsed_or_refractory_multiple_myeloma"]
    assert ("met" if len(set(lines)) == 4 else "not_met") == found


# --- names ---------------------------------------------------------------------------------------------------------

NAMED: dict[str, tuple[dict[str, str], tuple[str, str | None, str | None]]] = {
    "other names are those of the constants": (
        {
            "request.csv": "XPOVIO,Initial,2024-09-03",
            "indication.csv": "mm",
            "prior_therapy.csv": "1,VELCADE\n2,bortezomib SC",
        },
        ("more_information_needed", None, None),
    ),
    "two names of one value are one value": (
        {
            "request.csv": "xpovio,initial,2024-09-03\nSelinexor,Initial,2024-09-03",
            "indication.csv": "mm\nMultiple Myeloma",
        },
        ("more_information_needed", None, None),
    ),
    "a condition that is not recognised is not one that the policy does not cover": (
        {"indication.csv": "mutiple_myeloma"},
        ("more_information_needed", "indication: mutiple_myeloma", None),
    ),
    "one that is recognised is": ({"indication.csv": "C50.911"}, ("investigational", None, None)),
    "a recognised value beside one that is not": (
        {"indication.csv": "breast cancer\nxyz"},
        ("investigational", "indication: xyz", None),
    ),
    "a record is open from which something is set apart": (
        {"indication.csv": "mm", "prior_therapy.csv": "1,velcaid\n1,zzz", "complete.csv": "prior_therapy\nrefractory"},
        ("more_information_needed", "prior_therapy: velcaid; prior_therapy: zzz", None),
    ),
    "also by a denial of several": (
        {"indication.csv": "mm", "not_prior_therapy.csv": "1,VRd", "complete.csv": "prior_therapy\nrefractory"},
        ("more_information_needed", "prior_therapy: VRd", None),
    ),
    "a drug that is not recognised": (
        {"request.csv": "selinexorr,Initial,2024-09-03"},
        ("more_information_needed", "request: selinexorr", None),
    ),
    "a drug that no policy covers": ({"request.csv": "Velcade,initial,2024-09-03"}, ("no_policy_in_force", None, None)),
    "what is impossible conflicts": (
        {"birth_date.csv": "1053-01-01", "prior_therapy.csv": "0,VRd"},
        ("conflicting_evidence", None, "impossible: born_too_long_ago; impossible: no_such_line"),
    ),
    "what is to be looked at changes nothing": (
        {"indication.csv": "C50.911", "prior_therapy.csv": "1,xpovio", "combination.csv": "Selinexor"},
        ("investigational", None, "look: given_before; look: with_itself"),
    ),
    "names that are said together": (
        {
            "indication.csv": "C50.911",
            "prior_therapy.csv": "1,Zometa and radiation",
            "combination.csv": "dex or Selinexor",
        },
        ("investigational", "combination: dex or Selinexor", "look: no_systemic_therapy"),
    ),
    "a code states the status of the disease": ({"indication.csv": "C90.02"}, ("more_information_needed", None, None)),
    "its denial does not": ({"not_indication.csv": "C90.02"}, ("more_information_needed", None, None)),
    "a broad name is denied of all that it covers": (
        {"not_indication.csv": "lymphoma"},
        ("more_information_needed", None, None),
    ),
    "a value that is not listed": ({"sex.csv": "femal"}, ("more_information_needed", "sex: femal", None)),
}
"""Facts of a case, with what is said of it: the determination, what is not recognised, and what is to be checked."""

HEADERS = {
    "request": "drug,kind,date", "indication": "condition", "not_indication": "condition", "prior_therapy": "line,agent",
    "not_prior_therapy": "line,agent", "combination": "agent", "complete": "predicate", "birth_date": "date", "sex": "sex",
}  # fmt: skip


def named_population(titles: Iterable[str] = NAMED) -> dict[str, str | bytes]:
    """One population with a case of each of these kinds of `NAMED`."""
    merged: dict[str, list[str]] = {}
    for title in titles:
        files, _ = NAMED[title]
        for name, text in {"request.csv": "xpovio,initial,2024-09-03", **files}.items():
            lines = merged.setdefault(name, [f"case,{HEADERS[name.removesuffix('.csv')]}"])
            lines += (f"{title},{line}" for line in text.splitlines())
    return {name: "\n".join(lines) + "\n" for name, lines in merged.items()}


@pytest.fixture(scope="module")
def named_facts(reading: Rules, tmp_path_factory: pytest.TempPathFactory) -> list[Clause]:
    """The facts of that population, each case read by itself."""
    folder = tmp_path_factory.mktemp("named")
    alone = ((name, population(folder / str(at), named_population([name]))) for at, name in enumerate(NAMED))
    return [fact for name, place in alone for fact in engine.batch.case_facts(place, name, rules=reading)]


@pytest.mark.parametrize("closed_world", [False, True])
def test_names_are_read_as_in_reviews(
    closed_world: bool, tmp_path: Path, named_facts: list[Clause], without_repairs: None
) -> None:
    """What is recognised, what is set apart and what is checked is the same in a batch and in the review of each case, also
    in a closed world; nothing that is not recognised decides."""
    summary = decided(tmp_path, named_population(), closed_world=closed_world)
    found = table(tmp_path / "out.parquet")
    if not closed_world:
        said = {name: (row["determination"], row["not_recognised"], row["checks"]) for name, row in found.items()}
        assert {name: expected for name, (_, expected) in NAMED.items()} == said
    for name, theirs in reviews_of(named_facts, Workspace.open(closed_world=closed_world)):
        assert {column: theirs.get(column) for column in found[name]} == found[name], name
    unknown = [each for _, (_, names, _) in NAMED.values() if names for each in names.split("; ")]
    checks = [each for _, (_, _, names) in NAMED.values() if names for each in names.split("; ")]
    assert dict.fromkeys(unknown, 1) == dict(summary.not_recognised)
    assert dict.fromkeys(checks, 1) == dict(summary.checks)


HISTORY = """
:- pred history(Case: case, Condition: condition) :: 'had @(Condition) before'.
:- abducible history/2.
:- question history(Case, Condition) :: 'Was there @(Condition) before?'.
criterion(other, initial, 1, lymphoma_before, lymphoma_before).
criterion(other, initial, 2, none_before, none_before).
criterion(other, initial, 3, no_lymphoma_before, no_lymphoma_before).
:- pred lymphoma_before(Case: case) :: 'had large B-cell lymphoma before'.
lymphoma_before(Case) :- history(Case, diffuse_large_b_cell_lymphoma).
:- pred none_before(Case: case) :: 'had nothing before'.
none_before(Case) :- request(Case, _, _, _), \\+ history(Case, _).
:- pred no_lymphoma_before(Case: case) :: 'large B-cell lymphoma is ruled out'.
no_lymphoma_before(Case) :- -history(Case, diffuse_large_b_cell_lymphoma).
"""


@pytest.mark.parametrize("closed_world", [False, True])
def test_a_broad_name_states_none_of_what_it_covers(closed_world: bool, tmp_path: Path, without_repairs: None) -> None:
    """Also of a predicate that is not functional: a record of a lymphoma says of no kind that it was there, nor that nothing
    else was. That there was none denies each kind. A batch and reviews read it alike."""
    space = other_policy(tmp_path, HISTORY)
    space = space.stating((), closed_world=closed_world)
    files: dict[str, str | bytes] = {
        "history.csv": "case,condition\nc1,NHL\nc3,dlbcl\n",
        "not_history.csv": "case,condition\nc2,lymphoma\n",
        "complete.csv": "case,predicate\nc1,history\nc2,history\nc3,history\n",
        "request.csv": REQUESTS.replace("renewal", "initial"),
    }
    folder = population(tmp_path / "in", files)
    engine.batch.run(folder, tmp_path / "out.parquet", rules=space.rules, closed_world=closed_world)
    found = table(tmp_path / "out.parquet")
    asked = ("lymphoma_before", "none_before", "no_lymphoma_before", "not_recognised")
    assert {name: [row[each] for each in asked] for name, row in found.items()} == {
        "c1": ["not_documented"] * 3 + ["history: NHL"],
        "c2": ["not_met", "met", "met", None],
        "c3": ["met", "not_met", "not_met", None],
    }
    facts = [fact for name in found for fact in engine.batch.case_facts(folder, name, rules=space.rules)]
    for name, theirs in reviews_of(facts, space):
        assert {column: theirs.get(column) for column in found[name]} == found[name], name


def test_codes_may_be_numbers(reading: Rules, tmp_path: Path) -> None:
    """A column of integers where agents are expected has codes of RxNorm; one that is none is not recognised."""
    folder = population(tmp_path / "in", {})
    values = "('c1', 1, 358258), ('c2', 1, 99)"
    query = f'SELECT * FROM (VALUES {values}) AS given("case", line, agent)'
    duckdb.execute(f"COPY ({query}) TO '{folder}/prior_therapy.parquet'")
    summary = engine.batch.run(folder, tmp_path / "out.parquet", rules=reading)
    assert (("prior_therapy: 99", 1),) == summary.not_recognised


@pytest.mark.heavy
@pytest.mark.parametrize("closed_world", [False, True])
def test_random_names_agree(closed_world: bool, tmp_path: Path, without_repairs: None) -> None:
    """With other names, names for several and unknown ones in place of some, a batch and the reviews of its cases agree."""
    space = Workspace.open(closed_world=closed_world)
    every = [renamed(case, space.rules.names, number) for number, case in enumerate(rows(24, SEED + 1))]
    write_parquet(every, tmp_path / "in")
    summary = engine.batch.run(tmp_path / "in", tmp_path / "out.parquet", closed_world=closed_world)
    found = table(tmp_path / "out.parquet")
    assert (24, True) == (summary.decided, bool(summary.not_recognised))
    for name, theirs in reviews(every, closed_world=closed_world, space=space):
        assert {column: theirs.get(column) for column in found[name]} == found[name], name


# --- cases that are set aside --------------------------------------------------------------------------------------

FAULTS: dict[str, tuple[dict[str, str | bytes], set[tuple[str | None, str, str]]]] = {
    "a date that no calendar has": (
        {"birth_date.csv": "case,date\nc1,1950-02-30\nc2,1950-2-3\nc3,1950-02-03\n"},
        {("c1", "birth_date", "`date` is not a date"), ("c2", "birth_date", "`date` is not a date")},
    ),
    "a number with a fraction": ({"tablet.csv": "case,mg\nc1,20.5\n"}, {("c1", "tablet", "`mg` is not an integer")}),
    "no value": ({"tablet.csv": "case,mg\nc1,\n"}, {("c1", "tablet", "no value for `mg`")}),
    "blanks": ({"combination.csv": "case,agent\nc1, velcade\n"}, {("c1", "combination", "blanks around the `agent`")}),
    "no such record": (
        {"complete.csv": "case,predicate\nc2,brand\n"},
        {("c2", "complete", "not a listed `predicate`")},
    ),
    "two values": (
        {"birth_date.csv": "case,date\nc1,1950-01-01\nc1,1951-01-01\nc2,1950-01-01\nc2,1950-01-01\n"},
        {("c1", "birth_date", "two values for one key")},
    ),
    "two of few values": (
        {"sex.csv": "case,sex\nc1,female\nc1,male\nc2,male\nc2,male\n"},
        {("c1", "sex", "two values for one key")},
    ),
    "one of few values without a request": (
        {"sex.csv": "case,sex\nc1,female\nc9,male\n"},
        {("c9", "sex", "no request")},
    ),
    "two kinds of review": (
        {"review_type.csv": "case,type\nc1,pre_service\nc1,post_service\nc2,post_service\nc3,payment\n"},
        {("c1", "review_type", "two values for one key"), ("c3", "review_type", "not a listed `type`")},
    ),
    "two requests": (
        {"request.csv": REQUESTS + "c1,xpovio,initial,2024-01-02\nc2,xpovio,renewal,2024-01-01\n"},
        {("c1", "request", "a second request")},
    ),
    "no request": ({"not_sex.csv": "case,sex\nc9,female\nc9,male\n"}, {("c9", "not_sex", "no request")}),
    "an unlisted kind": (
        {"request.csv": REQUESTS + "c4,xpovio,first,2024-01-02\n"},
        {("c4", "request", "not a listed `kind`")},
    ),
    "no case": ({"sex.csv": "case,sex\n,female\nc1,male\n"}, {(None, "sex", "no value for `case`")}),
}


def all_faults() -> dict[str, str | bytes]:
    """One population that has every fault of `FAULTS`, each in cases of its own: c1 of the third is c1x2."""
    merged: dict[str, list[str]] = {}
    for number, (files, _) in enumerate(FAULTS.values()):
        for name, text in {"request.csv": REQUESTS, **files}.items():
            header, *lines = str(text).splitlines()
            own = [re.sub(r"^(c\d)", rf"\1x{number}", line) for line in lines]
            merged.setdefault(name, [header]).extend(own)
    return {name: "\n".join(lines) + "\n" for name, lines in merged.items()}


def test_faulty_cases_are_set_aside_and_the_rest_decided(reading: Rules, tmp_path: Path) -> None:
    """A case with a fault is in the table of rejects with its reason, every other one in the report, and none in both."""
    files = all_faults()
    summary = decided(tmp_path, files, rules=reading)
    kept = set(table(tmp_path / "out.parquet"))
    expected = {
        (case and f"{case}x{number}", predicate, reason)
        for number, (_, faults) in enumerate(FAULTS.values())
        for case, predicate, reason in faults
    }
    aside = {case for case, _, _ in expected if case}
    mentioned = {line.split(",")[0] for text in files.values() for line in str(text).splitlines()[1:]}
    assert expected == set(rejects(tmp_path / "out.rejects.parquet"))
    assert mentioned - {""} == kept | aside
    assert not kept & aside
    assert (len(kept) + len(aside), len(kept), len(aside)) == (summary.cases, summary.decided, summary.set_aside)
    assert sum(case is None for case, _, _ in expected) == summary.rows_without_case


@pytest.mark.parametrize("what", ["no value", "two of few values", "one of few values without a request"])
def test_a_fault_among_few_values_is_found_where_nothing_else_is_wrong(what: str, tmp_path: Path) -> None:
    """Facts of which cases have one, of few values, come to the cases as bits: a fault of theirs is found by these alone."""
    files, faults = FAULTS[what]
    summary = decided(tmp_path, files)
    assert sorted(faults, key=str) == rejects(tmp_path / "out.rejects.parquet")
    assert (len(faults), {"c1", "c2", "c3"} - {case for case, *_ in faults}) == (
        summary.set_aside,
        set(table(tmp_path / "out.parquet")),
    )


@pytest.mark.heavy
def test_one_bad_row_in_a_hundred_leaves_the_others_decided(reading: Rules, tmp_path: Path) -> None:
    """With 1 % of the birth dates unreadable, 99 % of the cases are decided and 1 % set aside, all counted."""
    every = list(rows(300, SEED))
    write_csv(every, tmp_path / "in")
    file = tmp_path / "in" / "birth_date.csv"
    lines = file.read_text().splitlines()
    broken = lines[100::100]
    file.write_text("\n".join(line.split(",")[0] + ",unknown" if line in broken else line for line in lines) + "\n")
    summary = engine.batch.run(tmp_path / "in", tmp_path / "out.parquet", rules=reading)
    assert (300, 300 - len(broken), len(broken)) == (summary.cases, summary.decided, summary.set_aside)
    (fault,) = summary.faults
    assert ("birth_date", "E206", "`date` is not a date", len(broken)) == (
        fault.predicate,
        fault.code,
        fault.reason,
        fault.count,
    )


def test_equal_rows_are_no_second_value(reading: Rules, tmp_path: Path) -> None:
    """A fact of a functional predicate that is stated twice alike sets no case aside and gives one row."""
    twice = {"birth_date.csv": "case,date\nc1,1950-01-01\nc1,1950-01-01\n"}
    summary = decided(tmp_path, {**twice, "request.csv": REQUESTS + REQUESTS.split("\n", 1)[1]}, rules=reading)
    assert (3, 3, 0) == (summary.cases, summary.decided, summary.set_aside)
    assert ["c1", "c2", "c3"] == list(table(tmp_path / "out.parquet"))


def test_equal_rows_of_few_values_are_no_second_value(reading: Rules, tmp_path: Path) -> None:
    """A fact whose values are few raises the same bits once and twice, and no case of it is set aside."""
    said = []
    for folder, sex in (("once", "c1,female\n"), ("twice", "c1,female\nc1,female\n")):
        (tmp_path / folder).mkdir()
        summary = decided(tmp_path / folder, {"sex.csv": f"case,sex\n{sex}"}, rules=reading)
        said.append((summary.decided, summary.set_aside, *table(tmp_path / folder / "out.parquet").items()))
    assert said[0] == said[1]
    assert (3, 0) == said[0][:2]


def test_names_that_are_not_recognised_are_told_of_each_case_at_whatever_time(reading: Rules, tmp_path: Path) -> None:
    """Which names of a case are not recognised does not depend on which cases are decided together with it."""
    lines = "c3,1,zzz\nc1,1,qqq\nc2,1,velcade\nc1,2,zzz\n"
    said = []
    for folder, at_once in (("together", 500), ("one by one", 1)):
        (tmp_path / folder).mkdir()
        files = {"prior_therapy.csv": f"case,line,agent\n{lines}"}
        decided(tmp_path / folder, files, rules=reading, at_once=at_once)
        found = table(tmp_path / folder / "out.parquet")
        said.append({case: row["not_recognised"] for case, row in found.items()})
    assert {"c1": "prior_therapy: qqq; prior_therapy: zzz", "c2": None, "c3": "prior_therapy: zzz"} == said[0]
    assert list(said[0].items()) == list(said[1].items())


SUMMED = """
criterion(other, initial, 1, summed, summed).
:- abducible dose/3.
:- pred dose(Case: case, Name: atom, Number: integer) :: 'the dose @(Name) was @(Number)'.
:- pred summed(Case: case) :: 'the doses come to ten or more'.
summed(Case) :- request(Case, _, _, _), aggregate_all(sum(N), N, dose(Case, _, N), Sum), Sum >= 10.
"""


def test_facts_are_read_once_however_many_cases_are_decided_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a relation that takes tables, each part of the cases has the facts of its own, and the files are read no more often."""
    names = [f"c{each}" for each in (3, 1, 5, 2, 4)]
    lines = "".join(f"{case},{dose},{int(case[1]) + dose}\n" for dose in (2, 0, 1) for case in names)
    files: dict[str, str | bytes] = {
        "request.csv": "case,drug,kind,date\n" + "".join(f"{each},xpovio,initial,2024-08-01\n" for each in names),
        "dose.csv": f"case,name,number\n{lines}c0,1,20\nc6,1,20\nc5,4,much\n",
        "complete.csv": "case,predicate\n" + "".join(f"{each},dose\n" for each in names),
    }
    rules = other_policy(tmp_path, SUMMED).rules
    run: Any = importlib.import_module("engine.batch.duckdb.run")
    guarded, read = run.guarded, []

    def watched(db: Any, sources: Any, query: exp.Expr) -> Any:
        read.append(any(each.name == "case_dose" for each in query.find_all(exp.Table)))
        return guarded(db, sources, query)

    monkeypatch.setattr(run, "guarded", watched)
    found = []
    for at_once in (500, 2, 1):
        read.clear()
        (tmp_path / str(at_once)).mkdir()
        decided(tmp_path / str(at_once), files, rules=rules, at_once=at_once)
        said = {case: row["summed"] for case, row in table(tmp_path / str(at_once) / "out.parquet").items()}
        found.append((list(said.items()), sum(read)))
    assert {"c3": "met", "c1": "not_met", "c2": "not_met", "c4": "met"} == dict(found[0][0])
    assert [found[0]] * 3 == found


def test_repeated_requests_keep_their_order(reading: Rules, tmp_path: Path) -> None:
    """The report has the order in which cases are first requested, also where requests repeat."""
    names = [f"c{(number * 7919) % 3_001}" for number in range(3_001)]
    lines = [f"{name},xpovio,initial,2024-01-01\n" for name in (*names, *reversed(names))]
    decided(tmp_path, {"request.csv": "case,drug,kind,date\n" + "".join(lines)}, rules=reading)
    assert names == list(table(tmp_path / "out.parquet"))


LIMITS = {
    "a rule that names a case": "special(Case) :- request(Case, _, _, _), refractory(c1, bortezomib).",
    "a fact of the policy about a case": "special(Case) :- request(Case, _, _, _). sex(c1, female).",
    "a rule that compares the case": "special(Case) :- request(Case, _, _, _), Case \\= c1.",
}


@pytest.mark.parametrize("what", LIMITS)
def test_a_policy_that_names_a_case_is_told_so(what: str, tmp_path: Path) -> None:
    """A policy with something to say of one case only is an error with its place, never a wrong answer."""
    rules = other_policy(tmp_path, LIMITS[what] + "\ncriterion(other, initial, 1, special, special).\n").rules
    with pytest.raises(ProgramError) as raised:
        decided(tmp_path, {}, rules=rules)
    (told,) = raised.value.diagnostics
    assert ("E502", "other.pl") == (told.code, Path(told.span.file).name)
    assert "c1" in told.message


SCORES = """
:- pred calcium_score(Case: case, Score: decimal) :: 'the calcium score is @(Score)'.
:- abducible calcium_score/2.
:- functional calcium_score(+, -).
:- pred ldl(Case: case, Date: date, Value: decimal) :: 'LDL cholesterol of @(Value) on @(Date)'.
:- abducible ldl/3.
score_limit(300).
:- pred score_limit(Score: decimal) :: 'the limit is @(Score)'.
criterion(other, initial, 1, high, high).
criterion(other, initial, 2, at_limit, at_limit).
criterion(other, initial, 3, between, within).
criterion(other, initial, 4, fell, fell).
criterion(other, initial, 5, greatest, greatest).
criterion(other, initial, 6, latest, latest).
:- pred high(Case: case) :: 'a score of 300 or more'.
high(Case) :- calcium_score(Case, Score), Score >= 300.
:- pred at_limit(Case: case) :: 'a score of just the limit'.
at_limit(Case) :- score_limit(Score), calcium_score(Case, Score).
:- pred within(Case: case) :: 'an LDL cholesterol from 2.6 to 3'.
within(Case) :- ldl(Case, _, Value), Value >= 2.6, Value =< 3.
:- pred fell(Case: case) :: 'LDL cholesterol fell by more than 0.5'.
fell(Case) :- ldl(Case, Before, High), ldl(Case, After, Low), Before @< After, High - Low > 0.5.
:- pred greatest(Case: case) :: 'no LDL cholesterol above 4.123456789012'.
greatest(Case) :- request(Case, _, _, _), aggregate_all(max(Value), Value, ldl(Case, _, Value), Most), Most =< 4.123456789012.
:- pred latest(Case: case) :: 'the latest LDL cholesterol is below 3.3'.
latest(Case) :- ldl(Case, Date, Value), Value < 3.3, \\+ documented((ldl(Case, Later, _), Later @> Date)).
"""
"""A policy about decimals, in which a limit is stated as an integer."""

SCORED = [f"c{number}" for number in range(8)]
SCORES_IN_FILES = {
    "BIGINT": ("300", "299", "0"),
    "DECIMAL(9, 2)": ("300.00", "299.99", "300.01"),
    "DECIMAL(38, 12)": ("300", "299.999999999999", "0.000000000001"),
    "VARCHAR": ("300", "+0300.00", "-0.0"),
}
"""By the type of their column, scores of the first cases."""
LDL = {
    "c0": [("2024-01-01", "4.2"), ("2024-03-01", "2.6")],
    "c1": [("2024-01-01", "4.123456789013"), ("2024-02-01", "3")],
    "c2": [("2024-01-01", "4.123456789012"), ("2024-02-01", "3.623456789012"), ("2024-04-01", "3.30")],
    "c3": [("2024-01-01", "2.59")],
}


def write_scores(folder: Path, kind: str) -> list[Clause]:
    """A population with scores in Parquet of a type and LDL cholesterol in CSV, and its facts."""
    folder.mkdir(parents=True)
    scores = list(zip(SCORED, SCORES_IN_FILES[kind], strict=False))
    shown = ", ".join(f"('{case}', CAST('{score}' AS {kind}))" for case, score in scores)
    duckdb.execute(f"COPY (SELECT * FROM (VALUES {shown}) t(\"case\", score)) TO '{folder}/calcium_score.parquet'")
    requests = "".join(f"{case},selinexor,initial,2024-06-01\n" for case in SCORED)
    (folder / "request.csv").write_text(f"case,drug,kind,date\n{requests}")
    values = "".join(f"{case},{day},{value}\n" for case, rows_ in LDL.items() for day, value in rows_)
    (folder / "ldl.csv").write_text(f"case,date,value\n{values}")
    complete = "".join(f"{case},ldl\n" for case in SCORED[2:6])
    (folder / "complete.csv").write_text(f"case,predicate\n{complete}")
    text = "".join(f"request({case}, selinexor, initial, 2024-06-01).\n" for case in SCORED)
    text += "".join(f"calcium_score({case}, {score.removeprefix('+0')}).\n" for case, score in scores)
    text += "".join(f"ldl({case}, {day}, {value}).\n" for case, rows_ in LDL.items() for day, value in rows_)
    text += "".join(f"complete({case}, ldl).\n" for case in SCORED[2:6])
    return [item for item in load_text(text).program.items if isinstance(item, Clause)]


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the policy about decimals."""
    return other_policy(tmp_path_factory.mktemp("scores"), SCORES)


@pytest.mark.parametrize("kind", SCORES_IN_FILES)
def test_decimals_in_populations_are_decided_alike(
    kind: str, scores: Workspace, tmp_path: Path, without_repairs: None
) -> None:
    """Decimals of files, in columns of decimals, integers or text, are compared, joined, subtracted and counted as in reviews."""
    space = scores.stating(())
    facts = write_scores(tmp_path / "in", kind)
    engine.batch.run(tmp_path / "in", tmp_path / "out.parquet", rules=space.rules)
    found = table(tmp_path / "out.parquet")
    assert list(found) == SCORED
    for name, theirs in reviews_of(facts, space):
        assert {column: theirs.get(column) for column in found[name]} == found[name], name
    own = engine.batch.case_facts(tmp_path / "in", "c0", rules=space.rules)
    (score,) = (each.head.args[1] for each in own if each.head.pred.name == "calcium_score")
    assert score == make_decimal(Decimal(300))


def test_what_is_no_decimal_sets_its_case_aside(scores: Workspace, tmp_path: Path) -> None:
    """A number of more than 38 digits, one with an exponent and a comma are no decimals, and two values are told as written."""
    rows_ = ["c1,1.5", "c2,1e3", 'c3,"1,5"', f"c0,{'1' * 39}", "c4,1", "c4,2.50"]
    files: dict[str, str | bytes] = {
        "request.csv": "case,drug,kind,date\n" + "".join(f"c{n},selinexor,initial,2024-08-01\n" for n in range(5)),
        "calcium_score.csv": "case,score\n" + "\n".join(rows_) + "\n",
    }
    decided(tmp_path, files, rules=scores.rules)
    assert ["c1"] == list(table(tmp_path / "out.parquet"))
    told = dict(duckdb.execute(f"SELECT \"case\", example FROM '{tmp_path}/out.rejects.parquet'").fetchall())
    assert told == {"c0": "1" * 39, "c2": "1e3", "c3": "1,5", "c4": "1.0 | 2.5"}


WITH_A_DECIMAL = """
criterion(other, initial, 1, large, large).
:- pred large(Case: case) :: 'tablets of more than 40.5 mg'.
large(Case) :- tablet(Case, Mg), Mg > 40.5.
"""


def test_decimals_of_a_policy_are_compared_exactly(tmp_path: Path) -> None:
    """A policy may compare with a decimal: what SQL cannot compute exactly goes through functions of our own."""
    files: dict[str, str | bytes] = {
        "request.csv": "case,drug,kind,date\n" + "".join(f"c{n},selinexor,initial,2024-08-01\n" for n in (1, 2, 3)),
        "tablet.csv": "case,mg\nc1,40\nc2,41\n",
    }
    decided(tmp_path, files, rules=other_policy(tmp_path, WITH_A_DECIMAL).rules)
    found = {case: row["large"] for case, row in table(tmp_path / "out.parquet").items()}
    assert found == {"c1": "not_met", "c2": "met", "c3": "not_documented"}


def test_numbered_cases_and_typed_columns_are_read(reading: Rules, tmp_path: Path) -> None:
    """Parquet columns of other types that hold the same values are taken: whole doubles, midnights, numbered cases."""
    folder = population(tmp_path / "in", {})
    (folder / "request.csv").unlink()
    select = "SELECT 7 AS \"case\", 'xpovio' AS drug, 'initial' AS kind, TIMESTAMP '2024-01-01' AS date"
    duckdb.execute(f"COPY ({select}) TO '{folder}/request.parquet'")
    duckdb.execute(f"COPY (SELECT 7 AS \"case\", 20.0::DOUBLE AS mg) TO '{folder}/tablet.parquet'")
    engine.batch.run(folder, tmp_path / "out.parquet", rules=reading)
    assert datetime.date(2024, 1, 1) == table(tmp_path / "out.parquet")["7"]["date"]


UNSEEN = "\t\n\r\x0b\x0c\x1f\x7f\x85\xa0\xad\u034f\u061c\u1160\u1680\u180e\u2000\u200a\u200b\u200d\u200f\u2028\u2029\u202e\u202f\u205f\u2060\u2066\u3000\u3164\ufe0f\ufeff\U000e0041"
"""A character of each kind that is not seen, or seen as a blank."""


def unseen_names() -> dict[str, str]:
    """Cases, each with a name that looks like `bortezomib`."""
    made = [f"bortezomib{each}" for each in UNSEEN + " \0"] + [f"{each}bortezomib" for each in UNSEEN + " \0"]
    made += [f"borte{each}zomib" for each in UNSEEN + "\0"] + ["", " ", "\xa0", "\u200b", "\0"]
    return {f"case {number}": name for number, name in enumerate(made)}


def write_unseen(folder: Path, form: str = "VARCHAR") -> dict[str, str]:
    """A population of such cases and of three others, one of them in conflict; as texts or as values of an enumeration."""
    names = unseen_names() | {"good": "dexamethasone", "torn": "bortezomib"}
    folder.mkdir(parents=True)
    with duckdb.connect() as db:
        db.execute("CREATE TABLE given (case_ VARCHAR, agent VARCHAR)")
        db.executemany("INSERT INTO given VALUES (?, ?)", list(names.items()))
        kind = "(SELECT DISTINCT agent FROM given)" if form == "ENUM" else ""
        if kind:
            db.execute(f"CREATE TYPE kind AS ENUM {kind}")
        agent = "CAST(agent AS kind)" if kind else "agent"
        day = "'xpovio' AS drug, 'initial' AS kind, DATE '2024-01-01' AS date"
        for name, query in {
            "request": f'SELECT case_ AS "case", {day} FROM given',
            "combination": f'SELECT case_ AS "case", {agent} AS agent FROM given',
            "not_combination": "SELECT case_ AS \"case\", 'bortezomib' AS agent FROM given",
        }.items():
            db.execute(f"COPY ({query}) TO '{folder / name}.parquet'")
    return names


@pytest.mark.parametrize("form", ["VARCHAR", "ENUM"])
def test_names_that_only_look_the_same_set_their_case_aside(form: str, reading: Rules, tmp_path: Path) -> None:
    """A blank around a name and a character that is not seen are faults of the case, whatever there is beside it."""
    names = write_unseen(tmp_path / "in", form)
    summary = engine.batch.run(tmp_path / "in", tmp_path / "out.parquet", rules=reading)
    assert {"good", "torn"} == table(tmp_path / "out.parquet").keys()
    assert "conflicting_evidence" == table(tmp_path / "out.parquet")["torn"]["determination"]
    assert (len(names), 2) == (summary.cases, summary.decided)
    with pytest.raises(ProgramError, match="is set aside"):
        engine.batch.case_facts(tmp_path / "in", "case 3", rules=reading)


def test_a_name_is_a_fault_also_where_it_is_the_only_one(reading: Rules, tmp_path: Path) -> None:
    """Whether a name with a blank of another kind is noticed does not hang on the faults of other cases."""
    for number, name in enumerate(("bortezomib\xa0", "borte\u200bzomib", "\ufeffbortezomib", "bortezomib\t")):
        files = {"combination.csv": f"case,agent\nc1,{name}\n", "not_combination.csv": "case,agent\nc1,bortezomib\n"}
        engine.batch.run(population(tmp_path / f"in{number}", files), tmp_path / "out.parquet", rules=reading)  # type: ignore[arg-type]
        assert {"c2", "c3"} == table(tmp_path / "out.parquet").keys()


DAYS = [
    "-infinity",
    "infinity",
    "0044-03-15 (BC)",
    "0001-01-01 (BC)",
    "10000-01-01",
    "290000-01-01",
    "2020-01-01 00:00:01",
]
"""Times that are no day of the years 1 to 9999."""


def write_days(folder: Path, kind: str) -> list[str]:
    """A population with a birth date of a type for each of those, and of two days; gives the cases that are right."""
    folder.mkdir(parents=True)
    days = ["1950-02-28", "0001-01-01", *DAYS]
    if kind in ("TIMESTAMP_NS", "DATE"):  # which have no such years, and no time
        days = [day for day in days if kind == "DATE" or day[:4] in ("1950", "2020")]
        days = [day for day in days if kind != "DATE" or len(day) < 16 or "BC" in day]
    for name, columns in {
        "request": "'xpovio' AS drug, 'initial' AS kind, DATE '2024-01-01' AS date",
        "birth_date": f"CAST(day AS {kind}) AS date",
    }.items():
        query = f"SELECT 'c' || n AS \"case\", {columns} FROM (SELECT unnest({days}) AS day, unnest(range({len(days)})) AS n)"
        duckdb.execute(f"COPY ({query}) TO '{folder / name}.parquet'")
    return [f"c{number}" for number, day in enumerate(days) if day not in DAYS]


@pytest.mark.parametrize("kind", ["TIMESTAMP", "TIMESTAMP_MS", "TIMESTAMP_S", "TIMESTAMP_NS", "DATE", "VARCHAR"])
def test_days_that_are_none_set_their_case_aside(kind: str, reading: Rules, tmp_path: Path) -> None:
    """A time of day, a year before the first or after 9999, and no end of time at all are no date, of whatever type."""
    right = write_days(tmp_path / "in", kind)
    engine.batch.run(tmp_path / "in", tmp_path / "out.parquet", rules=reading)
    assert set(right) == table(tmp_path / "out.parquet").keys()


NUMBERS = {
    "DOUBLE": ["'NaN'", "'inf'", "'-inf'", "20.5", "1e300", "9.3e18", "9.223372036854775807e18", "1e17"],
    "FLOAT": ["'NaN'", "'inf'", "1e30"],
    "HUGEINT": ["170141183460469231731687303715884105727", "9223372036854775808"],
    "UBIGINT": ["9223372036854775808"],
    "DECIMAL(38, 3)": ["20.001", "9223372036854775808"],
    "VARCHAR": ["''", "' '", "'20.0'", "'0x14'", "'9223372036854775808'", "'1_000'", "'٢٠'", "'+'", "'1e2'", "'20 '"],
}
"""Of each type, values that are no 64-bit integer."""


def write_numbers(folder: Path, kind: str) -> None:
    """A population with the milligrams of a tablet for each of those, and of one of 20, the case `c0`."""
    folder.mkdir(parents=True)
    values = ["20", *NUMBERS[kind]]
    rows_ = ", ".join(f"('c{number}', CAST({value} AS {kind}))" for number, value in enumerate(values))
    source = f'(VALUES {rows_}) AS t("case", mg)'
    day = "'xpovio' AS drug, 'initial' AS kind, DATE '2024-01-01' AS date"
    duckdb.execute(f"COPY (SELECT * FROM {source}) TO '{folder}/tablet.parquet'")
    duckdb.execute(f"COPY (SELECT \"case\", {day} FROM {source}) TO '{folder}/request.parquet'")


@pytest.mark.parametrize("kind", NUMBERS)
def test_numbers_that_are_none_set_their_case_aside(kind: str, reading: Rules, tmp_path: Path) -> None:
    """What is no 64-bit integer, or not sure to be just one, is none, of whatever type."""
    write_numbers(tmp_path / "in", kind)
    engine.batch.run(tmp_path / "in", tmp_path / "out.parquet", rules=reading)
    assert {"c0"} == table(tmp_path / "out.parquet").keys()


MIXED = {
    "a number with a fraction": ("tablet", "mg", "20::SMALLINT", "2.6::DOUBLE"),
    "a text that is no number": ("tablet", "mg", "20", "' 20'"),
    "a number of more bits": ("tablet", "mg", "20::TINYINT", "9223372036854775808::UBIGINT"),
    "a time of day": ("birth_date", "date", "DATE '1950-01-01'", "TIMESTAMP '1950-01-01 13:00:00'"),
    "a date without zeros": ("birth_date", "date", "DATE '1950-01-01'", "'1950-1-1'"),
}
"""What is no value of an argument, in a file beside one of another type whose value it would be mistaken for."""


@pytest.mark.parametrize("what", MIXED)
def test_files_of_several_types_are_each_read_as_what_they_are(what: str, reading: Rules, tmp_path: Path) -> None:
    """What is wrong in a file is so also if the first file of its predicate has another type."""
    name, argument, right, wrong = MIXED[what]
    folder = population(tmp_path / "in", {})
    (folder / name).mkdir()
    for case, value in ("c1", right), ("c2", wrong):
        duckdb.execute(f"COPY (SELECT '{case}' AS \"case\", {value} AS {argument}) TO '{folder}/{name}/{case}.parquet'")
    engine.batch.run(folder, tmp_path / "out.parquet", rules=reading)
    assert ["c1", "c3"] == list(table(tmp_path / "out.parquet"))
    assert [("c2", name)] == [each[:2] for each in rejects(tmp_path / "out.rejects.parquet")]


@pytest.mark.parametrize("others", ["note,note", "note,Note", ",", "Case,CASE", '"a,b","c d"', "#3,#4"])
def test_further_columns_may_have_any_names(others: str, reading: Rules, tmp_path: Path) -> None:
    """Columns of a CSV file that no predicate has may have any names, or none."""
    decided(tmp_path, {"combination.csv": f"case,{others},agent\nc1,x,y,bortezomib\n"}, rules=reading)
    facts = engine.batch.case_facts(tmp_path / "in", "c1", rules=reading)
    assert (Atom("c1"), Atom("bortezomib")) == facts[1].head.args


def test_requests_of_several_types_are_decided(reading: Rules, tmp_path: Path) -> None:
    """Requests whose dates are texts in one file and dates in another, and whose cases have numbers, are all decided."""
    (tmp_path / "in" / "request").mkdir(parents=True)
    for number, types in enumerate(["VARCHAR, date VARCHAR", "INTEGER, date DATE", "BIGINT, date TIMESTAMP"]):
        kind, day = types.split(", date ")
        query = (
            f"SELECT '{number}'::{kind} AS \"case\", 'xpovio' AS drug, 'initial' AS kind, '2024-01-01'::{day} AS date"
        )
        duckdb.execute(f"COPY ({query}) TO '{tmp_path}/in/request/{number}.parquet'")
    engine.batch.run(tmp_path / "in", tmp_path / "out.parquet", rules=reading)
    assert ["0", "1", "2"] == list(table(tmp_path / "out.parquet"))
    (fact,) = engine.batch.case_facts(tmp_path / "in", "2", rules=reading)
    assert fact.head.args[3] == Date(datetime.date(2024, 1, 1))


OTHER_TYPES = {
    "TIMESTAMPTZ": "TIMESTAMPTZ '2020-01-01'", "TIME": "TIME '10:00'", "INTERVAL": "INTERVAL 1 DAY", "BLOB": "'a'::BLOB",
    "BOOLEAN": "true", "a list": "['a']", "a structure": "{'a': 1}", "UUID": "uuid()", "INTEGER": "1", "DOUBLE": "1.5::DOUBLE", "a map": "MAP {'a': 1}",
}  # fmt: skip


@pytest.mark.parametrize("what", OTHER_TYPES)
@pytest.mark.parametrize(("name", "argument"), [("combination", "agent"), ("birth_date", "date"), ("tablet", "mg")])
def test_columns_of_other_types_are_errors(what: str, name: str, argument: str, tmp_path: Path) -> None:
    """A column of a type whose values are no names, dates or integers is an error that names the column and its file."""
    if (what, name) in {("INTEGER", "tablet"), ("INTEGER", "combination"), ("DOUBLE", "tablet")}:
        return  # a number, or a code of an agent
    folder = population(tmp_path / "in", {})
    duckdb.execute(f"COPY (SELECT 'c1' AS \"case\", {OTHER_TYPES[what]} AS {argument}) TO '{folder}/{name}.parquet'")
    (told,) = complaint(tmp_path, {})
    assert f"E206 {name}.parquet:0 the column `{argument}` of `{name}.parquet` has the type" in told


# --- populations that cannot be read -------------------------------------------------------------------------------

SEX = "case,sex\nc1,female\n"
UNREADABLE: dict[str, tuple[dict[str, str | bytes], str]] = {
    "a missing column": ({"sex.csv": "case,sexx\nc1,male\n"}, "E202 sex.csv:0 `sex.csv` has no column `sex`"),
    "whether a row is so": (
        {"contraception_advised.csv": "case,advised\nc1,no\n"},
        "E202 contraception_advised.csv:0 `contraception_advised.csv` has the column `advised`, and each row states a fact whatever stands there",
    ),
    "whether a row is so, under the name of its table": (
        {"refractory.csv": "case,agent,refractory\nc1,bortezomib,no\n"},
        "E202 refractory.csv:0 `refractory.csv` has the column `refractory`, and each row states a fact whatever stands there",
    ),
    "whether a record is complete": (
        {"complete.csv": "case,predicate,complete\nc1,refractory,no\n"},
        "E202 complete.csv:0 `complete.csv` has the column `complete`, and each row states a fact whatever stands there",
    ),
    "semicolons": (
        {"sex.csv": "case;sex\nc1;female\n"},
        "E107 sex.csv:1 `sex.csv` has semicolons between its columns",
    ),
    "an unknown file": ({"sexx.csv": SEX}, "E404 sexx.csv:0 `sexx.csv` is for no predicate that a case may state"),
    "what is not open": (
        {"not_request.csv": REQUESTS},
        "E404 not_request.csv:0 `request` is not open, so `not_request.csv` cannot state it to be false",
    ),
    "another format": ({"sex.xlsx": "a"}, "E107 sex.xlsx:0 `sex.xlsx` is neither Parquet nor CSV"),
    "an open quotation mark": (
        {"sex.csv": 'case,sex\nc1,male\nc2,"male\nc3,male\n'},
        "E107 sex.csv:3 `sex.csv` has a quotation mark that is not closed or not doubled",
    ),
    "a value too many": (
        {"sex.csv": "case,sex\nc1,male\nc2,male,x\n"},
        "E107 sex.csv:3 `sex.csv` has a row of 3 values where there are 2 columns",
    ),
    "another encoding": (
        {"combination.csv": "case,agent\nc1,a\nc2,bé\n".encode("latin-1")},
        "E107 combination.csv:3 `combination.csv` is not UTF-8 text",
    ),
    "a Parquet file that is cut off": (
        {"sex.parquet": b"PAR1 and then nothing"},
        "E107 sex.parquet:0 `sex.parquet` is not a whole Parquet file",
    ),
    "mixed line ends": (
        {"sex.csv": b'case,sex\nc1,"male"\nc2,male\r\nc3,male\n'},
        "E107 sex.csv:3 `sex.csv` has a line that ends with a carriage return and a line feed, and those before it with a line feed",
    ),
    "a line feed after others": (
        {"sex.csv": b"case,sex\r\nc1,male\r\nc2,male\nc3,male\r\n"},
        "E107 sex.csv:3 `sex.csv` has a line that ends with a line feed, and those before it with a carriage return and a line feed",
    ),
    "a carriage return alone": (
        {"sex.csv": b"case,sex\nc1,male\rc2,male\n"},
        "E107 sex.csv:2 `sex.csv` has a line that ends with a carriage return, and those before it with a line feed",
    ),
    "two places": ({"sex.csv": SEX, "sex/a.csv": SEX}, "E107 sex.csv:0 `sex` has two places, `a.csv` and `sex.csv`"),
    "an empty folder": ({"sex/_SUCCESS": ""}, "E107 sex:0 the folder `sex` has no files"),
    "no columns at all": ({"request.csv": ""}, "E202 request.csv:0 `request.csv` has no column `case`"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_cannot_be_read_is_named_and_nothing_is_written(what: str, tmp_path: Path) -> None:
    """A population that cannot be read as a whole is an error that names the file, and the line where it is known."""
    files, expected = UNREADABLE[what]
    assert expected in complaint(tmp_path, files)


TWICE = {"combination/a.csv": "case,agent\nc2,bortezomib\n", "not_combination.csv": "case,agent\nc1,bortezomib\n"}
"""One case in conflict if what is found elsewhere says that it, too, is given bortezomib."""


def conflicts(tmp_path: Path, found: str, rules: Rules) -> list[str]:
    """The cases in conflict, where a file of that name beside the others has a fact that another denies."""
    (tmp_path / found).write_text("case,agent\nc1,bortezomib\n")
    decided(tmp_path, TWICE, rules=rules)  # type: ignore[arg-type] # texts alone
    said = table(tmp_path / "out.parquet")
    return [case for case, row in said.items() if row["determination"] == "conflicting_evidence"]


@pytest.mark.parametrize(
    "name", ["b[1].csv", "a?.csv", "*.csv", "case=c9.csv", "in 'quotes'.csv", "a;b.csv", "deep/b.csv", "case=c3/b.csv"]
)
def test_files_of_any_name_are_read(name: str, reading: Rules, tmp_path: Path) -> None:
    """Whatever a file in a predicate's folder is called, its facts count, and only as they are written."""
    file = tmp_path / "in" / "combination" / name
    file.parent.mkdir(parents=True)
    (tmp_path / "in" / "combination" / "b1.csv").write_text("case,agent\nc3,dexamethasone\n")
    assert ["c1"] == conflicts(tmp_path, f"in/combination/{name}", reading)


@pytest.mark.parametrize("is_folder", [False, True])
def test_files_behind_links_are_read(is_folder: bool, reading: Rules, tmp_path: Path) -> None:
    """A link to a file or to a folder, also within one, has the facts of what it leads to."""
    folder = tmp_path / "in" / "combination"
    folder.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (folder / ("more" if is_folder else "b.csv")).symlink_to(tmp_path / "elsewhere" / ("" if is_folder else "b.csv"))
    assert ["c1"] == conflicts(tmp_path, "elsewhere/b.csv", reading)


HIDDEN = {
    ".ipynb_checkpoints/b.csv": "`.ipynb_checkpoints` is hidden",
    "_temporary/0/b.csv": "`_temporary` is hidden",
    ".b.csv": "`.b.csv` is hidden",
    "._b.csv": "`._b.csv` is hidden",
    "x/.y/z/b.csv": "`.y` is hidden",
    "_delta_log/0.csv": "`_delta_log` says which files beside it are in force",
    "_SUCCESS/b.csv": "`_SUCCESS` is hidden",
}


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("place", ["in/combination", "in"])
def test_what_is_hidden_is_named(place: str, name: str, reading: Rules, tmp_path: Path) -> None:
    """A hidden file or folder might have facts, and is neither read nor passed over without a word."""
    (tmp_path / place / name).parent.mkdir(parents=True)
    if place == "in" and name.startswith("x/"):
        (tmp_path / place / "x").rename(tmp_path / place / "sex")
        name = name.replace("x/", "sex/", 1)
    with pytest.raises(ProgramError) as raised:
        conflicts(tmp_path, f"{place}/{name}", reading)
    assert any(each.message.startswith(HIDDEN[name.replace("sex/", "x/")]) for each in raised.value.diagnostics)


def test_marks_of_other_programs_are_passed_over(reading: Rules, tmp_path: Path) -> None:
    """What programs leave beside the files that they write has no facts, and nothing is said of it."""
    folder = tmp_path / "in" / "combination"
    folder.mkdir(parents=True)
    for name in ("_SUCCESS", "._SUCCESS.crc", ".a.csv.crc", ".DS_Store", "_metadata", "_committed_12"):
        (folder / name).write_text("combination")
    assert ["c1"] == conflicts(tmp_path, "in/combination/b.csv", reading)


UNREAD = {
    "a link that leads nowhere": (lambda path: path.symlink_to("nowhere"), "leads nowhere"),
    "a link to itself": (lambda path: path.symlink_to(path.name), "symbolic links"),
    "a link to the folder above": (lambda path: path.symlink_to(".."), "leads back to a folder that it lies in"),
    "a pipe": (os.mkfifo, "neither a file nor a folder"),
    "a name that is not UTF-8": (lambda path: path.with_name("b\udcff.csv").write_text(""), "its name is not UTF-8"),
}


@pytest.mark.parametrize("what", UNREAD)
@pytest.mark.parametrize("place", ["sex", "sex/deep", "."])
def test_what_is_neither_read_nor_hidden_is_named(what: str, place: str, tmp_path: Path) -> None:
    """Whatever lies in a population's folder and cannot be read is an error that names it."""
    make, why = UNREAD[what]
    if (what, place) == ("a link to the folder above", "."):
        why = "is for no predicate"
    folder = population(tmp_path / "in", {"sex/a.csv": SEX, "sex/deep/a.csv": SEX})
    make(folder / place / "tablet.csv")
    told = [each for each in complaint(tmp_path, {}) if why in each]
    assert 1 == len(told)
    with pytest.raises(ProgramError, match=why):
        engine.batch.case_facts(folder, "c1")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is closed to this user")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    """A folder in a predicate's folder that the user may not read is an error."""
    folder = population(tmp_path / "in", {"sex/deep/a.csv": SEX, "sex/a.csv": SEX})
    (folder / "sex" / "deep").chmod(0)
    try:
        assert "E107 deep:0 `deep` cannot be read: Permission denied" in complaint(tmp_path, {})
    finally:
        (folder / "sex" / "deep").chmod(0o700)


def test_all_faults_of_files_are_told_at_once(tmp_path: Path) -> None:
    """Two bad files are two diagnostics of one run."""
    told = complaint(tmp_path, {"sex.csv": "case\nc1\n", "tablet.csv": "case\nc1\n"})
    assert {"sex.csv:0", "tablet.csv:0"} == {line.split()[1] for line in told}


def test_a_column_of_another_type_is_an_error(tmp_path: Path) -> None:
    """Numbers with fractions where dates are wanted are no case's fault, but the column's."""
    folder = population(tmp_path / "in", {})
    duckdb.execute(f"COPY (SELECT 'c1' AS \"case\", 2.5::DOUBLE AS date) TO '{folder}/birth_date.parquet'")
    (told,) = complaint(tmp_path, {})
    assert "the column `date` of `birth_date.parquet` has the type DOUBLE" in told


def test_a_folder_that_is_none_is_said_so(tmp_path: Path) -> None:
    """A misspelt directory is an error that says so."""
    with pytest.raises(ProgramError, match="does not exist"):
        engine.batch.run(tmp_path / "nowhere", tmp_path / "out.parquet")


def test_an_output_in_no_folder_is_said_so(tmp_path: Path) -> None:
    """Where the output's folder does not exist, the error names it."""
    folder = population(tmp_path / "in", {})
    with pytest.raises(ProgramError, match="cannot be written"):
        engine.batch.run(folder, tmp_path / "no" / "out.parquet")


@pytest.mark.parametrize(
    ("output", "reasons", "why"),
    [
        ("in/request.csv", None, "it is what is read"),
        ("in/sex/part.csv", None, "it is what is read"),
        ("link.csv", None, "it is what is read"),
        ("out.csv", "in/request.csv", "it is what is read"),
        ("out.csv", "rules.pl", "it is what is read"),
        ("out.csv", "out.csv", "it is written twice"),
        ("out.csv", "out.rejects.csv", "it is written twice"),
        ("pipe", None, "it is no plain file"),
        ("o\udce9.csv", None, "its name is not UTF-8"),
        ("in", None, "it is a folder"),
        (".", None, "its name is that of a folder"),
        ("", None, "its name is that of a folder"),
    ],
)
def test_what_is_read_or_no_file_is_not_written_over(
    output: str, reasons: str | None, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report, reasons or rejects in the place of a fact, of the rules, of each other or of no file are an error."""
    folder = population(tmp_path / "in", {"sex/part.csv": "case,sex\n"})
    os.link(folder / "request.csv", tmp_path / "link.csv")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "rules.pl").write_text("")
    monkeypatch.chdir(tmp_path)
    before = {path: path.stat() for path in tmp_path.rglob("*")}
    with pytest.raises(ProgramError, match=why):
        engine.batch.run("in", output, explain=reasons, inputs=[Path("rules.pl")])
    assert before.keys() == {*tmp_path.rglob("*")}
    assert all(before[path].st_mtime_ns == path.stat().st_mtime_ns for path in before)


@pytest.mark.parametrize("place", ["out.parquet", "sex/out.parquet", "link/out.parquet", "refractory.csv"])
def test_an_output_is_not_put_where_the_next_batch_would_read_it(place: str, tmp_path: Path) -> None:
    """What lies in a population's folder is read, so no new file is put there."""
    folder = population(tmp_path / "in", {"sex/a.csv": SEX})
    (folder / "link").symlink_to("sex")
    with pytest.raises(ProgramError, match="would be read with the folder next time"):
        engine.batch.run(folder, folder / place)
    assert not (folder / place).exists()


def test_what_a_batch_writes_is_for_the_user_alone(reading: Rules, tmp_path: Path) -> None:
    """A new report can be read by the user only; one that is replaced keeps its mode; nothing else is left."""
    folder, out = population(tmp_path / "in", {}), tmp_path / "out"
    out.mkdir()
    (out / "out.csv").write_text("old")
    (out / "out.csv").chmod(0o640)
    engine.batch.run(folder, out / "out.csv", explain=out / "why.parquet", rules=reading)
    modes = {path.name: path.stat().st_mode & 0o777 for path in out.iterdir()}
    assert {"out.csv": 0o640, "why.parquet": 0o600, "out.rejects.csv": 0o600} == modes


def test_a_case_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    """`case_facts` of an unknown case is an error, and of a faulty one says why it is set aside."""
    folder = population(tmp_path / "in", {"review_type.csv": "case,type\nc1,no\n"})
    with pytest.raises(ProgramError, match="does not mention the case `c9`"):
        engine.batch.case_facts(folder, "c9")
    with pytest.raises(ProgramError, match="not a listed `type`"):
        engine.batch.case_facts(folder, "c1")


# --- runs that do not end well -------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.heavy
def test_a_killed_run_leaves_no_half_written_output(how: signal.Signals, tmp_path: Path) -> None:
    """An output that was there stays as it was when a run is killed; an interrupted one also leaves no scratch files."""
    write_csv(rows(1_000, SEED), tmp_path / "in")
    output = tmp_path / "out" / "out.parquet"
    output.parent.mkdir()
    output.write_text("as before")
    code = (
        f"import engine.batch; engine.batch.run({str(tmp_path / 'in')!r}, {str(output)!r}, "
        "progress=lambda share, what: print(what, flush=True), at_once=100)"
    )
    run = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert run.stdout is not None
    for line in run.stdout:
        if line.startswith("deciding case 101"):
            break
    run.send_signal(how)
    run.wait(timeout=60)
    time.sleep(0.1)
    assert output.read_text() == "as before"
    if how is signal.SIGINT:
        assert ["out.parquet"] == [path.name for path in output.parent.iterdir()]


def test_too_little_memory_is_said_so(tmp_path: Path) -> None:
    """A batch that does not get by with its memory says so and writes nothing."""
    write_csv(rows(2_000, SEED), tmp_path / "in")
    with pytest.raises(ProgramError, match="memory is not enough"):
        engine.batch.run(tmp_path / "in", tmp_path / "out.parquet", memory="1MB")
    assert not (tmp_path / "out.parquet").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file sizes are set otherwise there")
@pytest.mark.heavy
def test_a_full_disk_is_said_so_and_leaves_what_was_there(tmp_path: Path) -> None:
    """Where no more can be written, the message says so; an output that was there stays, and nothing is left beside it."""
    write_csv(rows(300, SEED), tmp_path / "in")
    output = tmp_path / "out" / "out.parquet"
    output.parent.mkdir()
    output.write_text("as before")
    code = (
        "import resource, signal, sys\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\nimport engine.batch\n"
        "from kb.language.diagnostics import ProgramError\n"
        f"try:\n    engine.batch.run({str(tmp_path / 'in')!r}, {str(output)!r})\n"
        "except ProgramError as error:\n    print(error.diagnostics[0].message)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "`out.parquet` could not be written" in run.stdout, run.stderr
    assert "as before" == output.read_text()
    assert ["out.parquet"] == [path.name for path in output.parent.iterdir()]
