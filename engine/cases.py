"""Case files: which facts they may state, whether a case can be reviewed, and one case's facts out of many."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.checks.predicates import complete_records, functional_values
from engine.checks.types import an, mistyped
from engine.knowledge import Rules
from kb.language.declarations import COMPLETE, CONSTANT_TYPES, REQUEST, Declarations
from kb.language.diagnostics import Diagnostic, Sources, did_you_mean, in_order
from kb.language.loader import Loaded
from kb.language.printer import show_atom, show_term
from kb.language.syntax import AtomF, Clause, LoadDecl, Pred, Span
from kb.language.terms import Atom, Const, Date, Int, Term, Var, kind_of, plain_text, term_text
from kb.names import Names, NotRecognised

LISTED_VALUE = Pred("listed_value", 3)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its name, the facts about it, and its request."""

    name: Const
    facts: tuple[Clause, ...]
    request: AtomF

    @property
    def date(self) -> datetime.date:
        """The date of the request."""
        date = self.request.args[3]
        assert isinstance(date, Date)
        return date.value

    def as_of(self, day: datetime.date) -> Case:
        """The case as if its request bore another date."""
        request = replace(self.request, args=(*self.request.args[:3], Date(day)))
        facts = tuple(replace(fact, head=request) if fact.head == self.request else fact for fact in self.facts)
        return Case(self.name, facts, request)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What case files may state: the open predicates, requests and complete records, the values that are listed, and the
    names that are recognised."""

    declarations: Declarations
    listed: dict[tuple[str, int], tuple[Const, ...]]
    names: Names

    @classmethod
    def of(cls, rules: Rules) -> Vocabulary:
        listed: dict[tuple[str, int], tuple[Const, ...]] = {}
        for clause in rules.facts:
            if clause.head.pred == LISTED_VALUE:
                name, position, value = clause.head.args
                if isinstance(name, Atom) and isinstance(position, Int) and not isinstance(value, Var):
                    key = (name.name, position.value)
                    listed[key] = (*listed.get(key, ()), value)
        return cls(rules.declarations, listed, rules.names)

    def listed_at(self, pred: Pred, index: int) -> tuple[Const, ...]:
        """The values that are listed for an argument of a predicate, counted from 0; none where any can stand."""
        return self.listed.get((pred.name, index + 1), ())

    def takes(self, pred: Pred, index: int, value: Const) -> bool:
        """Whether a value can stand at an argument of a predicate as it is: where names have a vocabulary, a constant of that."""
        known = self.names.at(pred)[index]
        return self.declarations.takes(pred, index, value) and (known is None or value in known.constants)

    def allows(self, pred: Pred) -> bool:
        """Whether a case file may state facts of the predicate."""
        return pred in (REQUEST, COMPLETE) or self.declarations.is_abducible(pred.positive)

    @property
    def preds(self) -> list[Pred]:
        """The predicates that a case file may state."""
        return [REQUEST, COMPLETE, *self.declarations.abducible]


def is_case_file(loaded: Loaded) -> bool:
    """Whether what was read states facts alone, a request among them, or would but for a directive that loads a file."""
    stated = [item for item in loaded.program.items if not isinstance(item, LoadDecl)]
    facts = [item for item in stated if isinstance(item, Clause) and item.is_fact]
    return len(facts) == len(stated) and any(fact.head.pred == REQUEST for fact in facts)


def check_cases(loaded: Loaded, vocabulary: Vocabulary) -> tuple[Diagnostic, ...]:
    """Every diagnostic of a case file: of reading it, of each fact, and of cases that cannot be reviewed."""
    found = [*loaded.diagnostics]
    for item in loaded.program.items:
        if isinstance(item, LoadDecl):
            hint = "name the files one after the other where they are asked for"
            found.append(Diagnostic("E405", "a case file has facts only, and loads no other file", item.span, (), hint))
        elif not isinstance(item, Clause):
            found.append(Diagnostic("E405", "a case file has facts only, and this is a declaration", item.span))
        elif not item.is_fact:
            found.append(
                Diagnostic(
                    "E405",
                    f"a case file has facts only, and `{item.head.pred}` is concluded by a rule here",
                    item.span,
                    (),
                    "rules belong to a policy file",
                )
            )
        else:
            found += _fact(item.head, vocabulary, loaded.sources)
    facts = [clause for clause in loaded.program.clauses if clause.is_fact]
    read = vocabulary.names.read(facts)
    found += (_not_recognised(each, loaded.sources) for each in read.not_recognised if not _is_listed(each, vocabulary))
    found += functional_values(read.facts, vocabulary.declarations)
    found += complete_records(facts, vocabulary.declarations)
    found += _requests(read.facts, vocabulary, is_whole=not loaded.diagnostics)
    if not facts and not found:
        name = next(iter(loaded.sources.texts), "<cases>")
        found.append(
            Diagnostic(
                "E401",
                f"`{name}` states no case",
                Span(name, 0, 0),
                (),
                "state at least `request(Case, Drug, Kind, Date).`",
            )
        )
    return in_order(found)


def _fact(fact: AtomF, vocabulary: Vocabulary, sources: Sources) -> Iterator[Diagnostic]:
    pred = fact.pred
    free = [arg for arg in fact.args if isinstance(arg, Var)]
    if free:
        yield Diagnostic(
            "E203", f"a fact has no variables, and `{show_term(free[0])}` is one", sources.place_of(show_term(free[0]), fact.span),
            ("names that begin with a capital letter or `_` are variables",), "write it in lower case or in quotes",
        )  # fmt: skip
        return
    if not vocabulary.allows(pred):
        yield _not_allowed(fact, vocabulary)
        return
    yield from mistyped(fact, vocabulary.declarations)
    for index, arg in enumerate(fact.args):
        if not isinstance(arg, Var):
            yield from _argument(fact, index, arg, vocabulary, sources)


def _argument(fact: AtomF, index: int, arg: Const, vocabulary: Vocabulary, sources: Sources) -> Iterator[Diagnostic]:
    """E403 for a value that is not listed, and E206 for a string, number or date where a name is expected that has no
    vocabulary. Names that have one are read by that."""
    names, declared = vocabulary.declarations.names_of(fact.pred), vocabulary.declarations.types_of(fact.pred)[index]
    values = vocabulary.listed_at(fact.pred, index)
    known = vocabulary.names.at(fact.pred)[index]
    if values and (known is None or fact.pred == REQUEST):
        meant = known.meant(arg) if known is not None else None
        if arg not in values and (meant is None or meant.constants[0] not in values):
            what = names[index].lower() if names else f"argument {index + 1}"
            yield Diagnostic(
                "E403", f"`{term_text(arg)}` is not a listed {what} of `{fact.pred.positive}`", fact.span,
                (f"there are {', '.join(f'`{term_text(value)}`' for value in values)}",),
                _listed_instead(arg, values),
            )  # fmt: skip
    elif index and known is None and declared not in CONSTANT_TYPES | {"any"} and not isinstance(arg, Atom):
        yield Diagnostic(
            "E206", f"argument {index + 1} ({names[index]}) of `{fact.pred}` is a name, not the {kind_of(arg)} `{term_text(arg)}`",
            fact.span, (), f"write `{term_text(Atom(plain_text(arg)))}`",
        )  # fmt: skip


def _is_listed(each: NotRecognised, vocabulary: Vocabulary) -> bool:
    """Whether a name stands in a request where values are listed, so that it is an error."""
    types = vocabulary.declarations.types_of(each.fact.head.pred)
    return each.pred == REQUEST and bool(vocabulary.listed_at(each.pred, types.index(each.type)))


def _not_recognised(each: NotRecognised, sources: Sources) -> Diagnostic:
    """W307: a name that states nothing."""
    fact, name = each.fact.head, f"`{each.name}`"
    opened = f"this states nothing, and the record of `{each.pred.name}` is open for the case"
    if each.pred == REQUEST:
        opened = "which policy covers it is not known"
    instead: str | None
    if each.stands_for_several:
        message = f"{name} stands for several, and which of them is meant here cannot be told"
        instead = f"say it of each: {', '.join(f'`{name}`' for name in each.perhaps)}"
    else:
        message = f"{name} is not recognised: {an(each.type)} of that name is not known"
        instead = f"did you mean {' or '.join(f'`{name}`' for name in each.perhaps)}?" if each.perhaps else None
    return Diagnostic("W307", message, sources.place_of(each.written, fact.span), (opened,), instead)


def _listed_instead(arg: Const, values: tuple[Const, ...]) -> str | None:
    same = [value for value in values if plain_text(value) == plain_text(arg)]
    return f"did you mean `{term_text(same[0])}`?" if same else did_you_mean(plain_text(arg), map(plain_text, values))


def _not_allowed(fact: AtomF, vocabulary: Vocabulary) -> Diagnostic:
    pred = fact.pred
    same = [each for each in vocabulary.preds if each.name == pred.name]
    if same and pred.negative and same[0].arity == pred.arity:
        return Diagnostic("E404", f"`{pred.positive}` is not open, so it cannot be stated to be false", fact.span)
    if same:
        each = same[0]
        names = ", ".join(vocabulary.declarations.names_of(each)) or f"{each.arity} arguments"
        return Diagnostic(
            "E202", f"`{pred.name}` has {each.arity} arguments, not {pred.arity}", fact.span, (f"they are ({names})",)
        )
    if pred.positive in vocabulary.declarations.preds:
        return Diagnostic("E404", f"`{pred}` is knowledge of the policy, and a case cannot state it", fact.span)
    return Diagnostic(
        "E404", f"`{pred}` is not in the vocabulary of cases", fact.span, ("see `priorlog query 'listed_value(P, N, V)'` and the README for what a case may state",),
        did_you_mean(pred.name, (each.name for each in vocabulary.preds)),
    )  # fmt: skip


def _requests(facts: Sequence[Clause], vocabulary: Vocabulary, *, is_whole: bool) -> Iterator[Diagnostic]:
    """E402, and E401 if the file could be read as a whole: else the request may be what could not be read."""
    typed = vocabulary.declarations.types_of(REQUEST)[3] == "date"
    requests: dict[Term, Clause] = {}
    mentions: dict[Term, Clause] = {}
    for clause in facts:
        if not clause.head.args or not vocabulary.allows(clause.head.pred):
            continue
        name = clause.head.args[0]
        mentions.setdefault(name, clause)
        if clause.head.pred == REQUEST:
            first = requests.setdefault(name, clause)
            if first.head.args != clause.head.args:
                yield Diagnostic(
                    "E402", f"the case `{show_term(name)}` has a second request, `{show_atom(clause.head)}`",
                    clause.head.span, (f"the first is at {first.span}",), "give the second request a case name of its own",
                )  # fmt: skip
            if not typed and not isinstance(clause.head.args[3], Date):
                date = clause.head.args[3]
                kind = "" if isinstance(date, Var) else f"the {kind_of(date)} "
                yield Diagnostic(
                    "E206",
                    f"the date of a request is a date, not {kind}`{show_term(date)}`",
                    clause.head.span,
                    (),
                    "write it as in `2024-07-01`",
                )
    for name, clause in mentions.items():
        if is_whole and name not in requests and not isinstance(name, Var):
            yield Diagnostic(
                "E401", f"the case `{show_term(name)}` has no request", clause.head.span,
                (), f"state `request({show_term(name)}, Drug, Kind, Date).`",
            )  # fmt: skip


def cases_of(facts: Iterable[Clause]) -> list[Case]:
    """The cases with a request that checked facts are about, in the order of their first mention."""
    by_name: dict[Const, list[Clause]] = {}
    for clause in facts:
        if clause.head.args and not isinstance(clause.head.args[0], Var):
            by_name.setdefault(clause.head.args[0], []).append(clause)
    requests = {
        clause.head.args[0]: clause.head for own in by_name.values() for clause in own if clause.head.pred == REQUEST
    }
    return [Case(name, tuple(own), requests[name]) for name, own in by_name.items() if name in requests]
