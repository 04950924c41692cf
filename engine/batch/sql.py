"""Small parts of SQL expressions, as sqlglot's trees for DuckDB, and their text for DuckDB and for Spark."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import exp

from engine.backends.sql.statements import rendered
from kb.language.syntax import Pred


def column(name: str, table: str | None = None) -> exp.Column:
    """A column by its exact name."""
    return exp.column(name, table=table, quoted=True)


def table(name: str) -> exp.Table:
    """A table by its exact name."""
    return exp.table_(name, quoted=True)


def text(value: str) -> exp.Literal:
    """A text, quoted as it must be."""
    return exp.Literal.string(value)


def enum(name: str, words: Iterable[str]) -> str:
    """The statement that makes a type of few texts, which take less room than others and are written as numbers."""
    return f"CREATE TYPE {sql(exp.to_identifier(name, quoted=True))} AS ENUM {sql(exp.Tuple(expressions=[text(each) for each in words]))}"


def word_of(name: str, value: str) -> exp.Cast:
    """A text of a type of few texts."""
    kind = exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=exp.to_identifier(name, quoted=True))
    return exp.Cast(this=text(value), to=kind)


def apart(name: str) -> str:
    """A name that differs from others also where a database does not tell large letters from small ones.

    >>> apart("birth_date"), apart("Birth"), apart("^b")
    ('birth_date', '^birth', '^^b')
    """
    return "".join(f"^{each.lower()}" if each == "^" or each != each.lower() else each for each in name)


def value_column(pred: Pred, argument: str) -> str:
    """The column of the wide table for an argument of a predicate of which a case has one fact: no other predicate's."""
    return f"{apart(pred.name)}/{pred.arity} {argument}"


def function(name: str, *args: exp.Expr) -> exp.Anonymous:
    """A call of one of DuckDB's functions by its name."""
    return exp.Anonymous(this=name, expressions=[arg.copy() for arg in args])


def try_cast(value: exp.Expr, to: str) -> exp.TryCast:
    """The value as another type; null where there is none."""
    return exp.TryCast(this=value.copy(), to=exp.DataType.build(to))


def condition(when: exp.Expr, then: exp.Expr) -> exp.Case:
    """The value under a condition, else null."""
    return exp.Case().when(when, then)


def all_of(union: exp.Query, name: str, tasks: int) -> exp.Select:
    """The rows of a union, in so many of Spark's tasks at most. Otherwise there are as many as parts, each of which reads a copy of the
    plan of all parts."""
    rows = exp.select("*").from_(union.subquery(name, copy=False))
    return rows.hint(f"COALESCE({tasks})", dialect="spark", copy=False)


def sql(expression: exp.Expr) -> str:
    """The text for DuckDB. The expression may be changed."""
    return expression.sql(dialect="duckdb", comments=False, copy=False)


def spark_sql(expression: exp.Expr) -> str:
    """The text for Spark. The expression stays as it is."""
    root = exp.paren(expression)
    for node in reversed(list(root.this.walk())):
        found = _translated(node)
        if found is not node:
            node.replace(found)
    for node in reversed(list(root.this.find_all(exp.Paren))):
        if _is_needless(node):
            node.replace(node.this)
    return rendered(root.this, "spark")


_BINDING: tuple[tuple[type[exp.Expr], ...], ...] = (
    (exp.Or,),
    (exp.And,),
    (exp.Not,),
    (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In, exp.Between),
    (exp.BitwiseOr,),
    (exp.BitwiseAnd,),
    (exp.Add, exp.Sub),
    (
        exp.Column,
        exp.Literal,
        exp.Boolean,
        exp.Null,
        exp.If,
        exp.Case,
        exp.Cast,
        exp.Anonymous,
        exp.Coalesce,
        exp.Paren,
    ),
)
"""Kinds of Spark's expressions, those that bind more loosely first."""
_ENCLOSING = (exp.If, exp.Anonymous, exp.Coalesce, exp.Alias, exp.Paren)
"""What tells by itself where the expressions in it end."""


def _is_needless(paren: exp.Paren) -> bool:
    """Whether parentheses change nothing. Of each that it comes to, Spark's parser looks through all of it to tell what it may be."""
    outside, inside = paren.parent, _binding(paren.this)
    if inside is None or paren.find(exp.Lambda) is not None:  # a lambda is no operand without
        return False
    return isinstance(outside, _ENCLOSING) or (
        outside is not None and (binding := _binding(outside)) is not None and binding < inside
    )


def _binding(node: exp.Expr) -> int | None:
    return next((index for index, kinds in enumerate(_BINDING) if type(node) in kinds), None)


def _translated(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Add | exp.Sub) and isinstance(step := node.expression, exp.Anonymous):
        sign = 1 if isinstance(node, exp.Add) else -1
        if step.name.lower() == "to_months":
            return function("add_months", node.this, _times(step.expressions[0], sign))
        if step.name.lower() == "to_days":
            return function("date_add", node.this, _times(step.expressions[0], sign))
    if (
        isinstance(node, exp.Cast)
        and node.is_type("BIGINT")
        and node.this.is_int
        and isinstance(node.this, exp.Literal)
    ):
        return exp.Literal.number(f"{node.this.name}L")
    if isinstance(node, exp.Case) and node.this is None and len(node.args["ifs"]) == 1 and node.args.get("default"):
        (one,) = node.args["ifs"]  # Spark makes shorter code of it
        return exp.If(this=one.this, true=one.args["true"], false=node.args["default"])
    if isinstance(node, exp.DataType) and node.is_type("TIMESTAMP"):
        return exp.DataType.build("TIMESTAMPNTZ")
    if isinstance(node, exp.Anonymous) and (translate := _FUNCTIONS.get(node.name.lower())):
        return translate(*node.expressions)
    return node


def _times(value: exp.Expr, sign: int) -> exp.Expr:
    return value if sign > 0 else exp.Neg(this=exp.paren(value))


def _matches(value: exp.Expr, pattern: exp.Expr) -> exp.Expr:
    """Whether a whole text matches; `$` would also match before a line's end."""
    return exp.RegexpLike(this=value, expression=text(rf"\A(?:{pattern.name})\z"))


_BLANKS = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""All that are blanks in some alphabet (Unicode's category Zs), as DuckDB takes them."""


def _trimmed(value: exp.Expr) -> exp.Expr:
    """Without blanks of any alphabet around it; a regular expression would try to match from each blank inside."""
    return function("btrim", value, text(_BLANKS))


_FUNCTIONS: dict[str, Callable[..., exp.Expr]] = {
    "regexp_full_match": _matches,
    "trunc": lambda value: function("floor", value),
    "starts_with": lambda value, start: function("startswith", value, start),
    "ends_with": lambda value, end: function("endswith", value, end),
    "trim": _trimmed,
    "list": lambda value: function("collect_list", value),
    "list_sort": lambda values: function("array_sort", values),
    "array_to_string": lambda values, between: function("array_join", values, between),
}
"""By the name of DuckDB's function: the same in Spark. `trunc` is compared with its argument alone, as `floor` may be."""
