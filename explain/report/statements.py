"""What a report says of a review, piece by piece: its sentences, and how things stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from engine.policies import Determination, Status
from explain.report import grounds
from explain.report.document import Asked, Badge, Look, Reason
from explain.report.review import Conflict, Criterion, Review
from explain.version import installed_version
from explain.words import bounds
from explain.words.claims import row_list
from explain.words.phrases import DETERMINATIONS, QUANTITIES, STATUSES, number, one_line, say
from explain.words.sentences import readable, spaced, spelled
from kb.language.declarations import MEETS_CRITERIA, REQUEST
from kb.language.printer import show_atom
from kb.language.syntax import AtomF
from kb.language.terms import Atom, Str, Var, plain_text
from kb.language.traversal import variables
from kb.normalization import NotRecognised

if TYPE_CHECKING:  # what is missing is only searched for at times
    from explain.proof.fact_sets import AnyOf, MissingFact

_LOOKS = MappingProxyType(
    {
        Status.MET: Look.MET,
        Status.NOT_MET: Look.UNMET,
        Status.NOT_DOCUMENTED: Look.OPEN,
        Status.NOT_APPLICABLE: Look.ASIDE,
    }
)
_COLOURS = MappingProxyType({"green": Look.MET, "red": Look.UNMET, "yellow": Look.OPEN})


def case_name(review: Review) -> str:
    """The case, as people read it."""
    return one_line(plain_text(review.case))


def determination(review: Review) -> Badge:
    """The determination, as a name."""
    return badge_of(review.determination)


def badge_of(determination: Determination) -> Badge:
    """A determination, as a name."""
    look = _COLOURS[DETERMINATIONS[determination][1]]
    is_conflict = determination == Determination.CONFLICTING_EVIDENCE
    return Badge("!" if is_conflict else look.sign, determination.replace("_", " ").capitalize(), look)


def finding(review: Review) -> str:
    """What the determination says, in a sentence."""
    wording, _ = DETERMINATIONS[review.determination]
    return f"{wording[0].upper()}{wording[1:]}."


def outstanding(review: Review) -> str:
    """What keeps the criteria from being met, in a few words."""
    match review.determination:
        case Determination.CONFLICTING_EVIDENCE:
            words = [spelled(each.atom.pred.name) for each in review.conflicts]
        case Determination.NO_POLICY_IN_FORCE:
            begins = f"in force from {review.first_version}" if review.first_version else "policy"
            words = [begins if review.has_criteria else f"criteria for {review.kind} requests"]
        case Determination.INVESTIGATIONAL:
            words = ["indication"]
        case Determination.CRITERIA_NOT_MET:
            words = [spelled(each.id) for each in review.criteria if each.status is Status.NOT_MET]
        case Determination.MORE_INFORMATION_NEEDED:
            words = [spelled(each.id) for each in review.criteria if each.status is Status.NOT_DOCUMENTED]
        case Determination.MEETS_CRITERIA:
            words = []
    return one_line(", ".join(dict.fromkeys(words)))


def first_missing(review: Review) -> str:
    """What a table says is missing: the first thing that the smallest way asks for, and how much else; without ways, what is
    outstanding."""
    found = ways(review)
    if not found:
        return outstanding(review)
    first, *others = found[0]
    more = [say("more_facts", len(others))] if others else []
    more += [say("other_ways", len(found) - 1)] if len(found) > 1 else []
    return one_line(say("because", first.question, ", ".join(more)) if more else first.question)


def standing(criterion: Criterion) -> Badge:
    """How a criterion stands."""
    look = _LOOKS[criterion.status]
    return Badge(look.sign, STATUSES[criterion.status], look)


def particulars(review: Review) -> list[tuple[str, str]]:
    """What a report has at its head: names and values."""
    found = [
        ("Case", case_name(review)),
        ("Request", f"{review.kind} request for {review.drug}"),
        ("Date of the request", str(review.date)),
        *stated_particulars(review),
        ("Policy", (review.title or review.policy) or "no policy covers the requested drug"),
    ]
    if review.policy is not None:
        version = f"in force from {review.effective}" if review.effective else none_in_force(review, "that date")
        approved = f"; policy approved {review.approved}" if review.approved else ""
        found.append(("Version", version + approved))
    made = f"made on {review.reviewed_on} " if review.reviewed_on else "made "
    found.append(("Report", f"{made}by Priorlog {installed_version()}"))
    return [(name, one_line(value)) for name, value in found]


def stated_particulars(review: Review) -> list[tuple[str, str]]:
    """What the case states for the head of its report: titles and values."""
    stated = ((each.title, each.value) for each in review.particulars if each.value is not None)
    return [(title, plain_text(value) if isinstance(value, Str) else readable(value)) for title, value in stated]


def none_in_force(review: Review, date: str) -> str:
    """Why no version is in force on a date, as far as it is known: when the first begins, or that none has such criteria."""
    if not review.has_criteria:
        return f"it has no criteria for {review.kind} requests"
    begins = f"; the first begins on {review.first_version}" if review.first_version else ""
    return f"no version is in force on {date}{begins}"


def asked(fact: MissingFact, names: Mapping[Var, str]) -> Asked:
    """A missing fact as a report asks for it; of one with variables the answer is a value that fits."""
    answer = answer_of(fact)
    told = one_line("; ".join((*unsaid_of(fact), *bounds_of(fact, names))))
    return Asked(one_line(fact.question), answer, one_line(show_atom(fact.atom)), told or answer)


def names_in(facts: Iterable[MissingFact]) -> dict[Var, str]:
    """What the variables of facts are called where the facts are not shown: as their arguments, no two alike."""
    found: dict[Var, str] = {}
    for fact in facts:
        for name, arg in zip(fact.names, fact.atom.args, strict=False):
            if isinstance(arg, Var) and arg not in found:
                words = (spaced(name), *(f"{spaced(name)} {number}" for number in range(2, len(found) + 3)))
                found[arg] = next(text for word in words if (text := say("called", word)) not in found.values())
    return found


def unsaid_of(fact: MissingFact) -> Iterator[str]:
    """What a missing fact is about that its question does not speak of, which is to be told where the fact is not shown."""
    if variables(fact.atom.args):
        yield from (say("where_bound", say("called", spaced(name)), readable(arg)) for name, arg in fact.unsaid)


def answer_of(fact: MissingFact) -> str | None:
    """The answer that is meant, where the question is one of yes or no; else the bounds for the values that would do."""
    if fact.bounds:
        return one_line("; ".join(bounds_of(fact)))
    if variables(fact.atom.args) or not fact.question.endswith("?"):
        return None
    return "no" if fact.atom.pred.negative else "yes"


def ways(review: Review) -> list[tuple[Asked, ...]]:
    """What would settle the request, each way as what it asks for; interchangeable names are put together."""
    return [way_asked(way.facts, way.choices) for way in review.ways] or list(map(way_asked, review.missing))


def bounds_of(fact: MissingFact, names: Mapping[Var, str] = MappingProxyType({})) -> Iterator[str]:
    """The bounds for what a missing fact leaves open, in words; a variable is named where there are several arguments to tell."""
    is_alone = len(variables(fact.atom.args)) == 1 and not (names and fact.unsaid)
    yield from (bounds.said(each, is_alone=is_alone, names=names) for each in fact.bounds)


def way_asked(facts: Iterable[MissingFact], choices: Sequence[AnyOf] = ()) -> tuple[Asked, ...]:
    """What a way to settle a goal asks for; what is asked in the same words as before it asks for another."""
    found: list[Asked] = []
    facts = tuple(facts)
    names = names_in(facts)
    for each in (asked(fact, names) for fact in facts):
        is_again = any(before.question == each.question for before in found)
        found.append(replace(each, question=say("another", each.question)) if is_again else each)
    for index, choice in enumerate(choices):
        is_other = any(choice.names == before.names for before in choices[:index])
        found += any_of(choice, is_other=is_other)
    return tuple(found)


def more_ways(review: Review) -> str | None:
    """That there are more ways to settle the request than a report shows, and how to see them."""
    goal = show_atom(AtomF(MEETS_CRITERIA, (review.case,)))
    return one_line(say("more_ways", len(ways(review)), goal)) if review.are_more else None


def statement(criterion: Criterion) -> str:
    """A criterion's sentence, marked where it rests on evidence that the record contradicts; of one that does not apply, that
    it is not needed."""
    if criterion.status is Status.NOT_APPLICABLE:
        return one_line(say("not_needed", title_of(criterion.id)))
    parts = (criterion.node, *(each.node for each in criterion.alternatives if each.status == criterion.status))
    is_doubtful = any(map(grounds.is_contested, parts))
    return one_line(say("contested", criterion.text) if is_doubtful else criterion.text)


def not_recognised(each: NotRecognised) -> str:
    """What is said of a name that no vocabulary knows."""
    record = readable(Atom(each.pred.name))
    if each.stands_for_several and each.pred != REQUEST:
        return say("not_told_apart", each.name, ", ".join(map(spelled, each.perhaps)), record)
    text = say("drug_not_recognised" if each.pred == REQUEST else "not_recognised", each.name, record)
    return say("meant_perhaps", text, f" {say('or')} ".join(each.perhaps)) if each.perhaps else text


def sides(conflict: Conflict) -> Iterator[tuple[Reason, ...]]:
    """What each side of a conflict says, with what it rests on."""
    return map(grounds.claims, (conflict.stands, conflict.denied))


def any_of(choice: AnyOf, *, is_other: bool = False) -> Iterator[Asked]:
    """What a choice among interchangeable names asks for: questions with the names in them, or where `no` is the answer, about each
    of the names that are chosen."""
    is_one = choice.count == 1 and not is_other
    names = row_list([(name,) for name in choice.names], joint="or" if is_one else "and")
    many = number(choice.count)
    key = "some_other_of" if is_other else "some_of"
    chosen = names if is_one or choice.count == len(choice.names) else say(key, many, names)
    for index, fact in enumerate(choice.facts):
        is_no = fact.atom.pred.negative
        if is_no or (index and choice.count > 1):
            asked = filled(fact.question, say("chosen"))
            question = say("any_other_of" if is_other else "any_of", many, names, asked)
        else:
            question = filled(fact.question, say("the_same") if index else chosen)
        answer = ("no" if is_no else "yes") if fact.question.endswith("?") else None
        yield Asked(one_line(question), answer, one_line(show_atom(fact.atom)), answer)


def filled(question: str, name: str) -> str:
    """The question about an interchangeable name with words in the place of its blanks, which are that name's; as it is, if the
    words are none.

    >>> filled("Is [colour] the right one?", "red or blue")
    'Is red or blue the right one?'
    """
    return _BLANK.sub(lambda _: name, question) if name else question


_BLANK = re.compile(re.escape(say("blank", "\0")).replace("\0", r"[^\[\]]*"))
"""What stands in a question for a value that is not known."""


def allowed(review: Review) -> Iterator[str]:
    """The period and quantity that are allowed, and how the requested quantity stands, in sentences."""
    given = review.authorization
    if given is None:
        yield "No authorization is given by this report."
    else:
        yield f"From {given.start} until {given.until}, {given.quantity}."
    if review.quantity is not None:
        stated = f" ({one_line(review.quantity_text)})" if review.quantity_text else ""
        yield f"Quantity: {QUANTITIES[review.quantity]}{stated}."


def title_of(name: str) -> str:
    """A criterion's name as a heading.

    >>> title_of("body_weight")
    'Body weight'
    """
    words = one_line(spelled(name))
    return words[:1].upper() + words[1:]
