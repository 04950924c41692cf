"""A case file to fill in: everything that a case may state under a program, commented out, below the request to complete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from engine.cases import Vocabulary
from explain.words.phrases import one_line
from explain.words.sentences import fill, question
from kb.language.declarations import COMPLETE, REQUEST, Declarations
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Atom, Term, Var, term_text

MOST_NAMES = 3
"""How many names are given as examples of what can stand in an argument."""
LEAD = """\
% The case {0}, to be filled in. A word that begins with a capital letter is to be replaced, first of all in the request.
% Remove the `% ` before a fact that is documented, and leave the others: what is not stated is not documented.
% Below questions, `-` before a fact, as in -fact({0}), states that it is documented not to be so.

% Where the facts below this line come from, who stated them and when, until the next such line:
% :- source('oncology note, page 3', by('nurse reviewer'), on(2024-12-21)).
"""
RECORDS = """\
% A record of which nothing is left out: what is not stated above is then taken not to be so.
"""
EXAMPLES = {
    "date": "a date such as 2024-07-01",
    "integer": "a number",
    "decimal": "a number such as 0.5",
    "string": 'a text such as "A b"',
}


def case_form(name: str, vocabulary: Vocabulary) -> str:
    """The text of a case file about a case of that name, to be filled in. The program knows requests."""
    form = _Form(Atom(name), vocabulary)
    return "\n".join([LEAD.format(term_text(Atom(name))), *form.parts()])


@dataclass(frozen=True, slots=True)
class _Form:
    case: Atom
    vocabulary: Vocabulary

    @property
    def declared(self) -> Declarations:
        return self.vocabulary.declarations

    def parts(self) -> Iterator[str]:
        """The request, then each fact that may be stated, then the records that may be complete, each with what it says."""
        for pred in self.vocabulary.preds:
            if pred != COMPLETE:
                lines = (f"{show_atom(AtomF(pred, args))}." for args in self.rows(pred))
                mark = "" if pred == REQUEST else "% "
                yield "".join(f"{line}\n" for line in chain(self.remarks(pred), (mark + line for line in lines)))
        records = [pred for pred in self.declared.abducible if pred.arity > 1 and pred not in self.declared.functional]
        yield RECORDS + "".join(
            f"% {show_atom(AtomF(COMPLETE, (self.case, Atom(each.own_name))))}.\n" for each in records
        )

    def rows(self, pred: Pred) -> Iterator[tuple[Term, ...]]:
        """The arguments of the lines for a predicate: one line, or one for each listed value where several may be stated."""
        names = tuple(map(Var, self.names(pred)))
        values = self.vocabulary.listed_at(pred, pred.arity - 1)
        if values and pred.arity == 2 and pred not in self.declared.functional:
            yield from ((self.case, value) for value in values)
        else:
            yield (self.case, *names[1:])

    def names(self, pred: Pred) -> tuple[str, ...]:
        return self.declared.names_of(pred) or tuple(f"Argument{index + 1}" for index in range(pred.arity))

    def remarks(self, pred: Pred) -> Iterator[str]:
        """What a fact says, or answers, and what can stand in its arguments."""
        names = self.names(pred)
        args = tuple(map(Var, names))
        stated = self.declared.preds.get(pred)
        asked = question(pred, args, self.declared)
        said = fill(stated.sentence, names, args) if stated and stated.sentence else None
        yield from (f"% {one_line(text)}" for text in [asked or said] if text)
        for index in range(1, pred.arity):
            if (Var(names[index]) in chain.from_iterable(self.rows(pred))) and (what := self.values(pred, index)):
                yield f"%   {names[index]}: {what}"

    def values(self, pred: Pred, index: int) -> str:
        """What can stand in an argument."""
        if listed := self.vocabulary.listed_at(pred, index):
            return ", ".join(map(term_text, listed))
        kind = self.declared.types_of(pred)[index]
        names = self.vocabulary.names.of_type(kind)
        known = islice(names.constants, MOST_NAMES) if names else ()
        return EXAMPLES.get(kind) or (f"a name such as {', '.join(map(term_text, known))}" if names else "")
