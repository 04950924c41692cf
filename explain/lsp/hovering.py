"""What is told of a name where the pointer rests on it: Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from explain.lsp.book import Book
from explain.lsp.names import ConstantName, Name, PredicateName, VariableName
from explain.words.phrases import one_line
from kb.language.builtins import BUILTINS, CONSTRUCTS
from kb.language.printer import show_declaration
from kb.language.syntax import Pred, Span, unqualified
from kb.language.terms import Atom, plain_text, term_text

MOST_NAMES = 12
"""How many other names of a constant are told."""
Shown: TypeAlias = Mapping[Span, Mapping[str, Sequence[str]]]
"""By the place of a rule, the tests that show it in each truth value: what the coverage of tests comes to."""


def told_by_tests(shown: Shown, rules: Iterable[Span]) -> str | None:
    """In how many tests rules are shown in each truth value; None if nothing is known of them."""
    known = [shown[span] for span in rules if span in shown]
    if not known:
        return None
    counts = {truth: len({name for each in known for name in each.get(truth, ())}) for truth in known[0]}
    told = ", ".join(f"{number} {truth}" for truth, number in counts.items() if number)
    return f"tests: {told}" if told else "no test shows this"


def hover(book: Book, span: Span, name: Name, shown: Shown) -> str | None:
    """What is told of a name in an item; None if there is nothing to tell."""
    preds = book.preds_at(span, name)
    parts = [_predicate(book, pred, shown) for pred in preds if pred in book.goals.known]
    match name:
        case ConstantName() if not parts:
            parts = [*_constant(book, span, name)]
        case PredicateName(written=written) if not parts:
            parts = [*_built_in(written)]
        case VariableName():
            parts = [*_variable(book, span, name)]
    return "\n\n---\n\n".join(parts) or None


def _predicate(book: Book, pred: Pred, shown: Shown) -> str:
    """The declaration of a predicate, its sentence, where it is cited from, how it is asked for, and how much there is of it."""
    declared = book.declared.preds.get(pred)
    lines = [f"```prolog\n{show_declaration(declared) if declared is not None else pred}\n```"]
    if pred in book.declared.abducible:
        lines.append("open: what is not stated of it is not known")
    if (functional := book.declared.functional.get(pred)) is not None:
        lines.append(f"one value: `{show_declaration(functional)}`")
    if pred in book.declared.inline:
        lines.append("a definition: put in where it is used")
    if places := book.declared.places(pred):
        lines.append(f"cited from: {'; '.join(map(one_line, places))}")
    lines += [f"asked: {one_line(each.text)}" for each in book.declared.questions.get(pred, ())]
    clauses = book.clauses_of.get(pred, [])
    facts = sum(clause.is_fact for clause in clauses)
    counts = [(facts, "fact"), (len(clauses) - facts, "rule")]
    if told := ", ".join(f"{number} {what}{'s' if number != 1 else ''}" for number, what in counts if number):
        lines.append(told)
    if tested := told_by_tests(shown, (clause.span for clause in clauses)):
        lines.append(tested)
    return "\n\n".join(lines)


def _built_in(pred: Pred) -> Iterator[str]:
    """What a predicate of the language takes and gives."""
    name = unqualified(pred).name
    record = BUILTINS.get(name)
    if record is not None and record.arity == pred.arity:
        args = ", ".join(each.name for each in (*record.inputs, record.output))
        yield f"```prolog\n{name}({args})\n```\n\nbuilt in"
    elif name in CONSTRUCTS:
        yield f"`{name}` is a construct of the language"


def _constant(book: Book, span: Span, name: ConstantName) -> Iterator[str]:
    """What a constant means in the vocabulary of its argument, and what else that is called."""
    for kind in sorted(book.types_of(span, name)):
        known = book.names.of_type(kind)
        if known is None:
            yield f"{kind.replace('_', ' ')}"
            continue
        meant = known.meant_in_fact(Atom(name.text))
        if meant is None:
            yield f"`{name.text}` is not a known {known.spaced}"
            continue
        lines = [f"{known.spaced}: {', '.join(f'`{term_text(each)}`' for each in meant.constants)}"]
        if meant.is_broad:
            lines.append("a broad name: it leaves open which of these is meant")
        for constant in meant.constants[:1]:
            others = dict.fromkeys(plain_text(other) for other, each in known.others if each == constant)
            if others:
                shown = ", ".join([*others][:MOST_NAMES])
                lines.append(f"also called: {shown}{' and others' if len(others) > MOST_NAMES else ''}")
        yield "\n\n".join(lines)


def _variable(book: Book, span: Span, name: VariableName) -> Iterator[str]:
    """The first argument that a variable is in its clause, with its type."""
    for other in book.names_at(span) if name.name != "_" else ():
        if isinstance(other, VariableName) and other.name == name.name and other.of is not None:
            for pred in book.meant(span, other.of)[:1]:
                names, kind = book.declared.names_of(pred), book.declared.types_of(pred)[other.index]
                called = names[other.index] if names else f"argument {other.index + 1}"
                typed = f", {kind.replace('_', ' ')}" if kind != "any" else ""
                yield f"`{name.name}`: {called} of `{pred}`{typed}"
                return
