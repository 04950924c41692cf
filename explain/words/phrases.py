"""The catalogue of the words that join sentences, and those for the codes that outputs have: a renderer takes none of its own."""

from __future__ import annotations

from types import MappingProxyType

from kb.language.syntax import Provenance
from kb.language.terms import printable

_COUNTED = ("year", "month", "week", "day", "hour", "minute", "time", "line", "cycle", "course", "dose", "point")
OF_ONE = MappingProxyType({f"{each}s": each for each in _COUNTED} | {"are": "is", "were": "was", "have": "has"})
"""Words for what is counted, whatever the argument is called, and the verbs after these: where the number is one."""
CATALOGUE = MappingProxyType(
    {
        "and": " and ",
        "or": "or",
        "not": "not so: {0}",
        "unknown": "not documented: whether {0}",
        "shown_that": "the record shows that {0}",
        "shown": "the record shows this: {0}",
        "not_shown_that": "the record does not show that {0}",
        "not_shown": "the record does not show this: {0}",
        "denied": "said not to be so: {0}",
        "not_documented": "not documented",
        "unanswered": "not documented: {0}",
        "none_recorded": "nothing is recorded on this: {0}",
        "blank": "[{0}]",
        "called": "\N{LEFT DOUBLE QUOTATION MARK}{0}\N{RIGHT DOUBLE QUOTATION MARK}",
        "for_some": "for some {0}, {1}",
        "for_no": "not so for any {0}: {1}",
        "all_so": "all of these: {0}",
        "at_least": "at least {0}: {1}",
        "at_most": "at most {0}: {1}",
        "more_than": "more than {0}: {1}",
        "found": "{0} of {1}",
        "found_none": "none found",
        "count_found": "the number is {0}: {1}",
        "sum_found": "the sum is {0}: {1}",
        "max_found": "the last in order is {0}: {1}",
        "min_found": "the first in order is {0}: {1}",
        "would_do": "{0} would do (not documented)",
        "would_do_of": "one of these would do (not documented): {0}",
        "may_count": "not documented: whether {0} count",
        "several_would_do": "{1} of {0} would do (not documented)",
        "several_would_do_of": "{1} of these would do (not documented): {0}",
        "too_few": "not documented, and too few to do: {0}",
        "may_be_more": "not documented: whether there are more",
        "any_of": "for {0} of {1}: {2}",
        "any_other_of": "for {0} other of {1}: {2}",
        "chosen": "it",
        "the_same": "the same one",
        "some_of": "{0} of {1}",
        "some_other_of": "{0} other of {1}",
        "not_needed": "{0}: not needed here",
        "more_facts": "and {0} more",
        "other_ways": "or {0} other ways",
        "reports_made": "reports made: {0}; kept: {1}; see {2}",
        "things_not_mapped": "{0} thing(s) in the bundles are not mapped; `priorlog import fhir` lists them",
        "another": "{0} (another one)",
        "any_other": "{0} (of any other)",
        "itself": "depends on itself",
        "more_witnesses": "and {0} more",
        "and_more": "{0} and {1} more",
        "contested": "{0} (rests on conflicting evidence)",
        "conflict": "in conflict with: {0}",
        "no_case": "nothing is stated about a case of that name: {0}; {1}",
        "case_file": "a case file is named with `--case FILE`, or loaded at the prompt",
        "interview": "interview",
        "nobody_named": "someone not named",
        "questionnaire": "What is asked about case {0}",
        "nothing_to_ask": "no answer to a question that is left can change the determination: {0}",
        "enabled_untried": "not all answers could be tried in time: more items are enabled than may matter",
        "answers_taken": "answers that are put at the end of {1}: {0}; so far: {2}",
        "no_answers_taken": "no answer says more than is documented, and no file is written; so far: {0}",
        "to_look_at": "to check: {0}",
        "approved": "Approved, for a clinician to confirm.",
        "pended": "Pended: a person decides.",
        "insurer_not_stated": "the insurer is not stated",
        "task": "Any one of the ways, with all that it asks for, would meet the criteria.",
        "task_without_ways": "What is documented does not settle all criteria.",
        "in_way": "way {0} of {1}",
        "is_complete": "Is the record of {0} complete, so that what it does not state is not so?",
        "differs": "what would differ:",
        "differs_case": "what would differ in the record of case {0}:",
        "differs_added": "also documented: {0}",
        "differs_removed": "no longer documented: {0}",
        "differs_holds": "then this holds: {0}",
        "differs_fails": "then this no longer holds: {0}",
        "no_first": "{0} does not hold; `{1}` says why",
        "second_too": "{0} holds too",
        "no_swap": "no change of facts that can be stated was found that swaps the two",
        "more_swaps": "there are more than these: `--limit N` shows N of each",
        "flip_of_case": "{0}: {1} ({2})",
        "flip_of_case_alone": "{0}: {1}",
        "case_under": "{0} under {1}",
        "flip_to": "{0} -> {1}",
        "flip_still": "still {0}",
        "flip_of_criterion": "{0}: {1} -> {2}",
        "no_flips": "no determination of the loaded cases changes",
        "flips_left_out": "what it does to {0} more cases was not looked at",
        "changed_program": "the program is not as it was read of its files: `listing.` shows what was changed at the prompt",
        "not_reviewed": "not reviewed",
        "no_criterion": "no criterion",
        "more_ways": "There are more than these {0}: `missing {1} --limit N` shows N.",
        "gap": "{0}: any one of these",
        "sets": "Any one of these, if it were documented, would meet the criteria:",
        "sets_with": "Any one of these, if it were documented together with {0}, would meet the criteria:",
        "search_none": "no facts that agree with what is documented would {0}",
        "search_not_asked": "no question asks for what would {0}",
        "search_not_found": "nothing was found that would {0}, and not everything was tried",
        "search_given_up": "the search for what would {0} was given up",
        "search_more": "there may be others than these",
        "make_hold": "make the goal hold",
        "meet_criteria": "meet the criteria",
        "not_asked": "that is about facts of {0}",
        "not_asked_record": "that is about the statement that the record of {0} is complete",
        "bound_least": "{0} or more",
        "bound_above": "more than {0}",
        "bound_most": "{0} or less",
        "bound_below": "less than {0}",
        "bound_least_date": "on or after {0}",
        "bound_above_date": "after {0}",
        "bound_most_date": "on or before {0}",
        "bound_below_date": "before {0}",
        "bound_between": "from {0} to {1}",
        "same_day": "{0} is {1}",
        "other_day": "{0} is not {1}",
        "on_or_after": "{0} is on or after {1}",
        "after": "{0} is after {1}",
        "days_or_more": "{0} is {1} days or more after {2}",
        "days_or_less": "{0} is at most {1} days after {2}",
        "days_exactly": "{0} is {1} days after {2}",
        "days_not": "{0} is not {1} days after {2}",
        "where_bound": "{0}: {1}",
        "bounds_separate": "which {0} go together is not told",
        "individuals": "of {0} of {1} there were told apart {2} values that nothing mentions",
        "argument": "argument {0}",
        "argument_named": "argument {0} ({1})",
        "given_up_steps": "it takes more steps than are allowed",
        "given_up_sets": "the sets are too many, or too hard to find",
        "given_up_rows": "too many facts that an aggregate is over are not documented",
        "given_up_names": "it would be stated under another name than is asked for",
        "given_up_time": "it takes longer than is allowed",
        "given_up_computed": "something is computed of values that are not documented, and was not looked at",
        "given_up_replay": "a set that was found did not stand the trial",
        "difference": "What changes from {0} to {1}",
        "decision": "Decision",
        "verdict": "Verdict",
        "smallest_cases": "How it changes, and in how small a case",
        "flip": "{0} → {1}",
        "flip_size": "{0} (facts: {1})",
        "flip_undecided": "{0} (not decided)",
        "flip_title": "{0}: {1}, in the smallest case, of {2} facts",
        "no_flip": "in no case",
        "no_flip_in_scope": "in no case with as many values as were looked at",
        "no_other_in_scope": "no other with as many values as were looked at",
        "same_rules": "the same rules",
        "only_old": "only in the old policy",
        "only_new": "only in the new policy",
        "old_policy": "{0} under the old policy: {1}",
        "new_policy": "{0} under the new policy: {1}",
        "not_edited": "the program is as its files say",
        "as_read": "the program as it was read",
        "as_now": "the program as it is now",
        "looked_at": "What was looked at",
        "population": "In the population",
        "population_flips": "Cases that both policies decide: {0}.",
        "population_aside": "Cases that only the old policy decides: {0}; only the new: {1}.",
        "population_same": "No determination and no status changes.",
        "population_column": "Column",
        "population_flip": "How it changes",
        "population_count": "Cases",
        "population_examples": "Among them",
        "all_same": "The rules for every decision are the same in both policies.",
        "requests_for": "requests for {0}, {1}, dated {2}",
        "days_from_to": "on each of {0} days from {1} to {2}: those that the rules mention, and the days after them",
        "stated_of": "all that a case can state, for and against, and that its record is complete, of {0}; what rules conclude of these is stated as such",
        "no_conflicts": "cases without conflicting evidence, and without what is impossible",
        "generated_lead": "Found by the solver: it shows values of literals that no other test shows. What is expected below is what the\npolicy says now: confirm it, or mend the policy.",
        "to_confirm": "{0} has what the policy says now, for you to confirm",
        "not_generated": "no case was found for {0} values of literals; `--coverage` lists them",
        "nothing_to_generate": "there is nothing to generate: the tests show every value",
        "mutants": "Edits of the policy",
        "mutant_place": "Place",
        "mutant_edit": "Edit",
        "mutant_fate": "What became of it",
        "mutant_by": "By",
        "in_case_of": "a case of {0} facts",
        "outcome": "Outcome",
        "test_for_flip": "The smallest case found that shows this change: {0}: {1}. What is expected below is what the new policy\nsays: confirm it, or mend the policy.",
        "test_for_edit": "notices an edit at {0}: {1}",
        "closed_world": "read in a closed world",
        "derived": "derived",
        "by_rule": "by the rule at {0}:{1}",
        "against": "against it: {0}",
        "because": "{0} ({1})",
        "step": "Step ({0}):",
        "because_of": ", because: ",
        "complete_beside": "complete record: {0}, as stated, also where rules could conclude more from records that are open: {1}",
        "complete_beyond": "{0}, but a rule concludes what it does not state: {1}",
        "complete_against": "{0}, but a rule could conclude more, with what is not documented, from this: {1}",
        "rests_on": "{0}, which rests on this: {1}",
        "none": "none",
        "no_other": "nothing says so",
        "at_least_of": "for at least {0} different values of {1}, {2}",
        "at_least_one_of": "for at least one {0}, {1}",
        "at_most_one_of": "for at most one {0}, {1}",
        "at_most_of": "for at most {0} different values of {1}, {2}",
        "another_value": "other {0}",
        "argument_is": "{0} is {1}",
        "recognised_names": "any {0} of the {1:,} that are recognised",
        "any_integer": "a whole number",
        "any_decimal": "a number",
        "any_date": "a date",
        "any_string": "a text",
        "also_called": "also called",
        "count_of": "number of {0} of which this is so: {1}",
        "sum_of": "sum of {0} of which this is so: {1}",
        "max_of": "last in order of {0} of which this is so: {1}",
        "min_of": "first in order of {0} of which this is so: {1}",
        "is_amount": "{0} is the {1}",
        "no_amount": "there is no {0}",
        "unknown_amount": "not documented: the {0}",
        "alternative": "({0})",
        "member_is": "{0} is {1}",
        "limit": "at most {0} {1} for {2} days",
        "open_limit": "with a limit of quantity that depends on what is not documented",
        "no_limit": "without a limit of quantity",
        "as_of": "as of: the case is reviewed as if its request were dated {0}",
        "closed_records": "closed world: every record is taken to be complete",
        "complete_record": "complete record: {0}, as stated; what it leaves out counts as not so",
        "derived_fact": "concluded by a rule, not stated: {0}",
        "change_month": "change month: the request falls in the month of a policy change, which is counted from its first day, {0}",
        "reconstructed": "reconstructed version: the policy as of {0} is reconstructed from the policy's history",
        "recorded_as": "recorded as {0}",
        "reading": "reading: {0}",
        "conflicting": "conflict: {0}, and {1}",
        "not_recognised": "the name \N{LEFT DOUBLE QUOTATION MARK}{0}\N{RIGHT DOUBLE QUOTATION MARK} is not recognised, so it decides nothing, and the record of {1} counts as incomplete",
        "drug_not_recognised": "the requested drug, \N{LEFT DOUBLE QUOTATION MARK}{0}\N{RIGHT DOUBLE QUOTATION MARK}, is not recognised, so that no policy is found for it",
        "not_told_apart": "\N{LEFT DOUBLE QUOTATION MARK}{0}\N{RIGHT DOUBLE QUOTATION MARK} stands for several, such as {1}, and which of them is meant is not told, so it decides nothing, and the record of {2} counts as incomplete",
        "meant_perhaps": "{0} (perhaps {1} is meant)",
    }
)
"""Phrases by name."""


