"""Coverage for people and programs: sections of a document, a page beside the text of the policy, JSON, and LCOV's records."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from msgspec import Struct, to_builtins

from explain.authoring.coverage import ORDER, Coverage, ItemCoverage, LiteralCoverage, RuleCoverage, Seen
from explain.report import document as doc
from explain.words.phrases import one_line
from kb.language.diagnostics import Sources, SourceText
from kb.language.truth import Truth

MOST_LISTED = 40
"""How many literals a table lists of those that are not covered."""


# --- sections of a document ------------------------------------------------------------------------------------------


def sections(coverage: Coverage, most: int | None = MOST_LISTED) -> Iterator[doc.Section]:
    """What is not covered of each file, the worst first, at most so many literals; criteria and alternatives; and the share."""
    for file, rules in coverage.by_file().items():
        gaps = [literal for rule in rules for literal in rule.literals if literal.missing]
        gaps.sort(key=lambda each: (-len(each.missing), each.span.line, each.span.column))
        if gaps:
            table = doc.Table(("Line", "Literal", "Never", "Seen"), tuple(map(_gap, gaps[:most])))
            left = len(gaps[most:]) if most is not None else 0
            more = f"and {left:,} more: `--format html` and `--format json` have all"
            blocks = (table, doc.Paragraph(more)) if left else (table,)
            yield doc.Section(one_line(f"Not covered in {file}"), blocks)
    if coverage.items:
        yield doc.Section("Criteria and alternatives", (_criteria(coverage),))
    yield doc.Section("Coverage", (doc.Paragraph(share(coverage)),))


def blocks(coverage: Coverage) -> Iterator[doc.Block]:
    """The share, with how each criterion and each rule is covered."""
    yield doc.Paragraph(share(coverage))
    if coverage.items:
        yield _criteria(coverage)
    for file, rules in coverage.by_file().items():
        caption = one_line(f"Rules in {file}")
        yield doc.Table(("Line", "Rule", "Values of literals", "Seen"), tuple(map(_rule, rules)), caption)


def _criteria(coverage: Coverage) -> doc.Table:
    several = len({item.policy for item in coverage.items}) > 1
    rows = tuple(_item(item, f"{item.policy}, {item.kind}" if several else item.kind) for item in coverage.items)
    return doc.Table(("Criterion", "Request", "Never", "Seen"), rows)


def _rule(rule: RuleCoverage) -> tuple[str, ...]:
    seen = f"{rule.counted - rule.missing} of {rule.counted}"
    return str(rule.key.span.line), one_line(rule.text), seen, _counts(rule.seen)


def share(coverage: Coverage) -> str:
    """The share of the values of literals that some case shows, in a line."""
    seen = coverage.counted - coverage.missing
    full = sum(not rule.missing for rule in coverage.rules)
    return (
        f"{seen:,} of {coverage.counted:,} values of literals were seen ({coverage.percent:.1f} %); "
        f"{full:,} of {len(coverage.rules):,} rules are covered"
    )


def _gap(literal: LiteralCoverage) -> tuple[str, ...]:
    return str(literal.span.line), one_line(literal.text), _words(literal.missing), _counts(literal.seen)


def _item(item: ItemCoverage, request: str) -> tuple[str, ...]:
    name = item.id if item.criterion is None else f"- {item.id}"
    never = _words(each for each in ORDER if not item.seen.cases(each))
    return one_line(name), one_line(request), never, _counts(item.seen)


def _words(values: Iterable[Truth]) -> str:
    return ", ".join(each.value for each in values)


def _counts(seen: Seen) -> str:
    """How many cases show each value."""
    return ", ".join(f"{each.value} in {len(seen.cases(each))}" for each in seen.values) or "not reached"


# --- beside the text of the policy -----------------------------------------------------------------------------------


class Mark(Struct, frozen=True):
    """How a stretch of text is covered: the look of it, and what a reader who points at it is told."""

    look: doc.Look
    told: str


class Part(Struct, frozen=True):
    """A stretch of a line, and how the literal that it is of is covered."""

    text: str
    mark: Mark | None = None


class Line(Struct, frozen=True):
    """A line of a policy: its parts, and the literals that begin on it."""

    number: int
    parts: tuple[Part, ...]
    literals: tuple[LiteralCoverage, ...]

    @property
    def counted(self) -> int:
        """How many values of its literals count."""
        return sum(len(each.countable) for each in self.literals)

    @property
    def seen(self) -> int:
        """How many of these some case shows."""
        return self.counted - sum(len(each.missing) for each in self.literals)

    @property
    def look(self) -> doc.Look:
        """Whether all, some or none were seen."""
        return _look(self.seen, self.counted)


class Listing(Struct, frozen=True):
    """A file of a policy, line by line."""

    file: str
    lines: tuple[Line, ...]


def _look(seen: int, counted: int) -> doc.Look:
    if not counted:
        return doc.Look.ASIDE
    return doc.Look.MET if seen == counted else doc.Look.OPEN if seen else doc.Look.UNMET


def listings(coverage: Coverage, sources: Sources) -> tuple[Listing, ...]:
    """The files of the rules that were looked at."""
    return tuple(
        Listing(file, tuple(_lines(SourceText(file, sources.texts[file]), rules)))
        for file, rules in coverage.by_file().items()
        if file in sources.texts
    )


def page(tests: doc.Document, listings: Sequence[Listing]) -> str:
    """The results of tests as one page, with the text of the policy below and how it is covered."""
    from explain.report import html  # what is only rendered at times is only imported then

    documents = [("tests", tests)]
    return html.rendered(
        "coverage", title=tests.title, documents=documents, above=None, is_report=False, listings=listings, order=ORDER
    )


def _lines(source: SourceText, rules: Iterable[RuleCoverage]) -> Iterator[Line]:
    """The lines of a text, each stretch with the mark of the innermost literal that it is of."""
    literals = [each for rule in rules for each in rule.literals if each.countable]
    marks: list[Mark | None] = [None] * len(source.text)
    for each in sorted(literals, key=lambda each: -each.span.length):
        start = source.offset(each.span)
        marks[start : start + each.span.length] = [_mark(each)] * each.span.length
    start = 0
    for number, text in enumerate(source.text.split("\n"), 1):
        stretches = groupby(zip(text, marks[start:], strict=False), itemgetter(1))
        parts = tuple(Part("".join(char for char, _ in stretch), mark) for mark, stretch in stretches)
        yield Line(number, parts, tuple(each for each in literals if each.span.line == number))
        start += len(text) + 1


def _mark(literal: LiteralCoverage) -> Mark:
    seen = len(literal.countable) - len(literal.missing)
    return Mark(_look(seen, len(literal.countable)), told(literal))


def told(literal: LiteralCoverage) -> str:
    """What is said of a literal: the values it was seen in with their cases, and those in which it was not."""
    shown = [f"{each.value}: {', '.join(literal.seen.cases(each))}" for each in literal.seen.values]
    never = [f"never {_words(literal.missing)}"] if literal.missing else []
    return one_line("; ".join([*shown, *never]))


# --- JSON and LCOV ---------------------------------------------------------------------------------------------------


def coverage_json(coverage: Coverage) -> dict[str, object]:
    """The coverage as JSON data."""
    return {
        "counted": coverage.counted,
        "missing": coverage.missing,
        "percent": round(coverage.percent, 2),
        "rules": [_rule_json(each) for each in coverage.rules],
        "items": [to_builtins(each) for each in coverage.items],
    }


def _rule_json(rule: RuleCoverage) -> dict[str, object]:
    literals = [
        {
            **_place_json(each.span.line, each.span.column),
            "index": each.index,
            "text": each.text,
            "seen": to_builtins(each.seen),
            "missing": [value.value for value in each.missing],
        }
        for each in rule.literals
    ]
    key = {"module": rule.key.module, "predicate": rule.key.pred, "file": rule.key.span.file}
    return {
        **key,
        **_place_json(rule.key.span.line, rule.key.span.column),
        "seen": to_builtins(rule.seen),
        "literals": literals,
    }


def _place_json(line: int, column: int) -> dict[str, object]:
    return {"line": line, "column": column}


def lcov(coverage: Coverage, sources: Sources) -> str:
    """The coverage as the records that `genhtml` and its like read: a line counts the cases that reach a literal on it, and the
    values of a literal are the branches of a block."""
    records: list[str] = ["TN:"]
    for file, rules in coverage.by_file().items():
        literals = [each for rule in rules for each in rule.literals]
        branches = [each for each in literals if each.countable]
        hits = _hits(literals)
        records += [f"SF:{_path(file, sources)}", *_branches(branches)]
        records += [f"DA:{line},{count}" for line, count in sorted(hits.items())]
        records += [f"LF:{len(hits)}", f"LH:{sum(map(bool, hits.values()))}", "end_of_record"]
    return "".join(f"{each}\n" for each in records)


def _hits(literals: Iterable[LiteralCoverage]) -> Counter[int]:
    """How many cases reach some literal on each line."""
    reached: dict[int, set[str]] = {}
    for each in literals:
        reached.setdefault(each.span.line, set()).update(case for value in ORDER for case in each.seen.cases(value))
    return Counter({line: len(cases) for line, cases in reached.items()})


def _branches(literals: Iterable[LiteralCoverage]) -> Iterator[str]:
    found = hit = 0
    blocks = Counter[int]()
    for each in literals:
        block, is_reached = blocks[each.span.line], bool(each.seen.values)
        blocks[each.span.line] += 1
        for branch, value in enumerate(ORDER):
            if value in each.countable:
                count = len(each.seen.cases(value))
                found, hit = found + 1, hit + bool(count)
                yield f"BRDA:{each.span.line},{block},{branch},{count if is_reached else '-'}"
    yield from (f"BRF:{found}", f"BRH:{hit}")


def _path(file: str, sources: Sources) -> str:
    """Where a file is, from the current folder if it is below it."""
    path, here = sources.files.get(file, Path(file)), Path.cwd()
    return os.fspath(path.relative_to(here) if path.is_relative_to(here) else path)
