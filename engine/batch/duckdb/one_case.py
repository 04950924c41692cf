"""One case out of a population, as facts of the language, so that the interactive engine can explain it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from engine.batch.duckdb.faults import set_aside
from engine.batch.duckdb.reading import connected, ingest
from engine.batch.files.columns import STORED
from engine.batch.files.layout import CASE, ColumnKind, Source, fact_view, sources
from engine.batch.files.messages import file_span
from engine.batch.population import shipped_rules
from engine.batch.sql import cast, column, sql, table
from engine.cases import Vocabulary
from engine.knowledge import Rules
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import TRUE, AtomF, Clause
from kb.language.terms import Atom, Const, Date, Int, Str, make_decimal


def case_facts(directory: str | os.PathLike[str], case: str, *, rules: Rules | None = None) -> tuple[Clause, ...]:
    """The facts of one case of a population, the request first; where each was found is its file.

    Raises `ProgramError` if the population cannot be read, does not mention the case, or the batch sets it aside.
    """
    policy, folder = rules or shipped_rules(), Path(directory)
    found = sources(folder, Vocabulary.of(policy.declarations, policy.facts))
    places = {source.shape.name: file_span(source.files[0]) for source in found}
    with connected() as db:
        kept = set_aside(db, ingest(db, found, only=case))
        faults = db.execute("SELECT predicate, code, reason, example FROM rejects ORDER BY ALL").fetchall()
        if faults:
            raise ProgramError(
                Diagnostic(code, f"the case `{case}` is set aside: {reason} in `{name}`: {example}", places[name])
                for name, code, reason, example in faults
            )
        if not kept.cases_in:
            message, hint = f"`{folder}` does not mention the case `{case}`", "name a case as the files write it"
            raise ProgramError([Diagnostic("E406", message, file_span(folder), (), hint)])
        return tuple(fact for source in found for fact in _facts(db, source, case))


def _facts(db: duckdb.DuckDBPyConnection, source: Source, case: str) -> Iterator[Clause]:
    columns, span = source.shape.columns[1:], file_span(source.files[0])
    values = [cast(column(each.name), STORED[each.kind]) for each in columns]
    query = exp.select(cast(column(CASE), "VARCHAR"), *values).distinct().from_(table(fact_view(source.shape)))
    for _, *row in db.execute(f"{sql(query)} ORDER BY ALL").fetchall():
        args = [_constant(each.kind, value) for each, value in zip(columns, row, strict=True)]
        yield Clause(AtomF(source.shape.pred, (Atom(case), *args), span), TRUE, span)


def _constant(kind: ColumnKind, value: Any) -> Const:
    """The constant for a value of a column."""
    match kind:
        case ColumnKind.NAME:
            return Atom(value)
        case ColumnKind.STRING:
            return Str(value)
        case ColumnKind.INTEGER:
            return Int(value)
        case ColumnKind.DATE:
            return Date(value)
        case ColumnKind.DECIMAL:
            return make_decimal(value)
