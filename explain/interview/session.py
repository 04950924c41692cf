"""An interview about a case: what is asked, what the answers state, and how the case stands with them.

Which question comes next, the solver says of what is open of the case (deciding.py); what an answer would do is tried (effects.py).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cached_property

from msgspec import Struct, field
from msgspec.structs import replace

from engine import policies
from engine.cases import Case, cases_of, check_cases
from engine.knowledge import KnowledgeBase
from engine.policies import UNCOVERED_INDICATION, Determination, Item, Severity, Standing, Status
from engine.symbolic.candidates import Scope
from engine.symbolic.limits import GivenUp, Limit
from explain.interview.answers import AnswerError, DocumentedError, NotRecognisedError
from explain.interview.deciding import Possible, Topics
from explain.interview.effects import Effect, Outcome, Trial, Tried
from explain.interview.names import mentioned_names
from explain.interview.questions import Asked, Asks, Question, Said, Values, constants, question_of
from explain.report.review import Reviewer
from explain.words.phrases import say
from explain.words.sentences import sentence
from kb.language.declarations import COMPLETE, CONSTANT_TYPES, MEETS_CRITERIA
from kb.language.loader import Loaded
from kb.language.program import Program
from kb.language.syntax import TRUE, AtomF, Body, Clause, Not, Pred, Provenance, Span
from kb.language.terms import Atom, Const, Var, plain_text, row_key
from kb.language.truth import Truth
from kb.names import RECORDED_AS
from kb.normalization import NotRecognised, Read

ANSWERS = "<interview>"
"""What evidence calls the place of answers that are in no file yet."""


class Answer(Struct, frozen=True):
    """An answer that was taken: the facts that it states, and what it leaves undocumented."""

    question: Question
    said: Said
    facts: tuple[Clause, ...] = ()
    """The facts, with the names that were answered."""
    passed_over: tuple[Asked | Pred, ...] = ()
    understood: tuple[AtomF, ...] = ()
    """What is stated with the names that are meant, and what rules conclude from it of what else could be asked."""
    doubts: tuple[str, ...] = ()
    """What is to be looked at because of it."""


class Branch(Struct, frozen=True):
    """An answer to a question, what could still be asked after it, and whether that was wholly looked at."""

    answer: Tried
    possible: tuple[Possible, ...]
    is_whole: bool


MOST_CHOICES = 12
"""How many choices are shown with a question."""


class End(Enum):
    """What is known of the questions that are left where none of them is asked."""

    SETTLED = "no answer changes the determination"
    UNMEETABLE = "no answer meets the criteria"
    NOT_FOUND = "none was found that does, and not everything was tried"


class Interview(Struct, dict=True):
    """An interview about one case: its next question, what the answers state, and how the case stands with them."""

    reviewer: Reviewer
    case: Case
    who: str
    today: datetime.date
    closed_world: bool = False
    left: tuple[Asked | Pred, ...] = ()
    """What was left undocumented in an earlier interview about the case."""
    answers: list[Answer] = field(default_factory=list)
    _views: dict[object, _View] = field(default_factory=dict)
    """What was worked out of the case with some answers, to which others that are taken back lead again."""
    _known: dict[tuple[Clause, ...], _Known] = field(default_factory=dict)
    """The same of what the answers state alone, whatever is left undocumented beside it."""

    @property
    def source(self) -> Provenance:
        """Where the answers come from: who gives them, and when."""
        return Provenance(say("interview"), " ".join(self.who.split()) or say("nobody_named"), self.today)

    @property
    def new_facts(self) -> tuple[Clause, ...]:
        """The facts that the answers state, in the order in which they were given."""
        return tuple(fact for answer in self.answers for fact in answer.facts)

    @property
    def facts(self) -> tuple[Clause, ...]:
        """The case's own facts and the new ones."""
        return (*self.case.facts, *self.new_facts)

    @cached_property
    def names(self) -> Mapping[str, Values]:
        """The names that the rules of a determination mention, by type."""
        return mentioned_names(self.reviewer.rules)

    def _now(self) -> _View:
        passed_over = frozenset(each for answer in self.answers for each in answer.passed_over).union(self.left)
        key = passed_over, self.facts
        if key not in self._views:
            self._views[key] = _View(self._stated(self.facts), passed_over)
        return self._views[key]

    def _stated(self, facts: tuple[Clause, ...]) -> _Known:
        if facts not in self._known:
            read = self.reviewer.rules.names.read(facts, closed_world=self.closed_world)
            kb = KnowledgeBase(self.reviewer.rules, read.facts, closed_world=read.closed_world)
            self._known[facts] = _Known(self.reviewer, cases_of(read.facts)[0], read, kb)
        return self._known[facts]

    def standing(self) -> Standing:
        """How the case stands with the answers so far."""
        return self._now().known.standing

    def question(self) -> Question | None:
        """The most decisive question that can still change the determination; None when it is settled. One that asks in
        the same words as an earlier one asks for another."""
        found = self._now().question
        if found is None:
            return None
        again = say("another", found.text)
        is_again = any(answer.question.text in (found.text, again) for answer in self.answers)
        return replace(found, text=again) if is_again else found

    def effects(self, question: Question) -> list[Effect]:
        """What each answer to a question would do, but for those that would be refused."""
        now = self._now()
        open_items = now.known.standing.open_items

        def outcome(facts: Sequence[AtomF]) -> Outcome | None:
            then = now.stating(facts)
            if not then.known.impossible <= now.known.impossible:
                return None
            changed = ((item.id, then.known.standing.statuses.get(item, Status.NOT_DOCUMENTED)) for item in open_items)
            changes = tuple((id_, status) for id_, status in changed if status is not Status.NOT_DOCUMENTED)
            return then.known.standing.determination, then.known.is_settled, changes

        return list(self._trial(question).effects(outcome)) if question.is_laid_out else []

    def open_items(self, question: Question) -> list[Item]:
        """The criteria and alternatives that are not settled and hang on a question."""
        open_items = self._now().known.standing.open_items
        return self._trial(question).items_under(open_items) if question.is_laid_out else open_items

    @property
    def is_whole(self) -> bool:
        """Whether everything was looked at that could matter."""
        return self._now().is_whole

    def possible(self) -> list[Possible]:
        """All questions that could still be asked, given that nothing more is known, in the order in which they would be."""
        return self._now().possible

    def branches(self, question: Question) -> Iterator[Branch]:
        """What each answer to a question leaves to be asked; those that would be refused are passed over."""
        now = self._now()
        for answer in self._trial(question).answers() if question.is_laid_out else ():
            then = now.stating(answer.facts)
            if then.known.impossible <= now.known.impossible:
                yield Branch(answer, tuple(then.possible), then.is_whole)

    def _trial(self, question: Question) -> Trial:
        now = self._now()
        return Trial(now.topics, question, may_be_complete=not now.leaves_out_of(question.atom.pred))

    @property
    def end(self) -> End:
        """What is known where no question is left and the determination is open."""
        return self._now().end

    @property
    def not_recognised(self) -> tuple[NotRecognised, ...]:
        """The names in the case's own facts that are not recognised."""
        return self._now().known.read.not_recognised

    def said_of(self, answer: Answer) -> str:
        """What was understood of an answer, in words, with the names that it was said by."""
        if not answer.facts:
            return f"not documented: {answer.question.text}"
        declared = self.reviewer.rules.declarations
        meant = {arg for atom in answer.understood for arg in atom.args}
        written = dict.fromkeys(arg for fact in answer.facts for arg in constants(fact.head.args) if arg not in meant)
        names = ", ".join(f'"{plain_text(each)}"' for each in written)
        said = "; ".join(sentence(atom, declared) for atom in answer.understood)
        if answer.said is Said.COMPLETE:
            return f"{said}; what it leaves out counts as not so"
        return f"{said} ({names})" if names else said

    # --- answering ---

    def affirm(self, question: Question) -> None:
        """Yes, to a question about one fact."""
        if question.asks is Asks.VALUE:
            raise AnswerError("give the value, not just `yes`")
        if question.asks is Asks.WHICH:
            raise AnswerError("name what applies, not just `yes`" + _such_as(question))
        self._state(question, Said.YES, [question.atom])

    def deny(self, question: Question) -> None:
        """No: of a fact, that it is not so; of a few, that none of them is; of more, and where others can be so too, that there
        is nothing more than the record has."""
        _refuse_for_value(question)
        if question.is_open or len(question.options) > MOST_CHOICES:
            self.complete(question)
            return
        denied = [AtomF(each.pred.opposite, each.args) for each in question.options or (question.atom,)]
        self._state(question, Said.NO, denied)

    def leave(self, question: Question) -> None:
        """Unknown: it is not documented, and is not asked again."""
        options = tuple(Asked(each.pred, constants(each.args)) for each in question.options)
        others = (question.atom.pred,) if question.is_open else ()
        left = (*options, *others) if question.asks is Asks.WHICH else question.asked
        self._take(Answer(question, Said.UNKNOWN, passed_over=left))

    def complete(self, question: Question) -> None:
        """The record of the predicate is complete: what it does not have is not so."""
        _refuse_for_value(question)
        self._complete(question, self.source)

    def take(self, fact: AtomF, source: Provenance) -> None:
        """A fact, or that a record is complete, that was answered elsewhere, with where it comes from. Raises `AnswerError` as for
        an answer to a question, and `DocumentedError` if it is documented already."""
        declared = self.reviewer.rules.declarations
        if fact.pred != COMPLETE:
            question = question_of([AtomF(fact.pred.positive, fact.args)], declared)
            self._state(question, Said.NO if fact.pred.negative else Said.YES, [fact], source)
            return
        for pred in declared.recorded(fact.args[1]):
            names = (Var(f"_{index}") for index in range(1, pred.arity))
            self._complete(question_of([AtomF(pred, (self.case.name, *names))], declared), source)

    def _complete(self, question: Question, source: Provenance) -> None:
        pred = question.atom.pred
        atom, now = AtomF(COMPLETE, (self.case.name, Atom(pred.own_name))), self._now()
        if unread := [each.name for each in now.known.read.not_recognised if each.pred == pred.positive]:
            raise AnswerError(
                f"the record has `{unread[0]}`, which is not recognised, so it is not complete; answer `unknown`"
            )
        if now.leaves_out_of(pred):
            raise AnswerError(
                "something that this record may have was answered with `unknown`, so it is not complete; answer `unknown`, "
                "or take that back with `back` or `again`"
            )
        self._state(question, Said.COMPLETE, [atom], source)

    def name(self, question: Question, rows: Iterable[Values], *, deny: bool = False) -> None:
        """Values for the blanks of a question, a row for each fact; `deny` states that they are not so."""
        found = []
        for row in rows:
            values = iter(row)
            args = tuple(next(values) if isinstance(arg, Var) else arg for arg in question.atom.args)
            found.append(AtomF(question.atom.pred.opposite if deny else question.atom.pred, args))
        if question.asks is Asks.VALUE and (len(found) != 1 or deny):
            raise AnswerError("give one value")
        self._state(question, Said.NOT_SO if deny else Said.NAMED, found)

    def choices(self, question: Question) -> tuple[Const, ...]:
        """The values for the last blank of a question that rules mention: of several, those that can decide."""
        if not question.blanks:
            return ()
        pred, last = question.atom.pred, question.blanks[-1]
        vocabulary, type_ = self.reviewer.vocabulary, self.reviewer.rules.declarations.types_of(pred)[last]
        options = tuple(arg for each in question.options if not isinstance(arg := each.args[last], Var))
        found = options or vocabulary.listed_at(pred, last)
        if not found and type_ not in CONSTANT_TYPES:
            found = (*question.values, *self.names.get(type_, ()))
        return tuple(dict.fromkeys(each for each in found if each != self._now().known.case.request.args[1]))

    def undo(self) -> Answer | None:
        """Takes back the last answer; None if there is none."""
        return self.answers.pop() if self.answers else None

    def ask_again(self) -> bool:
        """Asks again for all that was left undocumented; tells whether anything was."""
        kept = [answer for answer in self.answers if not answer.passed_over]
        was_left = bool(self.left) or len(kept) < len(self.answers)
        self.left, self.answers = (), kept
        return was_left

    def remove(self, number: int) -> Answer:
        """Takes back one answer of several."""
        return self.answers.pop(number)

    def _state(self, question: Question, said: Said, atoms: list[AtomF], source: Provenance | None = None) -> None:
        place, source = Span(ANSWERS, 0, 0), source or self.source
        stated = tuple(Clause(replace(atom, span=place), TRUE, place, source) for atom in dict.fromkeys(atoms))
        self._check(stated)
        names, kb = self.reviewer.rules.names, self._now().known.kb
        for each in names.read(stated).not_recognised:
            several, denied = each.stands_for_several, each.fact.head.pred.negative
            raise NotRecognisedError(each.name, each.perhaps, stands_for_several=several, denied=denied)
        new = {fact: [each.head for each in names.read([fact]).facts] for fact in stated}
        new = {fact: atoms for fact, atoms in new.items() if any(kb.truth(atom) is not Truth.TRUE for atom in atoms)}
        if not new:
            raise DocumentedError("that is documented already; answer with something else, or `unknown`")
        understood = dict.fromkeys(atom for atoms in new.values() for atom in atoms if atom.pred != RECORDED_AS)
        self._take(Answer(question, said, tuple(new), understood=tuple(understood)))

    def _check(self, new: tuple[Clause, ...]) -> None:
        checked = check_cases(Loaded(Program((*self.facts, *new))), self.reviewer.vocabulary)
        for each in checked:
            if each.is_error:
                raise AnswerError("; ".join(filter(None, (each.message, *each.notes, each.suggestion))))

    def _take(self, answer: Answer) -> None:
        before = self._now()
        self.answers.append(answer)
        if not answer.facts:
            return
        now = self._now()
        found = [each for each in now.known.findings if each not in before.known.findings]
        said = {
            severity: [sentence(atom, now.known.kb.declarations) for each, atom in found if each is severity]
            for severity in Severity
        }
        if said[Severity.IMPOSSIBLE]:
            self.undo()
            raise AnswerError(f"that cannot be: {'; '.join(said[Severity.IMPOSSIBLE])}")
        concluded = [
            atom for atom in now.known.concluded if atom not in before.known.concluded and atom not in answer.understood
        ]
        understood = (*answer.understood, *concluded)
        self.answers[-1] = replace(answer, understood=understood, doubts=tuple(said[Severity.LOOK]))


