"""What a report says of a search for missing facts: that nothing would do only where that is shown, else what was not looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, assert_never

from engine.symbolic.limits import (
    GivenUp,
    Individuals,
    Limit,
    NotAsked,
    RecordNotAsked,
    SearchStatus,
)
from explain.words.phrases import one_line, say
from explain.words.sentences import readable
from kb.language.declarations import Declarations
from kb.language.syntax import Pred
from kb.language.terms import Atom

if TYPE_CHECKING:  # the search is only imported where one is made
    from explain.proof.missing import FirstSets


def unfound(found: FirstSets, declared: Declarations, purpose: str) -> list[str]:
    """What there is to say, in lines, the first a sentence of its own, the others its reasons; `purpose` is what the facts are
    to do, a phrase of the catalogue. Nothing where sets were found, unless the search ended before its end."""
    status, limits = found.status, found.limits
    match status:
        case SearchStatus.FOUND:
            ends = [each for each in limits if isinstance(each, GivenUp)]
            return [say("search_more"), *reasons(ends, declared)] if ends else []
        case SearchStatus.NONE | SearchStatus.NOT_ASKED | SearchStatus.NOT_FOUND | SearchStatus.GIVEN_UP:
            return [say(f"search_{status.value}", say(purpose)), *reasons(limits, declared)]
        case _:
            assert_never(status)


def reasons(limits: Sequence[Limit], declared: Declarations) -> Iterator[str]:
    """What a search did not look at, in words."""
    preds = list(dict.fromkeys(_named(each.pred) for each in limits if isinstance(each, NotAsked)))
    if preds:
        yield one_line(say("not_asked", ", ".join(preds)))
    for each in limits:
        if not isinstance(each, NotAsked):
            yield one_line(_reason(each, declared))


def _reason(limit: RecordNotAsked | Individuals | GivenUp, declared: Declarations) -> str:
    match limit:
        case RecordNotAsked(pred):
            return say("not_asked_record", _named(pred))
        case Individuals(pred, index, number):
            return say("individuals", _argument(pred, index, declared), _named(pred), number)
        case GivenUp(at):
            return say(f"given_up_{at.value}")
        case _:
            assert_never(limit)


def _named(pred: Pred) -> str:
    """A predicate as sentences name its record."""
    return readable(Atom(pred.own_name))


def _argument(pred: Pred, index: int, declared: Declarations) -> str:
    names = declared.names_of(pred)
    return say("argument_named", index + 1, names[index]) if names else say("argument", index + 1)
