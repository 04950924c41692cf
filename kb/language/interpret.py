"""Prolog terms to clauses and declarations: what each Prolog term means in the language, or why it means nothing."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from kb.language import syntax
from kb.language.builtins import BUILTINS, COMPARISONS, NUMERIC_COMPARISONS, OPERATIONS, gives_way, is_reserved
from kb.language.declarations import CONSTANT_TYPES
from kb.language.diagnostics import Diagnostic, ProgramError, SourceText
from kb.language.reader import (
    Compound,
    Leaf,
    ListNode,
    Node,
    unknown_directive,
)
from kb.language.terms import INT_MAX, INT_MIN, Atom, Const, Date, Int, Str, Term, Var, make_decimal, shorten

_LEFT_OUT: dict[str, tuple[str, str | None]] = {
    "!": ("the cut", "rules are alternatives; say in each when it applies"),
    "->": ("if-then-else", "write two rules, the second with `\\+`"),
    "*->": ("if-then-else", None),
    "=..": ("`=..`", None),
    "^": ("the power operator", None),
    "**": ("the power operator", None),
    "/": ("division", "use `//` on integers, or multiply the other side"),
}
"""What Prolog has and the language has not: its name, and what to write instead."""


def interpret(source: SourceText, node: Compound) -> syntax.Item:
    """The clause or declaration that a term says. Raises `ProgramError` if it says none."""
    return _Reading(source).item(node)


def interpret_goal(source: SourceText, node: Node) -> syntax.Body:
    """The goal that a term says. Raises `ProgramError` if it says none."""
    return _Reading(source).body(node)


class _Reading(Struct):
    source: SourceText
    unnamed: int = field(default=0)

    def span(self, node: Node) -> syntax.Span:
        return self.source.span(node.start, node.end)

    def fail(self, code: str, message: str, node: Node, *notes: str, suggestion: str | None = None) -> ProgramError:
        return ProgramError([Diagnostic(code, message, self.span(node), notes, suggestion)])

    # --- clauses -----------------------------------------------------------------------------------------------

    def item(self, node: Compound) -> syntax.Item:
        span = self.span(node)
        match node:
            case Compound(".", (head,)):
                return syntax.Clause(self.head(head), syntax.TRUE, span)
            case Compound(":-", (head, body)):
                return syntax.Clause(self.head(head), self.body(body), span)
            case Compound(":-", (goal,)):
                return self.directive(goal, span)
            case _:
                raise AssertionError(f"the grammar has no clause `{node.name}/{len(node.args)}`")

    def head(self, node: Node) -> syntax.AtomF:
        if isinstance(node, Compound) and node.is_operator and node.name not in ("-", "()", ":"):
            raise self.fail("E106", f"`{node.name}` cannot be defined: a clause's head is one atom", node)
        head = self.atom(node)
        if head is None:
            raise self.fail("E101", "a clause's head is an atom such as `p(X)` or `-p(X)`", node)
        return head

    def atom(self, node: Node) -> syntax.AtomF | None:
        """The atomic formula a node says, or None if it is not one."""
        node = _inside(node)
        match node:
            case Leaf("atom" | "quoted", name):
                return syntax.AtomF(syntax.Pred(self.name(name, node), 0), (), self.span(node))
            case Compound(":", (Leaf("atom" | "quoted", module), argument), is_operator=True):
                inner = self.atom(argument)
                if inner is None or syntax.module_of(inner.pred) is not None:
                    return None
                pred = replace(inner.pred, name=syntax.qualified(module, inner.pred.name))
                return syntax.AtomF(pred, inner.args, self.span(node))
            case Compound("-", (argument,)):
                inner = self.atom(argument)
                if inner is None:
                    return None
                if inner.pred.negative:
                    raise self.fail("E106", "strong negation cannot be doubled", node)
                return syntax.AtomF(inner.pred.opposite, inner.args, self.span(node))
            case Compound(name, args, is_operator=False):
                pred = syntax.Pred(self.name(name, node), len(args))
                return syntax.AtomF(pred, tuple(self.term(arg) for arg in args), self.span(node))
            case _:
                return None

    def name(self, name: str, node: Node) -> str:
        """A predicate's name, in which two colons would be taken for those after a module."""
        if syntax.MODULE in name:
            raise self.fail(
                "E106", "a predicate's name does not have two colons", node, "a module is written `module:p(X)`"
            )
        return name

    # --- bodies ------------------------------------------------------------------------------------------------

    def body(self, node: Node) -> syntax.Body:
        node = _inside(node)
        span = self.span(node)
        match node:
            case Compound(",", _, is_operator=True):
                return syntax.And(tuple(self.body(part) for part in _flatten(node, ",")), span)
            case Compound(";" | "|", (Compound("->"), _), is_operator=True):
                raise self.left_out("->", node)
            case Compound(";", _, is_operator=True):
                return syntax.Or(tuple(self.body(part) for part in _flatten(node, ";")), span)
            case Compound("\\+", (goal,)) | Compound("not", (goal,), is_operator=False):
                return syntax.Not(self.body(goal), span)
            case Compound("documented", (goal,), is_operator=False):
                return syntax.Documented(self.body(goal), span)
            case Compound(name, (left, right), is_operator=True) if name in COMPARISONS:
                return self.comparison(name, left, right, span)
            case Compound("at_least" | "at_most" as op, (bound, template, goal), is_operator=False):
                return syntax.Count(op, self.term(bound), self.template(template), self.body(goal), span)
            case Compound("aggregate_all", _, is_operator=False):
                return self.aggregate(node, span)
            case Compound("member", (item, items), is_operator=False):
                return self.member(item, items, span)
            case Compound("\\+", _, is_operator=False):
                raise self.fail(
                    "E202", f"`\\+` takes one goal, and has {len(node.args)} right after its bracket", node,
                    suggestion="put a blank before the bracket: `\\+ (p, q)`",
                )  # fmt: skip
            case Leaf("atom", "true"):
                return syntax.And((), span)
            case Leaf("atom", "false" | "fail"):
                return syntax.Or((), span)
            case Leaf("atom", "!"):
                raise self.left_out("!", node)
            case Leaf("var", name):
                raise self.fail("E106", f"the variable `{name}` cannot be called", node, "a goal names its predicate")
        if isinstance(node, Compound) and node.is_operator and node.name in _LEFT_OUT:
            raise self.left_out(node.name, node)
        atom = self.atom(node)
        if atom is None:
            raise self.fail("E101", "this is no goal", node, "a goal is an atom, a comparison, `\\+`, or a count")
        if gives_way(atom.pred):
            return syntax.Builtin(atom.pred.name, atom.args, span)
        if not atom.pred.negative and is_reserved(atom.pred.name):
            record = BUILTINS.get(atom.pred.name)
            if record is None or record.arity != atom.pred.arity:
                note = f"there is `{record.name}/{record.arity}`" if record else "it is a construct of the language"
                raise self.fail("E202", f"`{atom.pred}` is not built in", node, note)
            return syntax.Builtin(atom.pred.name, atom.args, span)
        return atom

    def left_out(self, name: str, node: Node) -> ProgramError:
        what, instead = _LEFT_OUT[name]
        return self.fail("E106", f"{what} is not in the language", node, suggestion=instead)

    def comparison(self, op: str, left: Node, right: Node, span: syntax.Span) -> syntax.Compare:
        if op == "is":
            return syntax.Compare(op, self.term(left), self.expression(right), span)
        if op in NUMERIC_COMPARISONS:
            return syntax.Compare(op, self.expression(left), self.expression(right), span)
        for side in (left, right):
            if isinstance(side, Compound) and side.is_operator and side.name in OPERATIONS and not _is_sign(side):
                raise self.fail(
                    "E105", f"`{op}` compares terms and does not calculate", side,
                    suggestion="use `is` or `=:=` for arithmetic" if op in ("=", "==") else None,
                )  # fmt: skip
        return syntax.Compare(op, self.term(left), self.term(right), span)

    def expression(self, node: Node) -> syntax.Expr:
        node = _inside(node)
        if isinstance(node, Compound):
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
        if isinstance(node, Compound) and node.name == "-" and len(node.args) == 2 and node.is_operator:
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
            case Compound("sum" | "max" | "min" as op, (argument,), is_operator=False):
                return op, argument
            case _:
                raise self.fail("E106", "an aggregate is `count`, `sum(X)`, `max(X)` or `min(X)`", what)

    def member(self, item: Node, items: Node, span: syntax.Span) -> syntax.Member:
        if not isinstance(items, ListNode):
            raise self.fail(
                "E106", "`member/2` takes a list that is written out", items, suggestion="write `member(X, [a, b])`"
            )
        constants = [self.constant(each, "E106", "the list of `member/2` has constants only") for each in items.items]
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
            case Leaf("atom" | "quoted", name):
                return Atom(name)
            case Leaf("string", text):
                return Str(text)
            case Leaf("integer", text):
                return self.integer(text, node)
            case Leaf("decimal", text):
                return self.decimal(text, node)
            case Leaf("date", text):
                return self.date(text, node)
            case Compound("-" | "+" as sign, (Leaf("integer" | "decimal", text),), is_operator=True):
                raise self.not_a_number(sign, text, node)
            case ListNode():
                raise self.fail("E106", "a list is no constant; lists stand only in `member/2`", node)
            case Compound("-", (Compound("-", (Leaf("integer"), Leaf("integer"))), Leaf("integer"))):
                instead = "write dates with all their digits: `2024-07-01`"
                raise self.fail("E105", "this is no date", node, suggestion=instead)
            case Compound(name, args):
                what = f"`{name}/{len(args)}` is a compound term"
                raise self.fail("E105", f"{what}, and an argument is a constant or a variable", node)
        raise self.fail("E101", "this is no term", node)

    def not_a_number(self, sign: str, number: str, node: Node) -> ProgramError:
        """The error for a sign that Prolog applies to a number, which is not the number with that sign."""
        written = shorten(self.source.cut(node.start, node.end))
        meant = number if sign == "+" else "-" + number
        note = "a number's own sign is a `-` right before its digits"
        return self.fail(
            "E105", f"`{written}` is a compound term, `{sign}` of a number", node, note,
            suggestion=f"write `{shorten(meant.removeprefix('--'))}`",
        )  # fmt: skip

    def integer(self, text: str, node: Node) -> Int:
        digits = text.removeprefix("-").lstrip("0") or "0"
        value = int(digits[:20]) * (-1 if text.startswith("-") else 1)
        if not INT_MIN <= value <= INT_MAX:
            raise self.fail("E103", "the integer does not fit in 64 bits", node, f"the range is {INT_MIN} to {INT_MAX}")
        return Int(value)

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

    def directive(self, node: Node, span: syntax.Span) -> syntax.Item:
        match node:
            case Compound("pred", (declared,), is_operator=True):
                return self.predicate(*self.with_sentence(declared), span)
            case Compound("question", (declared,), is_operator=True):
                return self.question(*self.with_sentence(declared), span)
            case Compound("abducible", (declared,), is_operator=True):
                return syntax.AbducibleDecl(tuple(self.indicator(part) for part in _flatten(declared, ",")), span)
            case Compound("inline", (declared,), is_operator=True):
                return syntax.InlineDecl(tuple(self.indicator(part) for part in _flatten(declared, ",")), span)
            case Compound("functional", (declared,), is_operator=True):
                return self.functional(declared, span)
            case Compound("cite", (what, place), is_operator=False):
                return syntax.CiteDecl(self.indicator(what), self.words(place), span)
            case Compound("policy", (name, ListNode(properties)), is_operator=False):
                pairs = []
                for each in properties:
                    if not isinstance(each, Compound) or each.is_operator or not each.args:
                        raise self.fail("E108", "a policy's property is written `title('...')`", each)
                    pairs.append(
                        (each.name, tuple(self.constant(arg, "E108", "expected a constant") for arg in each.args))
                    )
                return syntax.PolicyDecl(self.text(name), tuple(pairs), span)
            case Compound(
                "vocabulary" | "also_called" | "broadly_called" | "qualified_by" as use, (kind, what), is_operator=False
            ):
                return self.vocabulary(use, kind, what, span)
            case Compound("module", (name, ListNode(exports)), is_operator=False):
                return syntax.ModuleDecl(self.module(name), tuple(map(self.indicator, exports)), span)
            case Compound("ensure_loaded" | "use_module" as use, (file,), is_operator=False):
                return self.load(use, file, None, span)
            case Compound("use_module", (file, ListNode(only)), is_operator=False):
                return self.load("use_module", file, tuple(map(self.indicator, only)), span)
            case Compound("facts", (what, path), is_operator=False):
                return syntax.FactsDecl(self.indicator(what), self.text(path), span)
            case Compound("source", (text, *options), is_operator=False):
                return syntax.SourceDecl(self.provenance(text, options), span)
            case Compound("pred" | "abducible" | "functional" | "inline" | "question" as name, _, is_operator=False):
                instead = f"write `:- {name} ...`, with a space"
                raise self.fail("E108", f"`{name}` is a prefix operator", node, suggestion=instead)
            case Leaf("atom" | "quoted", name) | Compound(name, _, is_operator=False):
                raise ProgramError([unknown_directive(name, self.span(node))])
            case _:
                raise self.fail("E108", "this is no declaration", node, "a goal cannot be run while a file loads")

    def vocabulary(self, use: syntax.VocabularyUse, kind: Node, what: Node, span: syntax.Span) -> syntax.VocabularyDecl:
        pred, wanted = self.indicator(what), 2 if use in ("also_called", "broadly_called") else 1
        if pred.negative or pred.arity != wanted:
            raise self.fail("E108", f"`{use}` names a predicate of {wanted} argument{'s' * (wanted > 1)}", what)
        if not (isinstance(kind, Leaf) and kind.kind in ("atom", "quoted")):
            raise self.fail("E108", "expected the name of a type, such as `agent`", kind)
        if kind.text in CONSTANT_TYPES or kind.text == "any":
            raise self.fail("E108", f"`{kind.text}` is a type of its own, and has no vocabulary", kind)
        return syntax.VocabularyDecl(use, kind.text, pred, span)

    def module(self, node: Node) -> str:
        if isinstance(node, Leaf) and node.kind in ("atom", "quoted") and node.text != syntax.USER:
            return self.name(node.text, node)
        instead = f"files without a module are in `{syntax.USER}`"
        raise self.fail("E108", "expected the name of a module of its own, such as `xpovio`", node, instead)

    def load(
        self, use: syntax.LoadUse, file: Node, only: tuple[syntax.Pred, ...] | None, span: syntax.Span
    ) -> syntax.LoadDecl:
        match file:
            case Compound("library", (name,), is_operator=False):
                return syntax.LoadDecl(self.text(name), use, is_library=True, only=only, span=span)
            case _:
                return syntax.LoadDecl(self.text(file), use, only=only, span=span)

    def with_sentence(self, node: Node) -> tuple[Node, str | None]:
        """What is declared, and the text after `::`, if there is one."""
        if isinstance(node, Compound) and node.name == "::":
            return node.args[0], self.words(node.args[1])
        return node, None

    def provenance(self, text: Node, options: Sequence[Node]) -> syntax.Provenance:
        said: dict[str, Node] = {}
        for each in options:
            match each:
                case Compound("by" | "on" as name, (value,), is_operator=False) if name not in said:
                    said[name] = value
                case Compound("by" | "on" as name, (_,), is_operator=False):
                    raise self.fail(
                        "E108", f"`{name}` stands twice", each, suggestion="give each source a line of its own"
                    )
                case _:
                    message = "what can stand beside the text of a source is `by('...')` and `on(2024-12-21)`"
                    raise self.fail("E108", message, each)
        return syntax.Provenance(
            self.words(text),
            self.words(said["by"]) if "by" in said else None,
            self.day(said["on"]) if "on" in said else None,
        )

    def words(self, node: Node) -> str:
        text = self.text(node)
        if not text.strip():
            raise self.fail("E108", "the text is empty", node)
        return text

    def day(self, node: Node) -> datetime.date:
        if not isinstance(node, Leaf) or node.kind != "date":
            raise self.fail("E108", "expected a date such as `2024-12-21`", node)
        return self.date(node.text, node).value

    def predicate(self, node: Node, sentence: str | None, span: syntax.Span) -> syntax.PredDecl:
        negative, compound = self.signature(node)
        arguments = [self.typed(arg) for arg in _arguments(compound)]
        pred = syntax.Pred(self.functor(compound), len(arguments), negative)
        names, types = tuple(name for name, _ in arguments), tuple(kind for _, kind in arguments)
        return syntax.PredDecl(pred, names, types, sentence, span)

    def question(self, node: Node, text: str | None, span: syntax.Span) -> syntax.QuestionDecl:
        if text is None:
            raise self.fail("E108", "the text is missing", node, suggestion="write `:: 'text'` after it")
        negative, compound = self.signature(node)
        pred = syntax.Pred(self.functor(compound), len(_arguments(compound)), negative)
        return syntax.QuestionDecl(pred, tuple(self.typed(arg)[0] for arg in _arguments(compound)), text, span)

    def signature(self, node: Node) -> tuple[bool, Node]:
        node = _inside(node)
        if isinstance(node, Compound) and node.name == "-" and len(node.args) == 1:
            return True, _inside(node.args[0])
        return False, node

    def functor(self, node: Node) -> str:
        if isinstance(node, Compound) and not node.is_operator:
            return self.name(node.name, node)
        if isinstance(node, Leaf) and node.kind in ("atom", "quoted"):
            return self.name(node.text, node)
        raise self.fail("E108", "expected a predicate with its arguments, such as `p(Name: type)`", node)

    def typed(self, node: Node) -> tuple[str, str]:
        match node:
            case Leaf("var", name):
                return name, "any"
            case Compound(":", (Leaf("var", name), Leaf("atom" | "quoted", kind))):
                return name, kind
            case _:
                raise self.fail("E108", "an argument is declared as `Name: type`", node)

    def functional(self, node: Node, span: syntax.Span) -> syntax.FunctionalDecl:
        negative, compound = self.signature(node)
        if not isinstance(compound, Compound) or compound.is_operator:
            raise self.fail("E108", "expected keys and values, such as `p(+, -)`", node)
        keys = []
        for arg in compound.args:
            if not (isinstance(arg, Leaf) and arg.kind in ("atom", "quoted") and arg.text in ("+", "-")):
                raise self.fail("E108", "each argument is `+` (key) or `-` (value)", arg)
            keys.append(arg.text == "+")
        if all(keys):
            raise self.fail("E108", "a functional predicate has a value (`-`) beside its key", node)
        return syntax.FunctionalDecl(syntax.Pred(compound.name, len(keys), negative), tuple(keys), span)

    def indicator(self, node: Node) -> syntax.Pred:
        negative, inner = self.signature(node)
        match inner:
            case Compound("/", (Leaf("atom" | "quoted", name), Leaf("integer") as arity)):
                return syntax.Pred(self.name(name, inner), self.arity(arity), negative)
            case Compound(
                "/",
                (Compound(":", (Leaf("atom" | "quoted", of), Leaf("atom" | "quoted", name))), Leaf("integer") as arity),
            ):
                return syntax.Pred(syntax.qualified(of, name), self.arity(arity), negative)
            case Compound("/", (Compound("-", (Leaf("atom" | "quoted", name),)), Leaf("integer") as arity)):
                return syntax.Pred(name, self.arity(arity), True)
            case _:
                raise self.fail("E108", "expected a predicate and its number of arguments, such as `p/2`", node)

    def arity(self, node: Leaf) -> int:
        arity = self.integer(node.text, node).value
        if arity < 0:
            raise self.fail("E108", "a number of arguments is not negative", node)
        return arity

    def text(self, node: Node) -> str:
        match node:
            case Leaf("atom" | "quoted" | "string", text):
                return text
            case _:
                raise self.fail("E108", "expected a text in quotes", node)

    def constant(self, node: Node, code: str, message: str) -> Const:
        """The constant that a node says; the code and message are for a variable."""
        term = self.term(node)
        if isinstance(term, Var):
            raise self.fail(code, message, node)
        return term


def _arguments(node: Node) -> tuple[Node, ...]:
    return node.args if isinstance(node, Compound) else ()


def _inside(node: Node) -> Node:
    while isinstance(node, Compound) and node.name == "()":
        node = node.args[0]
    return node


def _is_sign(node: Compound) -> bool:
    """Whether it is a sign before a number, but not the number's own."""
    match node:
        case Compound("-" | "+", (Leaf("integer" | "decimal"),)):
            return True
        case _:
            return False


def _flatten(node: Node, operator: str) -> list[Node]:
    parts: list[Node] = []
    while isinstance(node, Compound) and node.name == operator and node.is_operator:
        parts.append(node.args[0])
        node = node.args[1]
    return [*parts, node]
