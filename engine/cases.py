"""Case files: which facts they may state, whether a case can be reviewed, and one case's facts out of many."""

from __future__ import annotations

import datetime
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct, field
from msgspec.structs import replace

from engine.facts import an, complete_records, functional_values, instead_of, mistyped
from engine.knowledge import Rules
from kb.language.declarations import COMPLETE, CONSTANT_TYPES, REQUEST, Declarations
from kb.language.diagnostics import Diagnostic, DidYouMean, Note, Sources, did_you_mean, in_order
from kb.language.loader import Loaded, Texts, load_cases, load_files
from kb.language.printer import show_atom, show_clause, show_declaration, show_term
from kb.language.program import Stated
from kb.language.syntax import AtomF, Clause, FactsDecl, Item, LoadDecl, ModuleDecl, Pred, Provenance, SourceDecl, Span
from kb.language.terms import Atom, Const, Date, Int, Var, kind_of, plain_text, term_text
from kb.normalization import Names, NotRecognised

LISTED_VALUE = Pred("listed_value", 3)
PARTICULAR = Pred("particular", 3)
"""`particular(Number, Predicate, Title)`: what a case may state for the head of its report, in order."""
UNDER = Pred("under", 2)
"""`under(Case, Policy)`: the policy that a case is reviewed under."""
NO_FILE = "<cases>"
"""What messages call cases that no file is read for."""


class Case(Struct, frozen=True):
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

    def within(self, vocabulary: Vocabulary) -> Case:
        """The case with what may be stated under a vocabulary; the rest is for others beside it."""
        facts = (fact for fact in self.facts if vocabulary.allows(fact.head.pred))
        named = {
            COMPLETE: tuple(Atom(pred.own_name) for pred in vocabulary.declarations.abducible),
            UNDER: vocabulary.policies,
        }
        kept = (fact for fact in facts if fact.head.pred not in named or fact.head.args[1] in named[fact.head.pred])
        return replace(self, facts=tuple(kept))


class Vocabulary(Struct, frozen=True):
    """What case files may state: the open predicates, requests, complete records and what stands at the head of a report; the
    values that are listed, and the names that are recognised."""

    declarations: Declarations
    listed: dict[tuple[str, int], tuple[Const, ...]]
    names: Names
    particulars: dict[Pred, str]
    """What may be stated for the head of a report, with its title there, in order."""

    @classmethod
    def of(cls, rules: Rules) -> Vocabulary:
        """What case files may state under some rules."""
        return cls.made_of(rules.declarations, rules.facts, rules.names)

    @classmethod
    def made_of(cls, declarations: Declarations, facts: Stated, names: Names) -> Vocabulary:
        """The same, of what a program declares, its facts and its names, whatever its rules are."""
        listed: dict[tuple[str, int], tuple[Const, ...]] = {}
        particulars: list[tuple[int, Pred, str]] = []
        for clause in facts.of(LISTED_VALUE):
            name, position, value = clause.head.args
            if isinstance(name, Atom) and isinstance(position, Int) and not isinstance(value, Var):
                key = (name.name, position.value)
                listed[key] = (*listed.get(key, ()), value)
        for clause in facts.of(PARTICULAR):
            number, name, title = clause.head.args
            if isinstance(number, Int):
                particulars.append((number.value, Pred(plain_text(name), 2), plain_text(title)))
        if UNDER in declarations.preds:
            listed[UNDER.name, 2] = tuple(Atom(each.name) for each in declarations.policies)
        return cls(
            declarations,
            listed,
            names,
            {pred: title for _, pred, title in sorted(particulars, key=lambda each: each[0])},
        )

    def listed_at(self, pred: Pred, index: int) -> tuple[Const, ...]:
        """The values that are listed for an argument of a predicate, counted from 0; none where any can stand."""
        return self.listed.get((pred.name, index + 1), ())

    @property
    def policies(self) -> tuple[Const, ...]:
        """The policies that a case may name."""
        return self.listed_at(UNDER, 1)

    def takes(self, pred: Pred, index: int, value: Const) -> bool:
        """Whether a value can stand at an argument of a predicate as it is: where names have a vocabulary, a constant of that."""
        known = self.names.at(pred)[index]
        return self.declarations.takes(pred, index, value) and (known is None or value in known.constants)

    def allows(self, pred: Pred) -> bool:
        """Whether a case file may state facts of the predicate."""
        return pred in (*self._closed, *self.particulars) or self.declarations.is_abducible(pred.positive)

    @property
    def preds(self) -> list[Pred]:
        """The predicates that a case file may state."""
        return [*self._closed, *self.particulars, *self.declarations.abducible]

    def expected(self, loaded: Loaded) -> list[Clause]:
        """What case files say that a policy test expects."""
        expectations = self.declarations.expectations
        return [each for each in loaded.program.clauses if each.is_fact and each.head.pred in expectations]

    @property
    def _closed(self) -> tuple[Pred, ...]:
        return (REQUEST, COMPLETE, UNDER) if self.policies else (REQUEST, COMPLETE)


