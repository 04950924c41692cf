"""Plain language: what atoms, goals and tests say, with the sentences of the `pred` templates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, count
from operator import itemgetter
from string import Formatter
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from explain.words.phrases import OF_ONE, SPELLINGS, say
from kb.language import syntax
from kb.language.builtins import BUILTINS, COMPARISONS, Words
from kb.language.declarations import Declarations
from kb.language.printer import show_atom, show_body, show_expr, show_term
from kb.language.terms import MOST_TEXTS, Atom, Const, Date, Int, Str, Term, Var, plain_text, printable, term_text
from kb.language.traversal import body_terms, body_vars, called, conjuncts, map_expr, substitute, variables, walk
from kb.language.truth import Truth

MOST_LETTERS = 2
"""A name of so many letters says nothing."""
PLACEHOLDER = re.compile(r"@\((\w+)\)")


@lru_cache(maxsize=MOST_TEXTS)
def readable(term: Term, name: str = "value") -> str:
    """A term as a sentence has it: names without underscores, so that `breast_cancer` reads as two words; a variable
    as what its argument is called, in brackets."""
    match term:
        case Var():
            return say("blank", spaced(name))
        case Str():
            return term_text(term)
        case Atom():
            return spelled(printable(plain_text(term)))
        case _:
            return printable(plain_text(term))


@lru_cache(maxsize=MOST_TEXTS)
def spelled(name: str) -> str:
    """A name of the language as words.

    >>> spelled("high_grade_b_cell_disease")
    'high grade B-cell disease'
    """
    return _SPELLED.sub(lambda found: SPELLINGS[found[0]], name.replace("_", " "))


_SPELLED = re.compile(rf"\b({'|'.join(SPELLINGS)})\b")


def fill(template: str, names: Iterable[str], args: Iterable[Term], word: Callable[[Term, str], str] = readable) -> str:
    """The template with each `@(Name)` replaced by the argument of that name, as `word` has it."""
    first, *parts = _parts(template, tuple(names))
    given = tuple(args)
    return first[0] + "".join(
        [
            word(given[place], name) + (text if given[place] != _ONE else of_one(text, name))
            for text, name, place in parts
        ]
    )


@lru_cache(maxsize=1 << 10)
def of_one(text: str, name: str) -> str:
    """What follows a number in a sentence, where the number is one: what is counted, which the name of the argument may say,
    and a verb after that.

    >>> of_one(" boxes are requested for ", "Boxes"), of_one(" years", "Least"), of_one(" shows the disease", "Line")
    (' box is requested for ', ' year', ' shows the disease')
    """
    found = _COUNTED.match(text)
    if found is None or (found[1] not in OF_ONE and found[1] not in name.lower()):
        return text
    one = OF_ONE.get(found[1]) or _PLURAL.sub("", found[1])
    verb = f" {OF_ONE[found[2]]}" if found[2] else ""
    return f" {one}{verb}{text[found.end() :]}"


_ONE = Int(1)
_COUNTED = re.compile(r" (\w+s)\b(?: (are|were|have)\b)?")
_PLURAL = re.compile(r"(?:(?<=x|z)|(?<=ss|ch|sh))es\Z|s\Z")


@lru_cache(maxsize=1 << 13)
def _parts(template: str, names: tuple[str, ...]) -> tuple[tuple[str, str, int], ...]:
    """A template cut into its texts: each after the first follows the argument of a name, at a place among the names."""
    places = {name: place for place, name in enumerate(names)}
    parts, end = [("", "", -1)], 0
    for found in PLACEHOLDER.finditer(template):
        if found[1] in places:
            text, name, place = parts[-1]
            parts[-1] = text + template[end : found.start()], name, place
            parts.append(("", found[1], places[found[1]]))
            end = found.end()
    text, name, place = parts[-1]
    return (*parts[:-1], (text + template[end:], name, place))


def question(pred: syntax.Pred, args: tuple[Term, ...], declarations: Declarations) -> str | None:
    """The question that asks for a fact of a predicate, or None if it has none; `[agent]` is for the answer to fill in."""
    declared = declarations.questions.get(pred.positive)
    return fill(declared[0].text, declared[0].names, args) if declared else None


def open_question(pred: syntax.Pred, args: tuple[Term, ...], declarations: Declarations) -> str | None:
    """The question that asks for the values of the arguments that are variables: one that says nothing of these, if there is
    one, and of those the one that says most of the others."""
    declared = _open_question(pred, args, declarations)
    return fill(declared.text, declared.names, args) if declared else None


def unsaid(pred: syntax.Pred, args: tuple[Term, ...], declarations: Declarations) -> tuple[tuple[str, Term], ...]:
    """The arguments but the case that the question for the values of variables does not speak of, and that are none of these."""
    declared = _open_question(pred, args, declarations)
    if declared is None:
        return ()
    said = set(PLACEHOLDER.findall(declared.text))
    named = list(zip(declared.names, args, strict=True))[1:]
    return tuple((name, arg) for name, arg in named if name not in said and not isinstance(arg, Var))


def _open_question(pred: syntax.Pred, args: tuple[Term, ...], declarations: Declarations) -> syntax.QuestionDecl | None:
    questions = declarations.questions.get(pred.positive, ())
    fitting = []
    for declared in questions:
        said = set(PLACEHOLDER.findall(declared.text))
        if not any(isinstance(arg, Var) and name in said for name, arg in zip(declared.names, args, strict=True)):
            fitting.append((len(said), fill(declared.text, declared.names, args), declared))
    best = max(fitting, key=itemgetter(0, 1), default=None)
    return best[2] if best else next(iter(questions), None)


def value_question(atom: syntax.AtomF, declarations: Declarations) -> str | None:
    """The question for the values of an open atom's variables that speaks of all its other arguments but the case; None if there is
    none, or it has no variables."""
    if atom.pred.negative or not any(isinstance(arg, Var) for arg in atom.args):
        return None
    for declared in declarations.questions.get(atom.pred, ()):
        said = set(PLACEHOLDER.findall(declared.text))
        known = {
            name for name, arg in list(zip(declared.names, atom.args, strict=True))[1:] if not isinstance(arg, Var)
        }
        if said == known:
            return fill(declared.text, declared.names, atom.args)
    return None


@lru_cache(maxsize=1 << 12)
def spaced(name: str) -> str:
    """An argument's name as words.

    >>> spaced("TimesPerWeek")
    'times per week'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()


