"""Rules in words: each literal by the sentence of its predicate, with its place in the policy and what it speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from engine.policies import Row
from explain.authoring.asked import Asked, atoms, telling
from explain.authoring.handbook import Condition, Link, Rows, Way
from explain.words.phrases import say
from explain.words.sentences import PLACEHOLDER, Speech, fill, readable, spaced, spelled, written_out
from kb.language import syntax
from kb.language.printer import show_atom, show_body, show_clause, show_term
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import Const, Int, Term, Var, plain_text
from kb.language.traversal import called, conjuncts, variables
from kb.names import TypeNames

MOST_ROWS = 60
"""So many rows of a list are shown."""
MOST_NAMES = 8
"""So many other names are shown of one constant."""


@dataclass(frozen=True)
class RuleWords:
    """What the rules say that the criteria of a policy come down to."""

    asked: Asked

    def names(self, pred: Pred) -> tuple[str, ...]:
        """What the arguments of a predicate are called."""
        return self.asked.declared.names_of(pred) or tuple(f"Argument{index + 1}" for index in range(pred.arity))

    def sentence_of(self, pred: Pred) -> str:
        """What a predicate says, its arguments in brackets but for those that are one constant wherever it is asked for."""
        fixed = {} if self.asked.is_stated(pred) else self.asked.fixed(pred)
        args = tuple(fixed.get(index, Var(name)) for index, name in enumerate(self.names(pred)))
        return self.spoken(AtomF(pred, args))

    def spoken(self, atom: AtomF) -> str:
        """What an atom says, its variables in brackets."""
        declared = self.asked.declared.preds.get(atom.pred)
        if declared is None or declared.sentence is None:
            return written_out(atom, lambda term: readable(term, term.name if isinstance(term, Var) else ""))
        return fill(declared.sentence, declared.names, atom.args)

    def said(self, goal: syntax.Body, clause: Clause) -> str:
        """What a goal of a rule says by itself."""
        return self.speech(clause).said(goal)

    def speech(self, clause: Clause) -> Speech:
        """What says the literals of a rule, in which the head's variables go by the names that are declared for them."""
        speech = Speech(self.asked.declared, is_of_rule=True)
        names = self.names(clause.head.pred)
        words = [
            speech.words.setdefault(show_term(arg), spaced(name))
            for arg, name in zip(clause.head.args, names, strict=True)
            if isinstance(arg, Var)
        ]
        speech.bound = frozenset(words)
        speech.shared |= set(variables(clause.head.args))
        return speech

    def given(self, clause: Clause, speech: Speech, fixed: dict[int, Const]) -> Iterator[str]:
        """What has to be the values of the arguments of a rule's head that are constants, but for those that are fixed, or that
        occur twice."""
        seen: set[Term] = set()
        for index, (arg, name) in enumerate(zip(clause.head.args, self.names(clause.head.pred), strict=True)):
            if index in fixed:
                continue
            if not isinstance(arg, Var):
                yield say("argument_is", say("blank", spaced(name)), readable(arg))
            elif arg in seen:
                yield say("argument_is", say("blank", spaced(name)), say("blank", speech.word(arg)))
            seen.add(arg)

    def ways(self, pred: Pred, others: frozenset[str] = frozenset()) -> Iterator[Way]:
        """The rules for a predicate that can conclude it as it is asked for."""
        fixed = self.asked.fixed(pred)
        for clause in self.asked.possible(pred, self.asked.patterns[pred]):
            filled = self.asked.filled(clause, self.asked.patterns[pred])
            speech, goals = self.speech(filled), telling(filled)
            own = set(self.places(pred, others))
            conditions = [Condition(text) for text in self.given(filled, speech, fixed)]
            for goal, text in zip(goals, speech.each(goals), strict=True):
                conditions.append(Condition(text, self.cite_of(goal, own, others), self.links(goal, pred)))
            some = tuple(word for word in speech.used if word not in speech.bound)
            yield Way(some, tuple(conditions), _program(clause), str(clause.span).rpartition(":")[0])

    def as_stated(self, pred: Pred) -> Way:
        """That a case states what a predicate says."""
        return Way((), (Condition(self.sentence_of(pred), "", (self.link(pred),)),), "", "")

    def places(self, pred: Pred, others: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Where the policy has what a predicate says; of a list, what the files say that state what is asked for of it."""
        if pred not in self.asked.patterns or not self.asked.is_listed(pred):
            return self.asked.declared.places(pred, others=others)
        facts = self.asked.reviewer.rules.facts_of(pred)
        stated = (clause for row in self.asked.asked_rows(pred) for clause in facts.get(AtomF(pred, row), ()))
        rules = (rule.clause for rule in self.asked.reviewer.book.rules(pred))
        files = dict.fromkeys(clause.span.file for clause in chain(stated, rules))
        return tuple(dict.fromkeys(place for file in files for place in self.asked.declared.places(pred, file, others)))

    def cite(self, pred: Pred, others: frozenset[str] = frozenset()) -> str:
        """The same in one text."""
        return "; ".join(self.places(pred, others))

    def cite_of(self, goal: syntax.Body, own: set[str], others: frozenset[str]) -> str:
        """The places of what a literal says, if it has some of its own."""
        atom = goal.goal if isinstance(goal, syntax.Not) else called(goal)
        if not isinstance(atom, AtomF) or self.asked.is_stated(atom.pred):
            return ""
        places = self.places(atom.pred, others)
        return "; ".join(places) if set(places) - own else ""

    def links(self, goal: syntax.Body, within: Pred) -> tuple[Link, ...]:
        """The entries of what a literal speaks of, but for the one that it stands in."""
        preds = dict.fromkeys(atom.pred.positive for atom in atoms(goal))
        return tuple(self.link(pred) for pred in preds if pred != within and pred in self.asked.patterns)

    def link(self, pred: Pred) -> Link:
        """The entry of a predicate."""
        sign, dash = ("not ", "not-") if pred.negative else ("", "")
        plain = pred.name.replace(syntax.MODULE, "-").replace("_", "-")
        return Link(sign + spelled(syntax.unqualified(pred).name), f"{dash}{plain}-{pred.arity}")

    def other_names(self, constant: Const, kind: str) -> str:
        """Other names of a constant: not those of several together, and no codes that are numbers."""
        known = self.asked.reviewer.rules.names.of_type(kind)
        if known is None:
            return ""
        own = (name for name, each in known.others if each == constant and not isinstance(name, Int))
        names = list(dict.fromkeys(spelled(plain_text(name)) for name in own if _is_of(known, name, constant)))
        more = len(names) - MOST_NAMES
        return ", ".join(names) if more <= 0 else say("and_more", ", ".join(names[:MOST_NAMES]), more)

    def with_names(self, constant: Const, kind: str) -> str:
        """A constant with its other names."""
        others = self.other_names(constant, kind)
        return f"{readable(constant)} ({others})" if others else readable(constant)

    def group(self, pred: Pred, rows: Sequence[Row]) -> Rows:
        """Rows of a predicate: what is the same in all is in their sentence, and of what is not, what the sentence speaks of is in
        columns. Where each row is about another constant of a vocabulary, the last column has its other names."""
        names = self.names(pred)
        varying = [index for index in range(pred.arity) if len({row[index] for row in rows}) > 1]
        args = [Var(name) if index in varying else rows[0][index] for index, name in enumerate(names)]
        columns = [index for index in varying if self.speaks_of(pred, names[index])]
        shown = list(dict.fromkeys(tuple(row[index] for index in columns) for row in rows if columns))
        head, texts = (
            [spaced(names[index]) for index in columns],
            [list(map(readable, row)) for row in shown[:MOST_ROWS]],
        )
        others = self.names_in(pred, columns, shown[:MOST_ROWS])
        if any(others):
            head, texts = [*head, say("also_called")], [[*row, each] for row, each in zip(texts, others, strict=True)]
        return Rows(
            self.spoken(AtomF(pred, tuple(args))), tuple(head), tuple(map(tuple, texts)), len(shown) - len(texts)
        )

    def speaks_of(self, pred: Pred, name: str) -> bool:
        """Whether the sentence of a predicate has an argument, if it has a sentence."""
        declared = self.asked.declared.preds.get(pred)
        return declared is None or declared.sentence is None or name in PLACEHOLDER.findall(declared.sentence)

    def names_in(self, pred: Pred, columns: Sequence[int], rows: Sequence[Row]) -> list[str]:
        """The other names of the constants in the first column that has those of a vocabulary, each in one row."""
        types = self.asked.declared.types_of(pred)
        for place, index in enumerate(columns):
            constants = [row[place] for row in rows]
            if self.asked.reviewer.rules.names.of_type(types[index]) and len(set(constants)) == len(constants):
                return [self.other_names(each, types[index]) for each in constants]
        return []


def _is_of(known: TypeNames, name: Const, constant: Const) -> bool:
    """Whether a name means a constant and no other beside it."""
    meant = known.meant(name)
    return meant is not None and meant.constant == constant


def _program(clause: Clause) -> str:
    """A rule as it is written, a literal on each line."""
    if clause.is_fact:
        return show_clause(clause)
    body = ",\n    ".join(show_body(goal, 1000) for goal in conjuncts(clause.body))
    return f"{show_atom(clause.head)} :-\n    {body}."
