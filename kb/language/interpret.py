"""Prolog terms to clauses and declarations: what each Prolog term means in the language, or why it means nothing."""

from __future__ import annotations

import datetime
import decimal
from dataclasses import dataclass, field

from kb.language import syntax
from kb.language.builtins import BUILTINS, COMPARISONS, DIRECTIVES, NUMERIC_COMPARISONS, OPERATIONS, is_builtin
from kb.language.diagnostics import Diagnostic, did_you_mean
from kb.language.prolog_terms import (
    Compound,
    Leaf,
    ListNode,
    Node,
    RawClause,
    RawDeclaration,
    RawDirective,
    RawFact,
    RawRule,
    SourceText,
    unquote,
)
from kb.language.terms import INT_MAX, INT_MIN, Atom, Const, Date, Int, Str, Term, Var, make_decimal

_LEFT_OUT = {
    "!": "the cut",
    "->": "if-then-else",
    "*->": "if-then-else",
    "=..": "`=..`",
    "^": "the power operator",
    "**": "the power operator",
    "/": "division",
}
_INSTEAD = {
    "!": "rules are alternatives; say in each when it applies",
    "->": "write two rules, the second with `\\+`",
    "/": "use `//` on integers, or multiply the other side",
}


class _MeaninglessError(Exception):
    """Stops the reading of one clause; carries its diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def interpret(source: SourceText, raw: RawClause) -> syntax.Item | Diagnostic:
    """The clause or declaration that a raw clause says, or the diagnostic that says why it is none."""
    reading = _Reading(source)
    try:
        return reading.item(raw)
    except _MeaninglessError as problem:
        return problem.diagnostic


def interpret_goal(source: SourceText, node: Node) -> syntax.Body | Diagnostic:
    """The goal that a term says."""
    try:
        return _Reading(source).body(node)
    except _MeaninglessError as problem:
        return problem.diagnostic


@dataclass(slots=True)
class _Reading:
    source: SourceText
    unnamed: int = field(default=0)

    def span(self, node: Node) -> syntax.Span:
        return self.source.span(node.start, node.end)

    def fail(
        self, code: str, message: str, node: Node, *notes: str, suggestion: str | None = None
    ) -> _MeaninglessError:
        return _MeaninglessError(Diagnostic(code, message, self.span(node), notes, suggestion))

    # --- clauses -----------------------------------------------------------------------------------------------

    def item(self, raw: RawClause) -> syntax.Item:
        span = self.source.span(raw.start, raw.end)
        match raw:
            case RawFact(head):
                return syntax.Clause(self.head(head), syntax.TRUE, span)
            case RawRule(head, body):
                return syntax.Clause(self.head(head), self.body(body), span)
            case RawDeclaration(word, what):
                return self.declaration(word, what, span)
            case RawDirective(goal):
                return self.directive(goal, span)

    def head(self, node: Node) -> syntax.AtomF:
        if isinstance(node, Compound) and node.operator is not None and node.name not in ("-", "()"):
            raise self.fail("E106", f"`{node.name}` cannot be defined: a clause's head is one atom", node)
        head = self.atom(node)
        if head is None:
            raise self.fail("E101", "a clause's head is an atom such as `p(X)` or `-p(X)`", node)
        return head

    def atom(self, node: Node) -> syntax.AtomF | None:
        """The atomic formula a node says, or None if it is not one."""
        node = _inside(node)
        match node:
            case Leaf("atom" | "quoted", _):
                return syntax.AtomF(syntax.Pred(self.name(node), 0), (), self.span(node))
            case Compound("-", (argument,), operator=int()):
                inner = self.atom(argument)
                if inner is None:
                    return None
                if inner.pred.negative:
                    raise self.fail("E106", "strong negation cannot be doubled", node)
                return syntax.AtomF(inner.pred.opposite, inner.args, self.span(node))
            case Compound(name, args, operator=None):
                return syntax.AtomF(
                    syntax.Pred(name, len(args)), tuple(self.term(arg) for arg in args), self.span(node)
                )
            case _:
                return None

    def name(self, leaf: Leaf) -> str:
        return unquote(leaf.text) if leaf.kind == "quoted" else leaf.text

    # --- bodies ------------------------------------------------------------------------------------------------

    def body(self, node: Node) -> syntax.Body:
        node = _inside(node)
        span = self.span(node)
        match node:
            case Compound(",", _, operator=int()):
                return syntax.And(tuple(self.body(part) for part in _flatten(node, ",")), span)
            case Compound(";" | "|", (Compound("->"), _), operator=int()):
                raise self.left_out("->", node)
            case Compound(";", _, operator=int()):
                return syntax.Or(tuple(self.body(part) for part in _flatten(node, ";")), span)
            case Compound("\\+", (goal,)) | Compound("not", (goal,), operator=None):
                return syntax.Not(self.body(goal), span)
            case Compound(name, (left, right), operator=int()) if name in COMPARISONS:
                return self.comparison(name, left, right, span)
            case Compound("at_least", (bound, template, goal), operator=None):
                return syntax.Count("at_least", self.term(bound), self.template(template), self.body(goal), span)
            case Compound("at_most", (bound, template, goal), operator=None):
                return syntax.Count("at_most", self.term(bound), self.template(template), self.body(goal), span)
            case Compound("aggregate_all", _, operator=None):
                return self.aggregate(node, span)
            case Compound("member", (item, items), operator=None):
                return self.member(item, items, span)
            case Leaf("atom", "true"):
                return syntax.And((), span)
            case Leaf("atom", "false" | "fail"):
                return syntax.Or((), span)
            case Leaf("atom", "!"):
                raise self.left_out("!", node)
            case Leaf("var", name):
                raise self.fail("E106", f"the variable `{name}` cannot be called", node, "a goal names its predicate")
        if isinstance(node, Compound) and node.operator is not None and node.name in _LEFT_OUT:
            raise self.left_out(node.name, node)
        atom = self.atom(node)
        if atom is None:
            raise self.fail("E101", "this is no goal", node, "a goal is an atom, a comparison, `\\+`, or a count")
        if not atom.pred.negative and is_builtin(atom.pred.name):
            record = BUILTINS.get(atom.pred.name)
            if record is None or record.arity != atom.pred.arity:
                note = f"there is `{record.name}/{record.arity}`" if record else "it is a construct of the language"
                raise self.fail("E202", f"`{atom.pred}` is not built in", node, note)
            return syntax.Builtin(atom.pred.name, atom.args, span)
        return atom

    def left_out(self, name: str, node: Node) -> _MeaninglessError:
        return self.fail("E106", f"{_LEFT_OUT[name]} is not in the language", node, suggestion=_INSTEAD.get(name))

    def comparison(self, op: str, left: Node, right: Node, span: syntax.Span) -> syntax.Compare:
        if op == "is":
            return syntax.Compare(op, self.term(left), self.expression(right), span)
        if op in NUMERIC_COMPARISONS:
            return syntax.Compare(op, self.expression(left), self.expression(right), span)
        for side in (left, right):
            if (
                isinstance(side, Compound)
                and side.operator is not None
                and side.name in OPERATIONS
                and not _is_number(side)
            ):
                raise self.fail(
                    "E105", f"`{op}` compares terms and does not calculate", side,
                    suggestion="use `is` or `=:=` for arithmetic" if op in ("=", "==") else None,
                )  # fmt: skip
        return syntax.Compare(op, self.term(left), self.term(right), span)

    def expression(self, node: Node) -> syntax.Expr:
        node = _inside(node)
        if isinstance(node, Compound) and not _is_number(node):
            arity = len(node.args)
            if (node.name, arity) == ("-", 1):
                return syntax.Op("neg", (self.expression(node.args[0]),))
            if (node.name, arity) == ("+", 1):
                return self.expression(node.args[0])
            operation = OPERATIONS.get(node.name)
            if operation is not None and operation.arity == arity and node.name != "neg":
                return syntax.Op(node.name, tuple(self.expression(arg) for arg in node.args))
            if node.name in _LEFT_OUT:
                raise self.left_out(node.name, node)
            raise self.fail(
                "E106", f"`{node.name}/{arity}` is not an arithmetic operation", node,
                f"there are {' '.join(name for name in OPERATIONS if name != 'neg')}",
            )  # fmt: skip
        return self.term(node)

    def template(self, node: Node) -> tuple[Term, ...]:
        node = _inside(node)
        if isinstance(node, Compound) and node.name == "-" and len(node.args) == 2 and node.operator is not None:
            return self.template(node.args[0]) + self.template(node.args[1])
        return (self.term(node),)

    def aggregate(self, node: Compound, span: syntax.Span) -> syntax.Aggregate:
        if len(node.args) != 4:
            raise self.fail(
                "E202", f"`aggregate_all/{len(node.args)}` is not built in", node,
                suggestion="write `aggregate_all(count, Template, Goal, Result)`",
            )  # fmt: skip
        what, template, goal, result = node.args
        op, argument = self.aggregated(_inside(what))
        value = None if argument is None else self.term(argument)
        return syntax.Aggregate(op, value, self.template(template), self.body(goal), self.term(result), span)

    def aggregated(self, what: Node) -> tuple[syntax.AggregateOp, Node | None]:
        match what:
            case Leaf("atom", "count"):
                return "count", None
            case Compound("sum", (argument,), operator=None):
                return "sum", argument
            case Compound("max", (argument,), operator=None):
                return "max", argument
            case Compound("min", (argument,), operator=None):
                return "min", argument
            case _:
                raise self.fail("E106", "an aggregate is `count`, `sum(X)`, `max(X)` or `min(X)`", what)

    def member(self, item: Node, items: Node, span: syntax.Span) -> syntax.Member:
        if not isinstance(items, ListNode):
            raise self.fail(
                "E106", "`member/2` takes a list that is written out", items, suggestion="write `member(X, [a, b])`"
            )
        constants = []
        for each in items.items:
            term = self.term(each)
            if isinstance(term, Var):
                raise self.fail("E106", "the list of `member/2` has constants only", each)
            constants.append(term)
        return syntax.Member(self.term(item), tuple(constants), span)

    # --- terms -------------------------------------------------------------------------------------------------

    def term(self, node: Node) -> Term:
        node = _inside(node)
        match node:
            case Leaf("var", "_"):
                self.unnamed += 1
                return Var(f"_#{self.unnamed}")
            case Leaf("var", name):
                return Var(name)
            case Leaf("atom" | "quoted"):
                return Atom(self.name(node))
            case Leaf("string", text):
                return Str(unquote(text))
            case Leaf("integer", text):
                return self.integer(text, node)
            case Leaf("decimal", text):
                return self.decimal(text, node)
            case Leaf("date", text):
                return self.date(text, node)
            case Compound("-" | "+" as sign, (Leaf("integer" | "decimal", text) as number,)):
                minus = "-" if sign == "-" else ""
                if number.kind == "integer":
                    return self.integer(minus + text, node)
                return self.decimal(minus + text, node)
            case ListNode():
                raise self.fail("E106", "a list is no constant; lists stand only in `member/2`", node)
            case Compound("-", (Compound("-", (Leaf("integer"), Leaf("integer"))), Leaf("integer"))):
                raise self.fail(
                    "E105", "this is no date", node, suggestion="write dates with all their digits: `2024-07-01`"
                )
            case Compound(name, args):
                raise self.fail(
                    "E105",
                    f"`{name}/{len(args)}` is a compound term, and an argument is a constant or a variable",
                    node,
                )
        raise self.fail("E101", "this is no term", node)

    def integer(self, text: str, node: Node) -> Int:
        if len(text.lstrip("-").lstrip("0")) > 19 or not INT_MIN <= int(text) <= INT_MAX:
            raise self.fail("E103", "the integer does not fit in 64 bits", node, f"the range is {INT_MIN} to {INT_MAX}")
        return Int(int(text))

    def decimal(self, text: str, node: Node) -> Const:
        if "e" in text or "E" in text:
            raise self.fail("E106", "decimals are exact and have no exponent", node, suggestion="write all the digits")
        try:
            return make_decimal(decimal.Decimal(text))
        except decimal.Inexact:
            raise self.fail("E103", "the decimal has more than 38 digits", node) from None

    def date(self, text: str, node: Node) -> Date:
        try:
            return Date(datetime.date.fromisoformat(text))
        except ValueError as error:
            raise self.fail("E104", f"there is no day `{text}`", node, str(error)) from None

    # --- declarations ------------------------------------------------------------------------------------------

    def declaration(self, word: str, node: Node, span: syntax.Span) -> syntax.Item:
        match word:
            case "pred":
                node, sentence = self.with_sentence(node, required=False)
                negative, compound = self.signature(node)
                names, types = [], []
                for arg in compound.args if isinstance(compound, Compound) else ():
                    name, kind = self.typed(arg)
                    names.append(name)
                    types.append(kind)
                pred = syntax.Pred(self.functor(compound), len(names), negative)
                return syntax.PredDecl(pred, tuple(names), tuple(types), sentence, span)
            case "abducible":
                return syntax.AbducibleDecl(tuple(self.indicator(part) for part in _flatten(node, ",")), span)
            case "functional":
                return self.functional(node, span)
            case "question":
                node, text = self.with_sentence(node, required=True)
                negative, compound = self.signature(node)
                args = compound.args if isinstance(compound, Compound) else ()
                return syntax.QuestionDecl(
                    syntax.Pred(self.functor(compound), len(args), negative),
                    tuple(self.typed(arg)[0] for arg in args), text or "", span,
                )  # fmt: skip
            case _:
                raise AssertionError(f"the grammar has no declaration `{word}`")

    def directive(self, node: Node, span: syntax.Span) -> syntax.Item:
        match node:
            case Compound("cite", (what, place), operator=None):
                return syntax.CiteDecl(self.indicator(what), self.text(place), span)
            case Compound("policy", (name, ListNode(properties)), operator=None):
                pairs = []
                for each in properties:
                    if not isinstance(each, Compound) or each.operator is not None or not each.args:
                        raise self.fail("E108", "a policy's property is written `title('...')`", each)
                    pairs.append((each.name, tuple(self.constant(arg) for arg in each.args)))
                return syntax.PolicyDecl(self.text(name), tuple(pairs), span)
            case Compound("ensure_loaded", (path,), operator=None):
                return syntax.LoadDecl(self.text(path), span)
            case Compound("pred" | "abducible" | "functional" | "question", _, operator=None):
                raise self.fail(
                    "E108",
                    f"`{node.name}` is a prefix operator",
                    node,
                    suggestion=f"write `:- {node.name} ...`, with a space",
                )
            case Compound(name, _, operator=None):
                raise self.fail(
                    "E108",
                    f"the directive `{name}` is not known",
                    node,
                    f"there are {', '.join(DIRECTIVES)}",
                    suggestion=did_you_mean(name, DIRECTIVES),
                )
            case _:
                raise self.fail("E108", "this is no declaration", node, "a goal cannot be run while a file loads")

    def with_sentence(self, node: Node, *, required: bool) -> tuple[Node, str | None]:
        if isinstance(node, Compound) and node.name == "::":
            return node.args[0], self.text(node.args[1])
        if required:
            raise self.fail("E108", "the text is missing", node, suggestion="write `:: 'text'` after it")
        return node, None

    def signature(self, node: Node) -> tuple[bool, Node]:
        node = _inside(node)
        if isinstance(node, Compound) and node.name == "-" and len(node.args) == 1:
            return True, _inside(node.args[0])
        return False, node

    def functor(self, node: Node) -> str:
        if isinstance(node, Compound) and node.operator is None:
            return node.name
        if isinstance(node, Leaf) and node.kind in ("atom", "quoted"):
            return self.name(node)
        raise self.fail("E108", "expected a predicate with its arguments, such as `p(Name: type)`", node)

    def typed(self, node: Node) -> tuple[str, str]:
        match node:
            case Leaf("var", name):
                return name, "any"
            case Compound(":", (Leaf("var", name), Leaf("atom" | "quoted") as kind)):
                return name, self.name(kind)
            case _:
                raise self.fail("E108", "an argument is declared as `Name: type`", node)

    def functional(self, node: Node, span: syntax.Span) -> syntax.FunctionalDecl:
        negative, compound = self.signature(node)
        if not isinstance(compound, Compound) or compound.operator is not None:
            raise self.fail("E108", "expected keys and values, such as `p(+, -)`", node)
        keys = []
        for arg in compound.args:
            if not (isinstance(arg, Leaf) and arg.text in ("'+'", "'-'", "+", "-")):
                raise self.fail("E108", "each argument is `+` (key) or `-` (value)", arg)
            keys.append("+" in arg.text)
        if all(keys):
            raise self.fail("E108", "a functional predicate has a value (`-`) beside its key", node)
        return syntax.FunctionalDecl(syntax.Pred(compound.name, len(keys), negative), tuple(keys), span)

    def indicator(self, node: Node) -> syntax.Pred:
        negative, inner = self.signature(node)
        match inner:
            case Compound("/", (Leaf("atom" | "quoted") as name, Leaf("integer", arity))):
                return syntax.Pred(self.name(name), int(arity), negative)
            case Compound("/", (Compound("-", (Leaf("atom" | "quoted") as name,)), Leaf("integer", arity))):
                return syntax.Pred(self.name(name), int(arity), True)
            case _:
                raise self.fail("E108", "expected a predicate and its number of arguments, such as `p/2`", node)

    def text(self, node: Node) -> str:
        match node:
            case Leaf("atom" | "quoted"):
                return self.name(node)
            case Leaf("string", text):
                return unquote(text)
            case _:
                raise self.fail("E108", "expected a text in quotes", node)

    def constant(self, node: Node) -> Const:
        term = self.term(node)
        if isinstance(term, Var):
            raise self.fail("E108", "expected a constant", node)
        return term


def _inside(node: Node) -> Node:
    while isinstance(node, Compound) and node.name == "()":
        node = node.args[0]
    return node


def _is_number(node: Node) -> bool:
    match node:
        case Compound("-" | "+", (Leaf("integer" | "decimal"),)):
            return True
        case _:
            return False


def _flatten(node: Node, operator: str) -> list[Node]:
    parts: list[Node] = []
    while isinstance(node, Compound) and node.name == operator and node.operator is not None:
        parts.append(node.args[0])
        node = node.args[1]
    return [*parts, node]