def load_as_written(
    files: Sequence[str | os.PathLike[str]], texts: Texts | None = None, *, are_cases: bool = False
) -> tuple[Loaded, bool]:
    """What files say, as case files or as rules with what they load, and whether they are case files; `are_cases` if that is
    known already."""
    loaded = load_cases(files, texts)
    if are_cases or is_case_file(loaded):
        return loaded, True
    follows = any(isinstance(item, LoadDecl | FactsDecl | ModuleDecl) for item in loaded.program.items)
    return (load_files(files, texts) if follows else loaded), False


def is_case_file(loaded: Loaded) -> bool:
    """Whether what was read states facts alone, a request among them, with however many arguments, or would but for a directive that
    loads a file."""
    stated = [item for item in loaded.program.items if not isinstance(item, LoadDecl | FactsDecl | SourceDecl)]
    facts = [item for item in stated if isinstance(item, Clause) and item.is_fact]
    return len(facts) == len(stated) and any(fact.head.pred.name == REQUEST.name for fact in facts)


class Checked(Struct, frozen=True):
    """What is wrong with case files, and the facts about the cases that nothing is wrong with.

    Files that have no case in common can be checked apart: `Findings` says of them what would be said of all at once.
    """

    found: tuple[Diagnostic, ...]
    """What is wrong with what is there."""
    sound: tuple[Clause, ...]
    requested: frozenset[str]
    """The cases that something is requested for."""
    unrequested: tuple[Clause, ...] = ()
    """The first fact of each case that has no request."""
    file: str = NO_FILE
    """The first file that was read."""
    states_nothing: bool = False

    @classmethod
    def of(cls, loaded: Loaded, vocabulary: Vocabulary) -> Checked:
        """Every diagnostic of case files: of reading them, of each fact, and of cases that cannot be reviewed. What is said
        of no case, or cannot be read, may be about any case that its file mentions."""
        aside = vocabulary.declarations.expectations
        facts = [each for each in loaded.program.clauses if each.is_fact and each.head.pred not in aside]
        by_case, others = _by_case(facts, vocabulary)
        read = vocabulary.names.read(facts)
        meant, _ = _by_case(read.facts, vocabulary)
        found = [*loaded.diagnostics, *filter(None, map(_no_fact, loaded.program.items))]
        found += [each for fact in others for each in _fact(fact.head, vocabulary, loaded.sources)]
        unclear = {each.span.file for each in found if each.is_error}
        requested = frozenset(plain_text(name) for name, own in by_case.items() if any(map(_is_request, own)))
        sound: set[Clause] = set()
        unrequested: list[Clause] = []
        for name, own in by_case.items():
            is_unclear = any(fact.span.file in unclear for fact in own)
            is_lacking = not is_unclear and not any(map(_is_request, own))
            wrong = [each for clause in own for each in _fact(clause.head, vocabulary, loaded.sources)]
            wrong += functional_values(meant.get(name, ()), vocabulary.declarations)
            wrong += complete_records(own, vocabulary.declarations)
            wrong += _second_requests(meant.get(name, ()), vocabulary)
            if is_lacking:
                unrequested.append(own[0])
            elif not is_unclear and not any(each.is_error for each in wrong):
                sound.update(own)
            found += wrong
        unknown = (each for each in read.not_recognised if not _is_listed(each, vocabulary))
        found += (_not_recognised(each, loaded.sources) for each in unknown)
        return cls(
            tuple(found),
            tuple(fact for fact in facts if fact in sound),
            requested,
            tuple(unrequested),
            next(iter(loaded.sources.texts), NO_FILE),
            not facts,
        )

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that is to be said, in order."""
        lacking = [_no_request(each, self.requested) for each in self.unrequested]
        if self.states_nothing and not self.found and not lacking:
            hint = "state at least `request(Case, Drug, Kind, Date).`"
            lacking.append(Diagnostic("E401", f"`{self.file}` states no case", Span(self.file, 0, 0), (), hint))
        return in_order((*self.found, *lacking))


class Findings(Struct):
    """What is found of case files that are checked apart, one after the other."""

    found: list[Diagnostic] = field(default_factory=list)
    requested: set[str] = field(default_factory=set)
    unrequested: list[Clause] = field(default_factory=list)
    file: str | None = None
    states_nothing: bool = True

    def add(self, part: Checked) -> None:
        """Adds what was found of further files."""
        self.found += part.found
        self.requested |= part.requested
        self.unrequested += part.unrequested
        self.file = self.file or part.file
        self.states_nothing = self.states_nothing and part.states_nothing

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that is to be said, in order."""
        requested, unrequested = frozenset(self.requested), tuple(self.unrequested)
        file = self.file or NO_FILE
        return Checked(tuple(self.found), (), requested, unrequested, file, self.states_nothing).diagnostics


