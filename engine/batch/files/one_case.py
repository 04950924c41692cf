"""One case out of a population, as facts of the language, so that the interactive engine can explain it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from engine.batch.files.columns import STORED
from engine.batch.files.faults import set_aside
from engine.batch.files.ingest import CASE, Ingested, fact_view, ingest
from engine.batch.files.layout import Kind, Shape, file_span, sources
from engine.batch.files.scratch import connected
from engine.batch.lift.sql import cast, column, sql, table
from engine.cases import Vocabulary
from engine.knowledge import Rules
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import TRUE, AtomF, Clause
from kb.language.terms import Atom, Const, Date, Int, Str, make_decimal

if TYPE_CHECKING:
    import duckdb

_MAKE: dict[Kind, Callable[[Any], Const]] = {
    Kind.NAME: Atom,
    Kind.STRING: Str,
    Kind.INTEGER: Int,
    Kind.DATE: Date,
    Kind.DECIMAL: make_decimal,
}


def case_facts(directory: str | os.PathLike[str], case: str, *, rules: Rules | None = None) -> tuple[Clause, ...]:
    """The facts of one case of a population, the request first; where each was found is its file.

    Raises `ProgramError` if the population cannot be read, does not mention the case, or the batch sets it aside.
    """
    from engine.batch.population import shipped

    policy = rules or shipped()
    folder = Path(directory)
    found = sources(folder, Vocabulary.of(policy.declarations, policy.facts))
    with connected() as db:
        ingested = ingest(db, found, only=case)
        kept = set_aside(db, ingested.tables)
        places = {source.shape: source.files[0] for source in found}
        faults = db.execute("SELECT predicate, code, reason, example FROM rejects ORDER BY ALL").fetchall()
        if faults:
            by_name = {shape.name: place for shape, place in places.items()}
            raise ProgramError(
                Diagnostic(
                    code,
                    f"the case `{case}` is set aside: {reason} in `{predicate}`: {example}",
                    file_span(by_name[predicate]),
                )
                for predicate, code, reason, example in faults
            )
        if not kept.cases_in:
            hint = "name a case as the files write it"
            raise ProgramError(
                [Diagnostic("E406", f"`{folder}` does not mention the case `{case}`", file_span(folder), (), hint)]
            )
        return tuple(_facts(db, ingested, case, places))


def _facts(db: duckdb.DuckDBPyConnection, found: Ingested, case: str, places: dict[Shape, Path]) -> Iterator[Clause]:
    for shape in found.shapes:
        names = [cast(column(each.name), STORED[each.kind]) for each in shape.columns[1:]]
        query = exp.select(cast(column(CASE), "VARCHAR"), *names).distinct().from_(table(fact_view(shape)))
        span = file_span(places[shape])
        for row in db.execute(f"{sql(query)} ORDER BY ALL").fetchall():
            args = [
                Atom(case),
                *(constant(each.kind, value) for each, value in zip(shape.columns[1:], row[1:], strict=True)),
            ]
            yield Clause(AtomF(shape.pred, tuple(args), span), TRUE, span)


def constant(kind: Kind, value: Any) -> Const:
    """The constant for a value of a column."""
    return _MAKE[kind](value)
