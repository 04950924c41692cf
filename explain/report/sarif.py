"""Diagnostics as SARIF 2.1.0, which code hosts and editors show beside the text."""

from __future__ import annotations

from collections.abc import Iterable

from kb.language.diagnostics import CATALOGUE, Diagnostic, Sources

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(diagnostics: Iterable[Diagnostic], sources: Sources, version: str) -> dict[str, object]:
    """A log with one run: the rules are the codes that occur, each with what it means."""
    found = list(diagnostics)
    codes = sorted({each.code for each in found})
    rules = [{"id": code, "shortDescription": {"text": CATALOGUE[code]}} for code in codes]
    driver = {"name": "Priorlog", "version": version, "rules": rules}
    results = [_result(each, codes.index(each.code), sources) for each in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(each: Diagnostic, index: int, sources: Sources) -> dict[str, object]:
    text = "\n".join([each.message, *each.notes, *([each.suggestion] if each.suggestion else [])])
    line = sources.line(each.span)
    region = {"startLine": max(1, each.span.line), "startColumn": max(1, each.span.column)}
    if line is not None:
        region["endColumn"] = min(each.span.column + each.span.length, len(line) + 1)
    place = {"artifactLocation": {"uri": each.span.file}, "region": region}
    return {
        "ruleId": each.code,
        "ruleIndex": index,
        "level": each.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }
