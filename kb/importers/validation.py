"""Whether resources are as FHIR has them: by the models of fhir.resources, which comes with the extra `fhir`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from kb.importers.bundle import Chart
from kb.language.diagnostics import Diagnostic
from kb.language.syntax import Span

MOST_ERRORS = 5
"""How many errors of one resource are told."""


def invalid(chart: Chart) -> Iterator[Diagnostic]:
    """What is wrong with the resources of a chart. Raises `ImportError` without fhir.resources.

    Its models are of R4B, which has the resources that are read here as R4 has them.
    """
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    for each in chart.resources:
        try:
            model = get_fhir_model_class(each.type)
        except (KeyError, LookupError, ImportError):
            yield _wrong(each.file, f"{each.node.path}: `{each.type}` is no type of resource of FHIR R4")
            continue
        try:
            model.model_validate_json(json.dumps(each.node.value, default=_number))
        except ValidationError as error:
            for one in error.errors()[:MOST_ERRORS]:
                place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in one["loc"])
                yield _wrong(each.file, f"{each.node.path}{place}: {' '.join(str(one['msg']).split())}")
        except (ValueError, TypeError, AssertionError) as error:
            yield _wrong(each.file, f"{each.node.path}: {' '.join(str(error).split())[:200]}")


def _wrong(file: str, message: str) -> Diagnostic:
    return Diagnostic("E109", message, Span(file, 0, 0), (), "correct the bundle, or import it without --validate")


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    raise TypeError(value)