def sentence(body: syntax.Body, declarations: Declarations, truth: Truth = Truth.TRUE) -> str:
    """What a goal says, as it stands: the sentences of its literals, joined; its variables are read as `for some`."""
    if isinstance(body, syntax.AtomF) and not variables(body.args):
        declared = declarations.preds.get(body.pred)
        if declared is not None and declared.sentence is not None:
            return _standing(fill(declared.sentence, declared.names, body.args), truth)
    return Speech(declarations).said(body, truth=truth)


class Speech(Struct):
    """What a goal says; `words` are what its variables are called, `bound` those of them that are spoken of around it, and `used`
    those that it has spoken of itself.

    A variable goes by the printed name, so that a goal that is read back says the same. No two go by one word.
    """

    declarations: Declarations
    words: dict[str, str] = field(default_factory=dict)
    bound: frozenset[str] = frozenset()
    used: dict[str, None] = field(default_factory=dict)
    dates: set[str] = field(default_factory=set)
    """The variables that stand for dates."""
    shared: set[Var] = field(default_factory=set)
    """The variables that several goals of a conjunction speak of."""
    nameless: set[str] = field(default_factory=set)
    """The variables that are written as `_`."""
    free: set[str] = field(default_factory=set)
    """The words of those of other alternatives, which may be had again."""
    is_of_rule: bool = False
    """Whether it is of a rule, and not of what follows for a case: a variable then goes by its own name, if that is more than a
    letter or two, and not by that of the argument where it is first spoken of, also where a predicate has no sentence."""

    def said(self, body: syntax.Body, *, counted: Iterable[Term] = (), truth: Truth = Truth.TRUE) -> str:
        """The goal as it stands, with what it speaks of named first. Whether a denial holds is whether what it denies does, so that
        nothing is denied twice."""
        body = called(body)
        if isinstance(body, syntax.Not):
            return self.said(body.goal, counted=counted, truth=truth.negated)
        recorded = self._recorded(body) if isinstance(body, syntax.Documented) else None
        text = self.goal(body) if recorded is None else _shown(recorded)
        known = self.bound | {self.word(term) for term in counted if isinstance(term, Var)}
        some = [word for word in self.used if word not in known]
        if truth is Truth.FALSE and some:
            return say("for_no", joined(some, "or"), text)
        if truth is Truth.FALSE and recorded is not None:
            return _shown(recorded, is_so=False)
        return _standing(say("for_some", joined(some, "and"), text) if some else text, truth)

    def within(self, body: syntax.Body, *, counted: Iterable[Term] = (), truth: Truth = Truth.TRUE) -> str:
        """The same of a goal inside this one."""
        inner = replace(self, bound=self.bound | frozenset(self.used), used={}, shared=set(self.shared))
        return inner.said(body, counted=counted, truth=truth)

    def goal(self, body: syntax.Body) -> str:
        body = called(body)
        match body:
            case syntax.AtomF():
                return self._atom(body)
            case syntax.And(goals) if goals:
                return self._all(conjuncts(body))
            case syntax.Or(goals) if goals:
                return self._any(goals)
            case syntax.Not(goal):
                return self.within(goal, truth=Truth.FALSE)
            case syntax.Documented():
                return _shown(self._recorded(body))
            case syntax.Compare() | syntax.Builtin() | syntax.Member():
                return self._test(body)
            case syntax.Count(op, bound, template, goal):
                inner = self.within(goal, counted=template)
                if bound == _ONE:
                    return say(f"{op}_one_of", self._counted(template), inner)
                return say(f"{op}_of", self._term(bound), self._counted(template), inner)
            case syntax.Aggregate():
                amount = self.amount(body)
                return say("is_amount", self._term(body.result), amount)
            case _:
                return show_body(body)

    def amount(self, aggregate: syntax.Aggregate) -> str:
        """What an aggregate works out, after `the`."""
        counted = aggregate.template if aggregate.value is None else (aggregate.value,)
        inner = self.within(aggregate.goal, counted=(*aggregate.template, *counted))
        return say(f"{aggregate.op}_of", self._counted(counted), inner)

    def _any(self, goals: Sequence[syntax.Body]) -> str:
        """What goals say of which one is so; what is more than a sentence is set in parentheses, so that it is seen where it ends."""
        texts = [
            say("alternative", text) if isinstance(called(goal), _JOINED) else text
            for goal, text in zip(goals, self._branches(goals), strict=True)
        ]
        return f" {say('or')} ".join(texts)

    def _recorded(self, body: syntax.Documented) -> str:
        """What the record shows, or does not."""
        outside = [var for var in body_vars(body.goal) if var in self.shared]
        inner = self.within(body.goal, counted=outside)
        self.used |= dict.fromkeys(map(self.word, outside))
        return inner

    def _branches(self, goals: Iterable[syntax.Body]) -> list[str]:
        """What goals say of which one is so: what one of them speaks of without a name has the word of such a one in the next."""
        texts, words = [], set(self.free)
        for goal in goals:
            known = set(self.words)
            texts.append(self.goal(goal))
            self.free |= {self.words.pop(key) for key in {*self.words} - known if key in self.nameless}
        self.free &= words
        return texts

    def each(self, goals: Sequence[syntax.Body]) -> list[str]:
        """What goals that are all so say, each by itself: what one of them speaks of is the same in the others."""
        several = Counter(var for goal in goals for var in body_vars(goal))
        self.shared |= {var for var, times in several.items() if times > 1}
        self.dates.update(show_term(var) for goal in goals for var in _dates(goal, self.declarations))
        texts: dict[int, str] = {}
        for index in sorted(range(len(goals)), key=lambda at: isinstance(goals[at], syntax.Not | syntax.Count)):
            texts[index] = self.goal(goals[index])
        return [texts[index] for index in range(len(goals))]

    def _all(self, goals: tuple[syntax.Body, ...]) -> str:
        ordered = self.each(goals)
        if any(
            isinstance(goal, syntax.Not | syntax.Documented | syntax.Or | syntax.Count | syntax.Aggregate)
            for goal in goals
        ):
            return say("all_so", "; ".join(ordered))
        return say("and").join(ordered)

    def _atom(self, atom: syntax.AtomF) -> str:
        declared = self.declarations.preds.get(atom.pred)
        if declared is not None and declared.sentence is not None:
            return fill(declared.sentence, declared.names, atom.args, self._term)
        if atom.pred.negative:
            positive = self.declarations.preds.get(atom.pred.positive)
            if positive is not None and positive.sentence is not None:
                return say("denied", fill(positive.sentence, positive.names, atom.args, self._term))
        return written_out(atom, self._term) if self.is_of_rule else show_atom(atom)

    def _test(self, test: syntax.Compare | syntax.Builtin | syntax.Member) -> str:
        terms = [each for each in body_terms(test) if isinstance(each, Var)]
        for each in terms:
            self._term(each)
        are_dates = any(show_term(each) in self.dates for each in terms)
        return holding_sentence(test, {show_term(each): self.word(each) for each in terms}, are_dates=are_dates)

    def _counted(self, terms: Iterable[Term]) -> str:
        """What is counted, by name: it is spoken of inside only."""
        return joined([readable(term, self.word(term) if isinstance(term, Var) else "") for term in terms], "and")

    def _term(self, term: Term, name: str | None = None) -> str:
        if not isinstance(term, Var):
            return readable(term)
        word = self.word(term, name)
        self.used.setdefault(word)
        return say("blank", word)

    def word(self, var: Var, name: str | None = None) -> str:
        """What a variable is called: as the argument where it is first spoken of."""
        shown = show_term(var)
        key = var.name if shown == "_" else shown
        if key in self.words:
            return self.words[key]
        own = spaced(shown.strip("_") or "value")
        is_own = name is None or (self.is_of_rule and len(own) > MOST_LETTERS and shown != "_")
        wanted = own if is_own else spaced(name or own)
        others = chain((wanted, own), (f"{own} {number}" for number in count(2)))
        if shown == "_":
            self.nameless.add(key)
            others = chain((wanted, say("another_value", wanted)), (f"{wanted} {number}" for number in count(2)))
        taken = {*self.words.values(), *(word for word in self.used if word not in self.free)}
        return self.words.setdefault(key, next(each for each in others if each not in taken))