def check_cases(loaded: Loaded, vocabulary: Vocabulary) -> tuple[Diagnostic, ...]:
    """Every diagnostic of case files."""
    return Checked.of(loaded, vocabulary).diagnostics


def _by_case(facts: Iterable[Clause], vocabulary: Vocabulary) -> tuple[dict[Const, list[Clause]], list[Clause]]:
    """The facts about each case, cases in the order of their first mention by a fact that a case file may state; and those
    about none."""
    stated = (fact.head for fact in facts if fact.head.args and vocabulary.allows(fact.head.pred))
    found: dict[Const, list[Clause]] = {atom.args[0]: [] for atom in stated if not isinstance(atom.args[0], Var)}
    others: list[Clause] = []
    for fact in facts:
        name = fact.head.args[0] if fact.head.args else None
        own = None if name is None or isinstance(name, Var) else found.get(name)
        (others if own is None else own).append(fact)
    return found, others


def _no_fact(item: Item) -> Diagnostic | None:
    """E405 for what is no fact."""
    match item:
        case LoadDecl():
            hint = "name the files one after the other where they are asked for"
            return Diagnostic("E405", "a case file has facts only, and loads no other file", item.span, (), hint)
        case Clause(is_fact=True) | SourceDecl():
            return None
        case Clause(head):
            said = f"a case file has facts only, and `{head.pred}` is concluded by a rule here"
            return Diagnostic("E405", said, item.span, (), "rules belong to a policy file")
        case _:
            return Diagnostic("E405", "a case file has facts only, and this is a declaration", item.span)