def _refuse_for_value(question: Question) -> None:
    if question.asks is Asks.VALUE:
        raise AnswerError("give the value, or `unknown` if it is not documented")


def _such_as(question: Question) -> str:
    return f", such as {', '.join(f'`{name}`' for name in question.names[:3])}" if question.options else ""


class _Known(Struct, dict=True):
    """A case with the facts that are stated of it; what they come to is worked out once, when it is asked for."""

    reviewer: Reviewer
    case: Case
    read: Read
    kb: KnowledgeBase

    def stating(self, atoms: Iterable[AtomF]) -> _Known:
        """The case with further facts, as they are: also about individuals that no vocabulary has."""
        stated = (Clause(atom, TRUE) for atom in atoms)
        return replace(self, kb=self.kb.with_facts((*self.kb.facts, *stated)))

    @cached_property
    def findings(self) -> list[tuple[Severity, AtomF]]:
        """What is impossible in the case, or to be looked at."""
        return list(policies.findings(self.kb, self.reviewer.policies, self.case))

    @property
    def impossible(self) -> frozenset[AtomF]:
        """What cannot be in the case."""
        return frozenset(atom for severity, atom in self.findings if severity is Severity.IMPOSSIBLE)

    @cached_property
    def concluded(self) -> list[AtomF]:
        """What rules conclude of what could be asked for."""
        concluded = (pred for pred in self.kb.declarations.questions if self.reviewer.book.rules(pred))
        atoms = (self.any_of(pred) for pred in concluded if pred.arity)
        return [
            AtomF(atom.pred, row) for atom in atoms for row in sorted(self.kb.rows(atom.pred, atom.args), key=row_key)
        ]

    @cached_property
    def meets(self) -> Truth:
        """Whether the criteria are met."""
        return self.kb.truth(AtomF(MEETS_CRITERIA, (self.case.name,)))

    @cached_property
    def uncovered(self) -> Truth:
        """Whether the indication is one that the policy does not cover."""
        if UNCOVERED_INDICATION not in self.kb.declarations.preds:
            return Truth.FALSE
        return self.kb.answers(self.goals[0]).truth

    @property
    def is_settled(self) -> bool:
        """Whether no further answer can change what the criteria come to."""
        return self.uncovered is Truth.TRUE or Truth.UNKNOWN not in (self.uncovered, self.meets)

    @cached_property
    def standing(self) -> Standing:
        """By the definitions that reviews follow."""
        not_recognised = {each.pred for each in self.read.not_recognised}
        return policies.standing(self.kb, self.reviewer.policies, self.case, not_recognised, self.findings)

    @property
    def goals(self) -> tuple[Body, ...]:
        """What decides: that the indication is not covered, that the criteria are met, that they are not."""
        meets = AtomF(MEETS_CRITERIA, (self.case.name,))
        return AtomF(UNCOVERED_INDICATION, (self.case.name, Var("_Condition"))), meets, Not(meets)

    def any_of(self, pred: Pred) -> AtomF:
        """An atom about the case, and nothing else."""
        names = (Var(f"_{index}") for index in range(1, pred.arity))
        return AtomF(pred.positive, (self.case.name, *names) if pred.arity else ())