_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(count: int) -> str:
    """A small number in words, a larger one in digits.

    >>> number(2)
    'two'
    """
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def say(key: str, *words: object) -> str:
    """A phrase of the catalogue with its words filled in."""
    return CATALOGUE[key].format(*words)


def place(file: str, line: int | None, source: Provenance | None, recorded_as: str | None = None) -> str:
    """Where a fact is stated: what its source says comes first, and then the file and line; without a source these alone;
    then the name that it has there, if it is another than is meant.

    >>> place("c1.pl", 12, Provenance("oncology note, page 3", "nurse reviewer"))
    'oncology note, page 3; nurse reviewer (c1.pl:12)'
    >>> place("<interview>", None, Provenance("interview", "Ada"), "F")
    'interview; Ada (recorded as F)'
    """
    at = written_at(file, line, source, recorded_as)
    if source is None:
        return at
    return source_words(source) + (f" ({at})" if at else "")


def written_at(file: str, line: int | None, source: Provenance | None, recorded_as: str | None = None) -> str:
    """The file and line of a fact, or where it has none and no source, who asserted it; then the name that it has there."""
    at = f"{file}:{line}" if line else file if source is None else ""
    name = say("recorded_as", recorded_as) if recorded_as is not None else ""
    return one_line(", ".join(filter(None, (at, name))))