_JOINED = syntax.And | syntax.Or | syntax.Not | syntax.Documented | syntax.Count | syntax.Aggregate
"""Goals whose words may reach beyond their end."""


def _dates(body: syntax.Body, declarations: Declarations) -> Iterator[Var]:
    """The variables of a body that stand for dates."""
    for part in walk(body):
        match called(part):
            case syntax.AtomF(pred, args):
                kinds: Iterable[bool] = (kind == "date" for kind in declarations.types_of(pred))
            case syntax.Builtin(name, args):
                kinds = (argument.kind is Date for argument in BUILTINS[name].arguments)
            case _:
                continue
        yield from (arg for arg, is_date in zip(args, kinds, strict=True) if is_date and isinstance(arg, Var))


def written_out(atom: syntax.AtomF, word: Callable[[Term], str] = readable) -> str:
    """An atom whose predicate has no sentence, its arguments in words.

    >>> written_out(syntax.AtomF(syntax.Pred("older_than", 2), (Var("X"), Atom("a_b"))), lambda term: readable(term, "x"))
    'older_than([x], a b)'
    """
    inside = f"({', '.join(map(word, atom.args))})" if atom.args else ""
    return f"{'-' if atom.pred.negative else ''}{syntax.shown_name(atom.pred.name)}{inside}"