def _fact(fact: AtomF, vocabulary: Vocabulary, sources: Sources) -> Iterator[Diagnostic]:
    pred = fact.pred
    free = [arg for arg in fact.args if isinstance(arg, Var)]
    named = zip(fact.args, vocabulary.declarations.names_of(pred), strict=False)
    if free and free == [arg for arg, name in named if arg == Var(name)]:
        what = ", ".join(f"`{arg.name}`" for arg in free)
        yield Diagnostic(
            "E203", f"{what} of `{pred}` is still to be filled in", sources.place_of(free[0].name, fact.span), (),
            "write names in lower case, and dates as in 2024-07-01",
        )  # fmt: skip
        return
    if free:
        declared = vocabulary.declarations.types_of(pred)[fact.args.index(free[0])]
        is_name = declared not in CONSTANT_TYPES or declared == "atom"
        yield Diagnostic(
            "E203", f"a fact has no variables, and `{show_term(free[0])}` is one", sources.place_of(show_term(free[0]), fact.span),
            ("names that begin with a capital letter or `_` are variables",),
            "write it in lower case or in quotes" if is_name else instead_of(Atom(plain_text(free[0])), declared),
        )  # fmt: skip
        return
    if not vocabulary.allows(pred):
        yield _not_allowed(fact, vocabulary)
        return
    yield from mistyped(vocabulary.names.definitions.atom(fact), vocabulary.declarations)
    for index, arg in enumerate(fact.args):
        if not isinstance(arg, Var):
            yield from _argument(fact, index, arg, vocabulary, sources)


def _argument(fact: AtomF, index: int, arg: Const, vocabulary: Vocabulary, sources: Sources) -> Iterator[Diagnostic]:
    """E403 for a value that is not listed, and E206 for a string, number or date where a name is expected that has no
    vocabulary. Names that have one are read by that."""
    names, declared = vocabulary.declarations.names_of(fact.pred), vocabulary.declarations.types_of(fact.pred)[index]
    values = vocabulary.listed_at(fact.pred, index)
    known = vocabulary.names.at(fact.pred)[index]
    if values and (known is None or not vocabulary.declarations.is_abducible(fact.pred.positive)):
        meant = known.meant_in_fact(arg) if known is not None else None
        stated = vocabulary.names.stated(fact.pred, index, meant)
        if arg not in values and not (stated and set(stated) <= set(values)):
            what = names[index].lower() if names else f"argument {index + 1}"
            said = f"`{term_text(arg)}` is not a listed {what} of `{fact.pred.positive}`"
            yield not_listed(said, arg, values, fact.span)
    elif index and known is None and declared not in CONSTANT_TYPES | {"any"} and not isinstance(arg, Atom):
        yield Diagnostic(
            "E206", f"argument {index + 1} ({names[index]}) of `{fact.pred}` is a name, not the {kind_of(arg)} `{term_text(arg)}`",
            fact.span, (), f"write `{term_text(Atom(plain_text(arg)))}`",
        )  # fmt: skip


def _is_listed(each: NotRecognised, vocabulary: Vocabulary) -> bool:
    """Whether a name stands where values are listed of a predicate that is not open, so that it is an error."""
    place = vocabulary.declarations.types_of(each.fact.head.pred).index(each.type)
    return bool(vocabulary.listed_at(each.pred, place)) and not vocabulary.declarations.is_abducible(each.pred)


def _not_recognised(each: NotRecognised, sources: Sources) -> Diagnostic:
    """W307: a name that states nothing."""
    fact, name = each.fact.head, f"`{each.name}`"
    opened = f"this states nothing, and the record of `{each.pred.name}` is open for the case"
    if each.pred == REQUEST:
        opened = "which policy covers it is not known"
    instead: str | None
    if each.stands_for_several:
        message = f"{name} stands for several, and which of them is meant here cannot be told"
        asked = "say it of each" if fact.pred.negative else "write the one that is meant"
        instead = f"{asked}: {', '.join(f'`{name}`' for name in each.perhaps)}"
    else:
        message = f"{name} is not recognised: {an(each.type.replace('_', ' '))} of that name is not known"
        instead = DidYouMean.of(each.name, *each.perhaps) if each.perhaps else None
    return Diagnostic("W307", message, sources.place_of(each.written, fact.span), (opened,), instead)