def source_words(source: Provenance) -> str:
    """What a source says: its text, then who stated it and when."""
    stated = ", ".join(filter(None, (source.by, source.on.isoformat() if source.on else None)))
    return one_line("; ".join(filter(None, (source.text, stated))))


def one_line(text: str) -> str:
    """The text with nothing that a terminal or a line could take amiss."""
    return printable(text).replace("\n", " ")


DETERMINATIONS = MappingProxyType(
    {
        "meets_criteria": ("the documented facts meet all criteria of the policy", "green"),
        "criteria_not_met": ("the documented facts show that not all criteria are met", "red"),
        "more_information_needed": ("what is documented does not settle all criteria", "yellow"),
        "investigational": ("the policy in force does not cover the stated indication", "red"),
        "conflicting_evidence": ("the record contradicts itself, or says what cannot be", "red"),
        "no_policy_in_force": ("no policy for such a request is in force on its date", "yellow"),
    }
)
"""What each determination says, and the colour that goes with it."""

STATUSES = MappingProxyType(
    {"met": "met", "not_met": "not met", "not_documented": "not documented", "not_applicable": "not applicable"}
)

QUANTITIES = MappingProxyType(
    {
        "within_limit": "within the limit",
        "over_limit": "over the limit",
        "unlisted_strength": "a strength that the policy does not list",
        "not_documented": "not documented",
        "unanswered": "not documented: {0}",
        "none_recorded": "nothing is recorded on this: {0}",
    }
)

SPELLINGS = MappingProxyType(
    {
        "dlbcl": "DLBCL",
        "b cell": "B-cell",
        "non hodgkin": "non-Hodgkin",
        "non st elevation": "non-ST-elevation",
        "st elevation": "ST-elevation",
        "five ht3": "5-HT3",
        "anti cd38": "anti-CD38",
        "pre service": "pre-service",
        "post service": "post-service",
    }
)
"""How words are spelled that a name of the language cannot have as they are."""