def holding_sentence(
    test: syntax.Compare | syntax.Builtin | syntax.Member,
    words: Mapping[str, str] = MappingProxyType({}),
    *,
    are_dates: bool = False,
) -> str:
    """What a comparison, a built-in or a membership says when it holds; `words` has what variables are called, which may stand for
    dates.

    >>> from kb.language.terms import Int
    >>> holding_sentence(syntax.Compare(">=", Int(64), Int(18)))
    '64 is at least 18'
    """
    match test:
        case syntax.Compare(op, left, right):
            return _relation(op, left, right, are_dates).holds.format(_side(left, words), _side(right, words))
        case syntax.Builtin(name, args):
            record = BUILTINS[name]
            given = {argument.name: arg for argument, arg in zip(record.arguments, args, strict=True)}
            return "".join(
                text + (_side(given[name], words) if name is not None else "")
                for text, name in _pieces(record.words, frozenset(name for name, arg in given.items() if arg == _ONE))
            )
        case syntax.Member(item, items):
            return say("member_is", _side(item, words), listed(items))


@lru_cache(maxsize=1 << 8)
def _pieces(template: str, ones: frozenset[str]) -> tuple[tuple[str, str | None], ...]:
    """The texts of a template of a built-in, each with the argument after it; some of the arguments are the number one."""
    found: list[tuple[str, str | None]] = []
    for text, name, _, _ in Formatter().parse(template):
        before = found[-1][1] if found else None
        found.append((of_one(text, before) if before is not None and before in ones else text, name))
    return tuple(found)