def not_listed(said: str, arg: Const, values: Collection[Const], span: Span) -> Diagnostic:
    """E403, said of an argument that is none of the values that are listed for it."""
    known = ", ".join(f"`{term_text(value)}`" for value in values)
    return Diagnostic("E403", said, span, (f"there are {known}",), _listed_instead(arg, values))


def _listed_instead(arg: Const, values: Collection[Const]) -> str | None:
    same = [value for value in values if plain_text(value) == plain_text(arg)]
    if same:
        return DidYouMean.of(term_text(arg), term_text(same[0]))
    return did_you_mean(plain_text(arg), map(plain_text, values))


def _not_allowed(fact: AtomF, vocabulary: Vocabulary) -> Diagnostic:
    pred = fact.pred
    known = (*vocabulary.preds, *vocabulary.declarations.expectations)
    same = [each for each in known if each.name == pred.name]
    if same and pred.negative and same[0].arity == pred.arity:
        return Diagnostic("E404", f"`{pred.positive}` is not open, so it cannot be stated to be false", fact.span)
    if same:
        each = same[0]
        names = ", ".join(vocabulary.declarations.names_of(each)) or f"{each.arity} arguments"
        if each.arity == 1:
            said, case = f"`{pred.name}` has no argument but the case", show_term(fact.args[0]) if fact.args else names
            instead = f"write `{each.name}({case})` if it is so, and `-{each.name}({case})` if not"
            return Diagnostic("E202", said, fact.span, (), instead)
        return Diagnostic(
            "E202", f"`{pred.name}` has {each.arity} arguments, not {pred.arity}", fact.span, (f"they are ({names})",)
        )
    if pred.positive in vocabulary.declarations.preds:
        return Diagnostic("E404", f"`{pred}` is knowledge of the policy, and a case cannot state it", fact.span)
    return Diagnostic(
        "E404", f"`{pred}` is not in the vocabulary of cases", fact.span, ("see `priorlog query 'listed_value(P, N, V)'` and the README for what a case may state",),
        did_you_mean(pred.name, (each.name for each in known)),
    )  # fmt: skip


def _is_request(fact: Clause) -> bool:
    return fact.head.pred == REQUEST


def _second_requests(facts: Iterable[Clause], vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """E402 for each request of a case that differs from its first, and E206 for a date that is none."""
    typed = vocabulary.declarations.types_of(REQUEST)[3] == "date"
    first: AtomF | None = None
    for request in (fact.head for fact in facts if _is_request(fact)):
        first = first or request
        if first.args != request.args:
            yield Diagnostic(
                "E402", f"the case `{show_term(request.args[0])}` has a second request, `{show_atom(request)}`",
                request.span, (Note.at("the first is", first.span),), "give the second request a case name of its own",
            )  # fmt: skip
        date = request.args[3]
        if not typed and not isinstance(date, Date):
            kind = "" if isinstance(date, Var) else f"the {kind_of(date)} "
            said = f"the date of a request is a date, not {kind}`{show_term(date)}`"
            yield Diagnostic("E206", said, request.span, (), "write it as in `2024-07-01`")


def _no_request(fact: Clause, requested: Iterable[str]) -> Diagnostic:
    name = fact.head.args[0]
    hint = did_you_mean(plain_text(name), requested) or f"state `request({show_term(name)}, Drug, Kind, Date).`"
    return Diagnostic("E401", f"the case `{show_term(name)}` has no request", fact.head.span, (), hint)


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


def case_file_text(facts: Sequence[Clause]) -> str:
    """Facts as a case file, below the sources that they come from: their own, else where they are written."""
    pieces = []
    for source, group in groupby(facts, _source_of):
        pieces.append(
            "".join((f"{show_declaration(SourceDecl(source))}\n", *(f"{show_clause(each)}\n" for each in group)))
        )
    return "\n".join(pieces)


def _source_of(fact: Clause) -> Provenance:
    return fact.source or Provenance(fact.span.file)
