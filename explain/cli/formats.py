"""The forms in which answers are written, of each kind an enum, and the ends of the names of files that ask for them."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType


class AnswerFormat(StrEnum):
    """How answers are written; of each kind of formats the first is the default."""

    TABLE = "table"
    JSON = "json"
    TSV = "tsv"
    PROLOG = "prolog"
    PARQUET = "parquet"
    CSV = "csv"


class ExplanationFormat(StrEnum):
    """How explanations are written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    DOT = "dot"
    MERMAID = "mermaid"


class ReportFormat(StrEnum):
    """How reviews are written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    PAS = "pas"
    NDJSON = "ndjson"


class InterviewFormat(StrEnum):
    """How an interview is held: line by line, or as a questionnaire that is answered elsewhere."""

    DIALOGUE = "dialogue"
    QUESTIONNAIRE = "questionnaire"


class PageFormat(StrEnum):
    """How pages about policies and comparisons are written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


class ResultsFormat(StrEnum):
    """How the results of policy tests are written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    JUNIT = "junit"
    LCOV = "lcov"


class PlainFormat(StrEnum):
    """How everything else is written."""

    TEXT = "text"
    JSON = "json"


class CheckFormat(StrEnum):
    """How what is wrong with files is written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


SUFFIXES = MappingProxyType(
    {
        ".txt": "text",
        ".json": "json",
        ".tsv": "tsv",
        ".parquet": "parquet",
        ".csv": "csv",
        ".md": "markdown",
        ".html": "html",
        ".pdf": "pdf",
        ".ndjson": "ndjson",
        ".dot": "dot",
        ".mmd": "mermaid",
        ".xml": "junit",
        ".info": "lcov",
    }
)
"""The format that the name of a file asks for by its end."""
