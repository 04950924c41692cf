"""How an answer that is typed is taken in: what a question offers to choose from, and what a line says to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from explain.interview.answers import ONE_WORD, Control, Reader, widened, word_of
from explain.interview.questions import Asks, Question, Said
from explain.interview.session import MOST_CHOICES, Interview
from explain.words.sentences import readable
from kb.language.terms import Atom, Const

_NAMELESS = ("atom", "predicate", "part", "policy", "name")
"""Types whose constants are no names of anything."""


@dataclass
class Hearing:
    """Takes the answers of an interview as text."""

    interview: Interview

    def reader(self, question: Question, choices: tuple[Const, ...] | None = None) -> Reader:
        """What reads the values that answer a question; `choices` are those that numbers stand for, by default what it offers."""
        choices = self.interview.choices(question) if choices is None else choices
        return Reader(question, self.interview.reviewer.vocabulary, self.known_names, choices[:MOST_CHOICES])

    @cached_property
    def known_names(self) -> frozenset[str]:
        """The names that program and case have where no vocabulary says which there are."""
        rules, found = self.interview.reviewer.rules, set()
        for fact in (*rules.facts, *self.interview.facts):
            types, known = rules.declarations.types_of(fact.head.pred), rules.names.at(fact.head.pred)
            for arg, type_, vocabulary in zip(fact.head.args, types, known, strict=True):
                if isinstance(arg, Atom) and vocabulary is None and type_ not in _NAMELESS:
                    found.add(arg.name)
        return frozenset(found)

    def choices(self, question: Question) -> list[str]:
        """The names that a question offers, as people read them."""
        if question.asks is Asks.FACT or len(question.blanks) != 1:
            return []
        return [readable(each) for each in self.reader(question).choices]

    def form(self, question: Question) -> str:
        """How an answer is written where there is nothing to choose from; nothing for yes or no, and beside choices."""
        if question.asks is Asks.FACT or not question.blanks:
            return ""
        answers = self.reader(question)
        if len(answers.types) > 1:
            return f"For example: {answers.example()}" if answers.types[-1] not in ONE_WORD else answers.form
        first = answers.types[0]
        return f"For example: {ONE_WORD[first]}" if first in ONE_WORD and not answers.choices else ""

    def take(self, line: str, said: Said | Control | None, question: Question) -> None:
        """Takes what a line answers to a question. Raises `AnswerError` if that is not clear, and states nothing then."""
        interview = self.interview
        match said:
            case Said.YES:
                interview.affirm(question)
            case Said.NO | Said.NONE:
                interview.deny(question)
            case Said.UNKNOWN:
                interview.leave(question)
            case Said.COMPLETE:
                interview.complete(question)
            case _:
                wide = widened(question)
                named = self.reader(wide, () if question.asks is Asks.FACT else None).read(line.strip())
                interview.name(wide, named.rows, deny=named.is_denial)

    def take_line(self, line: str, question: Question) -> None:
        """Takes a line as a whole; what steers an interview, such as `back`, is no answer."""
        self.take(line, word_of(line), question)