def failing_sentence(
    test: syntax.Compare | syntax.Builtin | syntax.Member, words: Mapping[str, str] = MappingProxyType({})
) -> str:
    """What a test says when it does not hold.

    >>> from kb.language.terms import Int
    >>> failing_sentence(syntax.Compare(">=", Int(14), Int(18)))
    '14 is not at least 18'
    """
    if isinstance(test, syntax.Compare):
        relation = _relation(test.op, test.left, test.right)
        return relation.fails.format(_side(test.left, words), _side(test.right, words))
    return say("not", holding_sentence(test, words))


def _relation(op: str, left: syntax.Expr, right: syntax.Expr, are_dates: bool = False) -> Words:
    """The words of a comparison: dates are before and after, other terms in standard order."""
    record = COMPARISONS[op]
    of_dates = record.of_dates if are_dates or isinstance(left, Date) or isinstance(right, Date) else None
    return of_dates or record.words


def _side(expr: syntax.Expr, words: Mapping[str, str]) -> str:
    if isinstance(expr, Var):
        return say("blank", words.get(show_term(expr), spaced(show_term(expr).strip("_") or "value")))
    if isinstance(expr, syntax.Op):
        return show_expr(map_expr(expr, lambda term: Var(_side(term, words)) if isinstance(term, Var) else term))
    return readable(expr)


def literal_text(goal: syntax.Body, binding: Mapping[Var, Term]) -> str:
    """A goal as the program would write it, its variables filled in where they have values."""
    return show_body(written(goal, binding))


def written(goal: syntax.Body, binding: Mapping[Var, Term]) -> syntax.Body:
    """A goal with its variables filled in where they have values; individuals that are not named are left open."""
    return substitute(goal, {var: value for var, value in binding.items() if not isinstance(value, Var)})


def _shown(recorded: str, *, is_so: bool = True) -> str:
    """That the record shows something, or does not."""
    return say(f"{'' if is_so else 'not_'}shown{'' if ': ' in recorded else '_that'}", recorded)


def _standing(text: str, truth: Truth) -> str:
    """A sentence as it stands: as it is, denied, or not documented."""
    match truth:
        case Truth.TRUE:
            return text
        case Truth.FALSE:
            return say("not", text)
        case Truth.UNKNOWN:
            return say("unknown", text)


def listed(items: Iterable[Const], joint: str = "or") -> str:
    """Names in a row: `a`, `a or b`, `a, b or c`."""
    return joined([readable(item) for item in items], joint)


def joined(names: Sequence[str], joint: str = "or") -> str:
    """Words in a row; with semicolons between them where one has such a word or a comma in it.

    >>> joined(["a", "a and b", "c"])
    'a; a and b; or c'
    """
    if len(names) < 2:
        return "".join(names)
    is_plain = not any(mark in name for name in names for mark in (" and ", " or ", ", "))
    return (
        f"{', '.join(names[:-1])} {joint} {names[-1]}" if is_plain else f"{'; '.join(names[:-1])}; {joint} {names[-1]}"
    )
