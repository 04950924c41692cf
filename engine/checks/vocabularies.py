"""Names in rules, facts and questions against the vocabularies of their types, and the vocabularies themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.checks.predicates import Context, unknown_predicate
from engine.facts import an
from kb.language.diagnostics import Diagnostic, DidYouMean, Note
from kb.language.syntax import Clause
from kb.language.terms import Const, Term, Var, plain_text, term_text
from kb.names import TypeNames
from kb.normalization import Names


def check(context: Context) -> Iterator[Diagnostic]:
    """E211 for each name that its vocabulary does not know, or that does not stand for one constant."""
    names = context.names
    for clause in context.clauses(lambda pred, facts: not names.are_constants(pred, facts.columns)):
        for name, vocabulary in names.unknown(clause):
            span = context.sources.place_of(term_text(name), clause.span)
            meant = vocabulary.meant_in_fact(name)
            if meant is not None:
                several = ", ".join(f"`{term_text(each)}`" for each in meant.constants)
                message = f"`{term_text(name)}` stands for several{', such as' if meant.is_broad else ':'} {several}"
                instead = "say it of what is meant" if meant.is_broad else "say it of each"
                yield Diagnostic("E211", message, span, (), instead)
            else:
                message = f"`{term_text(name)}` is not recognised: {an(vocabulary.spaced)} of that name is not known"
                perhaps = vocabulary.perhaps(name)
                suggestion = DidYouMean.of(plain_text(name), *perhaps) if perhaps else None
                notes = (f"what is known are {_sources(names, vocabulary)}",)
                yield Diagnostic("E211", message, span, notes, suggestion)


def _sources(names: Names, vocabulary: TypeNames) -> str:
    return " and ".join(f"`{each.pred}`" for each in names.declarations.vocabularies[vocabulary.type])


def check_declarations(context: Context) -> Iterator[Diagnostic]:
    """E201 and E202 for predicates that are not there, E212 for other names without a vocabulary, or of no constant of it,
    for two constants that are one name, for a name with two meanings, and for a broad name that is also a name for what it covers."""
    names = context.names
    for kind, declared in context.declarations.vocabularies.items():
        for each in declared:
            if each.pred not in context.known:
                yield unknown_predicate(context, each.pred, each.span)
        vocabulary = names.of_type(kind)
        if vocabulary is None:
            message = f"`{kind}` has other names, and no vocabulary"
            yield Diagnostic("E212", message, declared[0].span, (), f"declare one: `:- vocabulary({kind}, known/1).`")
            continue
        wrong = list(_contradictions(vocabulary))
        own = {each.pred for each in declared}
        clauses = context.program.clauses if wrong else ()
        stated = {each.head.args: each.span for each in clauses if each.head.pred in own}
        for message, row in wrong:
            yield Diagnostic("E212", message, stated.get(row, declared[0].span))
        if not wrong:
            also_called = [each.pred for each in declared if each.use == "also_called"]
            yield from _two_meanings(
                vocabulary, [fact for pred in also_called for fact in context.program.facts.of(pred)]
            )


def _two_meanings(vocabulary: TypeNames, facts: Iterable[Clause]) -> Iterator[Diagnostic]:
    """E212 for a name that two files, or two spellings in one, say other things of: it would stand for all of them together, as that of
    a regimen does."""
    said: dict[str, dict[tuple[str, Term], list[Clause]]] = {}
    for fact in facts:
        name, *_ = fact.head.args
        if len(fact.head.args) == 2 and not isinstance(name, Var) and name in vocabulary.compared:
            by_place = said.setdefault(vocabulary.compared[name], {})
            by_place.setdefault((fact.span.file, name), []).append(fact)
    for places in said.values():
        first, *others = places.values()
        meant = {fact.head.args[1] for fact in first}
        for other in others:
            if {fact.head.args[1] for fact in other} != meant:
                name, constant = other[0].head.args
                here, there = (f"`{term_text(each)}`" for each in (constant, first[0].head.args[1]))
                told = f"`{term_text(name)}`, another name of {here} here, is one of {there} elsewhere, and would stand for both"
                notes = (Note.at("the other is", first[0].span),)
                yield Diagnostic("E212", told, other[0].span, notes, "leave it out, or write the name out in full")


def _contradictions(vocabulary: TypeNames) -> Iterator[tuple[str, tuple[Term, ...]]]:
    """What is wrong with a vocabulary, and the row that it is about."""
    compared, own = vocabulary.compared, dict[str, Const]()
    for constant in vocabulary.constants:
        first = own.setdefault(compared[constant], constant)
        if first != constant:
            yield f"`{term_text(constant)}` is the same name as `{term_text(first)}`", (constant,)
    told = dict(own)
    for name, constant in vocabulary.others:
        other = told.setdefault(compared[name], constant)
        if other != constant and (other := own.get(compared[name], constant)) != constant:
            message = (
                f"`{term_text(name)}`, another name of `{term_text(constant)}` here, is `{term_text(other)}` already"
            )
            yield message, (name, constant)
    for name, constant in vocabulary.broader:
        if (meant := told.get(compared[name])) is not None:
            message = f"`{term_text(name)}`, which leaves open what is meant here, means `{term_text(meant)}` already"
            yield message, (name, constant)
    for rows in (vocabulary.others, vocabulary.broader):
        if not vocabulary.constants >= {constant for _, constant in rows}:
            for name, constant in rows:
                if constant not in vocabulary.constants:
                    yield (
                        f"`{term_text(constant)}`, which has another name here, is not in the vocabulary",
                        (name, constant),
                    )
