"""What a policy declares and states about itself: the properties of its declaration, what approval allows, and names of policies, of
criteria and of predicates that stand in its facts and rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from engine.checks.predicates import Context
from engine.policies import CHECK, DECLARING, POLICY_CHECK, QUANTITY_UNIT, Severity
from kb.language.declarations import COMPLETE, EXPECTATIONS, MEETS_CRITERIA, REQUEST
from kb.language.diagnostics import Diagnostic, Note, did_you_mean
from kb.language.policy_rules import ALTERNATIVE, CRITERION, LISTS
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Clause, PolicyDecl, Pred, Span, unqualified
from kb.language.terms import Atom, Date, Int, Str, Term, plain_text, term_text
from kb.language.traversal import walk

POLICY, PART, PREDICATE, CASE = "policy", "part", "predicate", "case"
"""The types of arguments that are policies, criteria and alternatives, predicates, and cases."""
PROPERTIES = ("drug", "title", "approved", "effective")
"""What a `policy` declaration may say; the drug as often as there are drugs."""
ALLOWED: Mapping[Pred, int] = MappingProxyType(
    {
        **{Pred("quantity_limit", width): 2 for width in (3, 4)},
        **{Pred("approval_duration", width): 1 for width in (3, 4)},
        QUANTITY_UNIT: 2,
    }
)
"""What a policy states of what approval allows, with how many of the last arguments are values for the others."""
_CLOSED = frozenset({REQUEST, MEETS_CRITERIA, *DECLARING})
_SAYS_ITSELF = frozenset({*LISTS, COMPLETE, *EXPECTATIONS})
"""What is looked at where it is read."""


def check(context: Context) -> Iterator[Diagnostic]:
    """E209 for what is closed, E108 for properties, E215 for names of policies and of their parts, E201 for predicates that facts name."""
    yield from _opened(context)
    policies = [item for item in context.program.declared if isinstance(item, PolicyDecl)]
    for decl in policies:
        yield from _properties(context, decl)
    yield from _named_predicates(context)
    yield from _allowed(context)
    if policies:
        yield from _named_parts(context, [decl.name for decl in policies])


def _properties(context: Context, decl: PolicyDecl) -> Iterator[Diagnostic]:
    """E108 for a property that is not known, that stands twice, or whose value is of another kind."""
    if not decl.name.strip():
        yield Diagnostic("E108", "the name of the policy is empty", decl.span)
    seen: set[str] = set()
    for key, values in decl.properties:
        span = context.sources.place_of(key, decl.span)
        match key, values:
            case ("drug", (_,)):
                continue
            case ("title", (Atom() | Str() as title,)) if plain_text(title).strip():
                pass
            case ("approved" | "effective", (Date(),)):
                pass
            case _:
                yield _no_property(key, span)
                continue
        if key in seen:
            yield Diagnostic("E108", f"`{key}` stands twice", span, (), "leave one of them out")
        seen.add(key)


def _no_property(key: str, span: Span) -> Diagnostic:
    if key not in PROPERTIES:
        notes = (f"there are {', '.join(PROPERTIES)}",)
        return Diagnostic("E108", f"a policy has no property `{key}`", span, notes, did_you_mean(key, PROPERTIES))
    written = {"drug": "drug(name)", "title": "title('...')"}.get(key, f"{key}(2024-07-01)")
    return Diagnostic("E108", f"`{key}` is not written like this", span, (), f"write `{written}`")


def _opened(context: Context) -> Iterator[Diagnostic]:
    """E209 for what a policy states or concludes, and for requests, where they are said to be open: a case could state them."""
    for pred, decl in context.declarations.abducible.items():
        if unqualified(pred) in _CLOSED:
            span = context.sources.place_of(pred.name, decl.span)
            why = (
                "each case has one"
                if unqualified(pred) == REQUEST
                else "policies state or conclude it, and no case does"
            )
            yield Diagnostic("E209", f"`{pred}` is closed", span, (why,), "leave this out")


# --- names in facts and rules ----------------------------------------------------------------------------------------


def _named_parts(context: Context, policies: Collection[str]) -> Iterator[Diagnostic]:
    """E215 for a policy that is not declared, and for a criterion or an alternative that none lists."""
    facts = context.program.facts
    listed = [fact.head.args[-2] for pred in (CRITERION, ALTERNATIVE) for fact in facts.of(pred)]
    parts = {plain_text(each) for each in listed if isinstance(each, Atom | Str)}
    items = {pred.own_name for pred in context.known}
    for atom in _atoms(context, {POLICY, PART}):
        for kind, arg in zip(context.declarations.types_of(atom.pred), atom.args, strict=True):
            if not isinstance(arg, Atom):
                continue
            if kind == POLICY and arg.name not in policies:
                yield _unknown(context, f"there is no policy `{arg.name}`", arg, atom, policies)
            elif kind == PART and parts and arg.name not in parts | items:
                told = f"no policy lists a criterion or an alternative `{arg.name}`"
                yield _unknown(context, told, arg, atom, parts)


def _unknown(context: Context, message: str, arg: Atom, atom: AtomF, known: Iterable[str]) -> Diagnostic:
    span = context.sources.place_of(term_text(arg), atom.span)
    return Diagnostic("E215", message, span, (), did_you_mean(arg.name, known))


def _atoms(context: Context, kinds: Collection[str]) -> Iterator[AtomF]:
    """The facts, heads and literals of rules that are looked at, of predicates with arguments of some types."""
    clauses = context.clauses(lambda pred, _: _has(context, pred, kinds))
    for clause in clauses:
        for atom in (clause.head, *(part for part in walk(clause.body) if isinstance(part, AtomF))):
            if _has(context, atom.pred, kinds):
                yield atom


def _has(context: Context, pred: Pred, kinds: Collection[str]) -> bool:
    return pred not in _SAYS_ITSELF and not set(context.declarations.types_of(pred)).isdisjoint(kinds)


# --- what approval allows --------------------------------------------------------------------------------------------


def _allowed(context: Context) -> Iterator[Diagnostic]:
    """E207 for a second limit, unit or duration for the same in one file, E215 for one of nothing: reports would tell one of them, or
    an approval that ends before it begins."""
    for pred, values in ALLOWED.items():
        first: dict[tuple[str, tuple[Term, ...]], AtomF] = {}
        for fact in context.program.facts.of(pred):
            head = fact.head
            key, given = head.args[:-values], head.args[-values:]
            other = first.setdefault((head.span.file, key), head)
            if other.args != head.args:
                told = f"`{pred}` has two values for one key: `{show_atom(other)}` and `{show_atom(head)}`"
                notes = (Note.at("the other is stated", other.span),)
                yield Diagnostic("E207", told, head.span, notes, "remove the one that is wrong")
            if any(isinstance(each, Int) and each.value < 1 for each in given):
                told = f"`{show_atom(head)}` allows nothing: each number is 1 or more"
                yield Diagnostic("E215", told, head.span)


# --- predicates that facts name --------------------------------------------------------------------------------------


def _named_predicates(context: Context) -> Iterator[Diagnostic]:
    """E201 for a predicate that a fact names and that is not there, or of which a check could tell nothing."""
    declared = context.declarations.preds
    named = {pred.own_name: pred for pred in sorted(declared, key=str, reverse=True) if not pred.negative}
    known = {pred.own_name for pred in context.known}
    for clause in context.clauses(lambda pred, _: _has(context, pred, {PREDICATE})):
        if clause.is_fact and _has(context, clause.head.pred, {PREDICATE}):
            yield from _severity(context, clause)
            for arg in _predicates_of(context, clause.head):
                name, span = plain_text(arg), context.sources.place_of(term_text(arg), clause.head.span)
                if name not in known:
                    note = "a predicate needs a clause, or a declaration if its facts come from cases"
                    yield Diagnostic("E201", f"`{name}` is not defined", span, (note,), did_you_mean(name, known))
                elif clause.head.pred in (CHECK, POLICY_CHECK):
                    yield from _told(context, clause.head.pred, name, named.get(name), span)


def _predicates_of(context: Context, head: AtomF) -> Iterator[Atom]:
    for kind, arg in zip(context.declarations.types_of(head.pred), head.args, strict=True):
        if kind == PREDICATE and isinstance(arg, Atom):
            yield arg


def _severity(context: Context, clause: Clause) -> Iterator[Diagnostic]:
    severity = clause.head.args[0]
    if clause.head.pred == CHECK and isinstance(severity, Atom) and severity.name not in set(Severity):
        span = context.sources.place_of(term_text(severity), clause.head.span)
        notes = (f"there are {', '.join(Severity)}",)
        told = f"there is no severity `{severity.name}`"
        yield Diagnostic("E215", told, span, notes, did_you_mean(severity.name, Severity))


def _told(context: Context, by: Pred, name: str, pred: Pred | None, span: Span) -> Iterator[Diagnostic]:
    """What keeps the rows of a predicate from being told: no sentence, or, of what is checked of cases, no case."""
    if pred is None:
        instead = "declare it with `:- pred` and a sentence"
        yield Diagnostic("E201", f"`{name}` is not declared, so what it concludes cannot be told", span, (), instead)
    elif by == CHECK and (not pred.arity or context.declarations.types_of(pred)[0] not in (CASE, "any")):
        told = f"`{pred}` is about no case, and `{CHECK}` names what is checked of a case"
        yield Diagnostic("E215", told, span, (), "give it the case as its first argument")
