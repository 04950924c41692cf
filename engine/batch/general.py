"""What the lifter cannot decide, decided by the general compiler in engine/sql/: tables of the cases that are at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from engine.backends.sql.compile import Compiler
from engine.backends.sql.values import Column, Kind, Table, marked
from engine.batch.files.ingest import CASE, fact_view
from engine.batch.files.layout import Kind as Holds
from engine.batch.files.layout import Shape
from engine.batch.lift.sql import cast, column, sql, table, text
from engine.knowledge import Rules
from engine.reading.completion import Completion
from kb.language.syntax import Pred, body_terms
from kb.language.terms import Const, Var

if TYPE_CHECKING:
    import duckdb

NOW = "now_cases"
"""The view of the cases that are being decided."""
_DOMAIN = "now_constants"
_KINDS = {Holds.NAME: Kind.ATOM, Holds.INTEGER: Kind.INTEGER, Holds.DATE: Kind.DATE, Holds.STRING: Kind.STRING}


def lifted_tables(shapes: tuple[Shape, ...]) -> dict[Pred, Table]:
    """The views of all facts, as the lifter knows them: cases stand by name."""
    return {shape.pred: _table_of(shape, fact_view(shape), Kind.ATOM) for shape in shapes}


def general_compiler(
    db: duckdb.DuckDBPyConnection, completion: Completion, rules: Rules, shapes: tuple[Shape, ...]
) -> Compiler:
    """A compiler for the cases at hand, which stand by number."""
    from engine.backends.sql.duckdb import load_facts

    with db.cursor() as first:  # a connection with temporary tables of its own
        base = load_facts(first, rules.facts)
    stored = {shape.pred: _numbered(shape) for shape in shapes}
    cases = Table(NOW, ("number",), (Column(Kind.INTEGER),))
    return Compiler(completion, {**base, **stored}, Table(_DOMAIN, ("constant",), (Column(Kind.ANY),)), cases=cases)


def run_general(db: duckdb.DuckDBPyConnection, compiler: Compiler, rules: Rules, shapes: tuple[Shape, ...]) -> None:
    """Makes the compiler's tables of the cases in the view `NOW`, if it has any to make."""
    from engine.backends.sql.duckdb import load_facts, run

    if not compiler.steps:
        return
    load_facts(db, rules.facts)
    for shape in shapes:
        _make_numbered(db, shape)
    _make_domain(db, rules, shapes)
    run(db, compiler.steps)


def _table_of(shape: Shape, name: str, case: Kind) -> Table:
    kinds = [Column(case), *(Column(_KINDS[each.kind]) for each in shape.columns[1:])]
    return Table(name, (CASE, *(each.name for each in shape.columns[1:])), tuple(kinds))


def _numbered(shape: Shape) -> Table:
    return _table_of(shape, f"now_{shape.name}", Kind.INTEGER)


def _make_numbered(db: duckdb.DuckDBPyConnection, shape: Shape) -> None:
    others = [column(each.name, "f") for each in shape.columns[1:]]
    query = (
        exp.select(column("number", "c").as_(CASE, quoted=True), *others)
        .from_(exp.alias_(table(fact_view(shape)), "f", table=True))
        .join(exp.alias_(table(NOW), "c", table=True), on=column(CASE, "f").eq(column("name", "c")))
    )
    db.execute(f"CREATE TEMP TABLE {sql(table(_numbered(shape).name))} AS {sql(query)}")


def _make_domain(db: duckdb.DuckDBPyConnection, rules: Rules, shapes: tuple[Shape, ...]) -> None:
    """A view of every constant of program and cases."""
    constants = {marked(each) for each in _constants(rules)}
    db.execute(f"CREATE TEMP TABLE {_DOMAIN}_base (constant VARCHAR)")
    if constants:
        rows = exp.Values(expressions=[exp.Tuple(expressions=[text(each)]) for each in sorted(constants)])
        db.execute(f"INSERT INTO {_DOMAIN}_base {sql(rows)}")
    parts: list[exp.Query] = [exp.select(column("constant")).from_(table(f"{_DOMAIN}_base"))]
    for shape in shapes:
        held = _numbered(shape)
        assert held.columns is not None
        for name, kind in zip(held.names[1:], held.columns[1:], strict=True):
            value = exp.DPipe(this=text(kind.kind.mark), expression=cast(column(name), "TEXT"))
            parts.append(exp.select(value.as_("constant")).from_(table(held.name)))
    parts.append(
        exp.select(exp.DPipe(this=text("i:"), expression=cast(column("number"), "TEXT")).as_("constant")).from_(
            table(NOW)
        )
    )
    # A view: it is computed only if some rule leaves a variable without any limit.
    db.execute(f"CREATE TEMP VIEW {_DOMAIN} AS {sql(exp.union(*parts))}")


def _constants(rules: Rules) -> list[Const]:
    """Every constant of a program, each once."""
    terms = [term for clause in rules.clauses for term in (*clause.head.args, *body_terms(clause.body))]
    terms += [term for fact in rules.facts for term in fact.head.args]
    return [term for term in dict.fromkeys(terms) if not isinstance(term, Var)]
