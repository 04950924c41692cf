"""Answers as JSON data, tab-separated values and Prolog facts."""

from __future__ import annotations

from collections.abc import Iterable

from engine.knowledge import AnswerRow, Answers, Individual
from kb.language.printer import show_term
from kb.language.terms import Date, Dec, Int, Var, plain_text


def json_value(term: Individual) -> int | str:
    """A term as JSON has it: integers as numbers, everything else as its text without quotes; a variable by name."""
    if isinstance(term, Int):
        return term.value
    return term.name if isinstance(term, Var) else plain_text(term)


def answers_json(answers: Answers) -> dict[str, object]:
    """`{"variables": [...], "answers": [[...]]}`, with `"unknown"` if something is not documented."""
    data: dict[str, object] = {
        "variables": [var.name for var in answers.variables],
        "answers": _rows(answers.true),
    }
    if answers.unknown:
        data["unknown"] = _rows(answers.unknown)
    return data


def _rows(rows: Iterable[AnswerRow]) -> list[list[int | str]]:
    return [[json_value(each) for each in row] for row in rows]


def answers_tsv(answers: Answers) -> str:
    """A line for each answer, the last column telling whether it is true or unknown."""
    lines = ["\t".join([*(var.name for var in answers.variables), "truth"])]
    for rows, truth in ((answers.true, "true"), (answers.unknown, "unknown")):
        cells = {each: _cell(each) for each in {each for row in rows for each in row}}
        lines += ["\t".join([*(cells[each] for each in row), truth]) for row in rows]
    return "\n".join(lines) + "\n"


def _cell(term: Individual) -> str:
    text = str(json_value(term)) if isinstance(term, Dec | Date | Int | Var) else show_term(term)
    return text.replace("\t", "\\t").replace("\n", "\\n")


def answers_prolog(answers: Answers) -> str:
    """Each answer as bindings that Prolog reads, `X = a, Y = b.`; those not documented are comments."""
    lines = []
    for rows, mark in ((answers.true, ""), (answers.unknown, "% not documented: ")):
        for row in rows:
            bindings = [f"{var.name} = {show_term(each)}" for var, each in zip(answers.variables, row, strict=True)]
            lines.append(mark + (", ".join(bindings) or "true") + ".")
    return "\n".join(lines or ["false."]) + "\n"
