"""The program of a session at one time: what was read of files, and the clauses that have been added and taken out since.

A version does not change. Another one is made of it, checked as a whole as the files were, and is there only if nothing
is wrong with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct, field

from engine.bodies import match_head
from engine.checks import check
from engine.checks.predicates import Context
from engine.knowledge import Rules
from explain.authoring.flips import Standings
from explain.repl.completion import Columns, columns_of
from explain.workspace import Workspace, raise_errors
from kb.language.diagnostics import Diagnostic, ProgramError, Sources, SourceText
from kb.language.loader import Loaded, Reading, load_text
from kb.language.modules import UNCHANGED, Edits, Placed, Read
from kb.language.printer import show_clause
from kb.language.syntax import Clause, Pred, Span
from kb.language.traversal import placed, with_plain_variables


class Version(Struct, frozen=True, eq=False, dict=True):
    """A program that has been checked: `workspace` has it, `edits` are what was changed of what its files say."""

    workspace: Workspace
    edits: Edits = UNCHANGED
    found: tuple[Diagnostic, ...] | None = field(default=None)
    """The warnings that the checks gave, if they were made."""
    standings: dict[tuple[bool, tuple[Clause, ...]], Standings] = field(default_factory=dict)
    """How cases stand under it, by whether records are complete and the facts about each: worked out once."""

    @property
    def loaded(self) -> Loaded:
        """The program as it is, with its texts."""
        return self.workspace.loaded

    @property
    def is_changed(self) -> bool:
        """Whether it is another than its files say."""
        return self.edits != UNCHANGED

    @cached_property
    def reading(self) -> Reading:
        """What the files say."""
        return self.loaded.reading()

    @cached_property
    def said(self) -> Read:
        """What there is of clauses and declarations, before anything is made of them."""
        return self.reading.said.edited(self.edits)

    @cached_property
    def context(self) -> Context:
        """The program, for checks of what is put beside it."""
        return Context(self.loaded.program, Sources(), ())

    @cached_property
    def columns(self) -> Columns:
        """The constants that its clauses have, for completion."""
        return columns_of(self.loaded.program.clauses)

    @cached_property
    def doubts(self) -> tuple[Diagnostic, ...]:
        """The warnings about it."""
        return check(self.loaded) if self.found is None else self.found

    # --- other versions ----------------------------------------------------------------------------------------

    def edited(self, edits: Edits, typed: SourceText, at: Span) -> Version:
        """The version with other edits, those of a text that was typed among them; from then on their place is `at`.

        Raises `ProgramError` if a check finds an error; what is then said quotes the text.
        """
        sources = self.workspace.sources.beside(typed.name, typed.text)
        loaded = self.reading.loaded(edits)
        found = check(Loaded(loaded.program, sources, loaded.diagnostics))
        if any(each.is_error for each in found):
            raise ProgramError((each for each in found if each not in self.doubts), sources)
        added = ((module, placed(each, at) if each.span.file == typed.name else each) for module, each in edits.added)
        edits = Edits(edits.removed, tuple(added))
        return self._of(self.reading.loaded(edits), edits, self.workspace.sources, found)

    def again(self) -> Version:
        """The version of what its files say now, with the same edits. Raises `ProgramError`, which quotes the files as they are
        now, if a check finds an error."""
        reading = self.reading.again()
        edits = self.edits.upon(reading.said)
        loaded = reading.loaded(edits)
        sources = self.workspace.sources.with_(loaded.sources)
        found = check(loaded)
        raise_errors(found, sources)
        return self._of(loaded, edits, sources, found)

    @cached_property
    def as_read(self) -> Version:
        """The version without edits."""
        return self if not self.is_changed else self._of(self.reading.loaded(), UNCHANGED, self.workspace.sources)

    def _of(
        self, loaded: Loaded, edits: Edits, sources: Sources, found: tuple[Diagnostic, ...] | None = None
    ) -> Version:
        rules = Rules.of(loaded.program, max_steps=self.workspace.rules.max_steps)
        return Version(Workspace(loaded, rules, sources=sources), edits, found)

    def new_doubts(self, before: Version) -> tuple[Diagnostic, ...]:
        """The warnings that there were not before."""
        known = Counter((each.code, each.message) for each in before.doubts)
        return tuple(each for each in self.doubts if not known[each.code, each.message])

    # --- its clauses -------------------------------------------------------------------------------------------

    def placed(self, clauses: Iterable[Clause]) -> list[Placed]:
        """Clauses as they were typed, each in the module that it is of. Raises `ProgramError` for a name that modules leave open."""
        found, unclear = self.said.placed(clauses)
        raise_errors(unclear)
        return found

    @cached_property
    def meant(self) -> list[tuple[Placed, Clause]]:
        """The clauses, each with what it is in the program."""
        clauses = self.said.clauses
        return list(zip(clauses, self.said.meant(clauses), strict=True))

    def same(self, wanted: Placed) -> list[Placed]:
        """The clauses that say what is wanted, whatever their variables are called."""
        (clause,) = self.said.meant([wanted])
        plain = with_plain_variables(clause)
        alike = (pair for pair in self.meant if pair[1].head.pred == clause.head.pred)
        return [each for each, meant in alike if with_plain_variables(meant) == plain]

    def matching(self, wanted: Placed) -> list[Placed]:
        """The facts that match one which may have variables."""
        (pattern,) = self.said.meant([wanted])
        facts = (pair for pair in self.meant if pair[1].is_fact)
        return [each for each, meant in facts if match_head(pattern.head, meant.head) is not None]

    def clauses_of(self, pred: Pred) -> list[Placed]:
        """The clauses that are written of a predicate of the program and of its strong negation."""
        return [each for each, meant in self.meant if meant.head.pred.positive == pred]

    def difference(self, before: Iterable[Placed], after: Iterable[Placed]) -> tuple[list[Placed], list[Placed]]:
        """The clauses that come to be there, and those that are gone, if some take the place of others."""
        old, new = (dict(zip(self.said.meant(each), each, strict=True)) for each in (list(before), list(after)))
        added = [each for meant, each in new.items() if meant not in old]
        return added, [each for meant, each in old.items() if meant not in new]

    def written(self, clause: Clause) -> str:
        """A clause as its file has it, or as it is printed where no text of the language does."""
        text = self.loaded.sources.texts.get(clause.span.file)
        if text is not None and clause.span.line:
            source = SourceText(clause.span.file, text)
            start = source.offset(clause.span)
            piece = text[start : start + clause.span.length]
            if load_text(piece).program.clauses == (clause,):
                return piece
        return show_clause(clause)