class _View(Struct, dict=True):
    """A case at one point of an interview, where some of it is left undocumented; everything is worked out once, when it is asked
    for."""

    known: _Known
    passed_over: frozenset[Asked | Pred]

    def stating(self, atoms: Iterable[AtomF]) -> _View:
        """The case with further facts, as they are."""
        return replace(self, known=self.known.stating(atoms))

    def leaves_out_of(self, pred: Pred) -> bool:
        """Whether something of a predicate was answered with `unknown`."""
        return any(each == pred or (isinstance(each, Asked) and each.pred == pred) for each in self.passed_over)

    # --- what is asked ---------------------------------------------------------------------------------------------

    @cached_property
    def topics(self) -> Topics:
        """What is open of the case. That the indication is not covered decides whatever else is so, before that the criteria are
        met, or are not."""
        goals = self.known.goals if self.known.uncovered is Truth.UNKNOWN else self.known.goals[1:]
        scope = Scope(
            left_out=frozenset((each.pred, each.key) for each in self.passed_over if isinstance(each, Asked)),
            left_out_of=frozenset(each for each in self.passed_over if isinstance(each, Pred)),
            has_records=True,
        )
        opened = {goal: self.known.reviewer.opened(self.known.kb, goal, scope) for goal in goals}
        found = {goal: each for goal, each in opened.items() if each is not None}
        return Topics(found, is_first_final=self.known.goals[0] in found, wanted=self.known.goals[1])

    @cached_property
    def question(self) -> Question | None:
        """The question that comes next: one that can change the determination or, where not everything could be tried and more
        information is needed, one that it is not known of."""
        if not self.known.standing.determination.is_by_criteria or self.known.is_settled:
            return None
        found = self.topics.next()
        if found is None and self.known.standing.determination is Determination.MORE_INFORMATION_NEEDED:
            untried = next(self._untried(), None)
            return None if untried is None else question_of([untried], self.known.kb.declarations, is_laid_out=False)
        return found

    def _limits(self, *goals: Body) -> Iterator[Limit]:
        """What the searches for some goals did not look at."""
        return (each for goal in goals for each in self.topics.limits(goal))

    def _untried(self) -> Iterator[AtomF]:
        """What the searches for what is wanted did not look at everything of, of what can still be asked for; all of that, if one
        was given up."""
        declared = self.known.kb.declarations
        for each in self._limits(*self.known.goals[:2]):
            asked = list(declared.questions) if isinstance(each, GivenUp) else [each.pred]
            yield from (self.known.any_of(pred) for pred in asked if declared.asks_for(pred) and self._is_left(pred))

    def _is_left(self, pred: Pred) -> bool:
        """Whether it was not said of a predicate that it is not documented, and something of it is open."""
        atom, declared = self.known.any_of(pred), self.known.kb.declarations.functional.get(pred)
        key = tuple(arg for arg, is_key in zip(atom.args, declared.keys, strict=True) if is_key) if declared else ()
        is_passed_over = pred in self.passed_over or (
            declared is not None and Asked(pred, constants(key)) in self.passed_over
        )
        return not is_passed_over and self.known.kb.answers(atom).unknown != ()

    @cached_property
    def possible(self) -> list[Possible]:
        """All questions that can matter; where not everything could be tried, also those of which that is not known."""
        if not self.known.standing.determination.is_by_criteria or self.known.is_settled:
            return []
        found = self.topics.possible()
        if self.known.standing.determination is Determination.MORE_INFORMATION_NEEDED:
            asked = {each.question.atom.pred for each in found}
            others = dict.fromkeys(atom for atom in self._untried() if atom.pred not in asked)
            found += [
                Possible(question_of([atom], self.known.kb.declarations, is_laid_out=False), closes=True)
                for atom in others
            ]
        return found

    @property
    def is_whole(self) -> bool:
        """Whether everything was looked at of what is open."""
        is_open = self.known.standing.determination.is_by_criteria and not self.known.is_settled
        return not is_open or not any(True for _ in self._limits(*self.known.goals))

    @property
    def end(self) -> End:
        """What is known where no question is left and the determination is open."""
        if any(True for _ in self._limits(*self.known.goals[:2])):
            return End.NOT_FOUND
        return End.UNMEETABLE if any(True for _ in self._limits(self.known.goals[2])) else End.SETTLED
