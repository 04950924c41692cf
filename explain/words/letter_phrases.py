"""What letters say by themselves, to each reader: a requirement or a fact has words of its own (`letter_words.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from explain.words.letter_words import Reader

_PATIENT = {
    "title": "About your request for {0}",
    "about": "This letter is about {0} {1}, dated {2}.",
    "initial": "your first request for",
    "renewal": "your request to go on with",
    "other": "your request for",
    "meets_criteria": "Your record shows all that the plan asks for.",
    "criteria_not_met": "The plan asks for some things that your record does not show. A clinician will look at this and decide.",
    "more_information_needed": "Some facts that the plan asks for are not in your record yet. It is still open what they will show.",
    "investigational": "The plan lists the uses of this drug. The illness in the request is not one of them. A clinician will "
    "look at this and decide.",
    "conflicting_evidence": "Some facts in your record do not fit together. They have to be put right first.",
    "no_policy_in_force": "On that day the plan had no rules for a request of this kind.",
    "why": "What the record does not show yet",
    "why_conflict": "What does not fit",
    "why_uncovered": "The reason",
    "conflict": "Your record says both of these, or they follow from it:",
    "impossible": "This cannot be right:",
    "not_recognised": "There is a name in your record that we do not know: {0}.",
    "requirement_not_met": "The plan asks for this. Your record falls short of it: {0}.",
    "requirement_not_documented": "The plan asks for this. Your record leaves it open: {0}.",
    "shows": "By your record, {0}.",
    "way": "{0}:",
    "what_helps": "What would help",
    "correction": "If your record is wrong or has changed, these would help:",
    "ask": "A note that shows this, if it is so: {0}.",
    "one_would_do": "If it is true for you, this would be enough:",
    "all_would_do": "If they are true for you, these would be enough when taken together:",
    "any_would_do": "If it is true for you, any one of these would be enough:",
    "gap": "{0}. {1}",
    "together": "All of these",
    "more_ways": "There may be other ways too. Your doctor can ask for the full list.",
    "no_way_found": "We did not find which facts would settle this. Please ask your doctor.",
    "note": "A note that {0}.",
    "thing": "Please send {0}.",
    "yes_to": "The answer yes to this: {0}",
    "no_to": "The answer no to this: {0}",
    "answer_to": "The answer to this: {0}",
    "bounds": "{0} would do",
    "settle_impossible": "Please ask your doctor to put this right.",
    "settle_conflict": "Please ask your doctor which is right.",
    "right_illness": "If the request has the wrong illness, please send the right one.",
    "allowed": "The plan's rules then allow treatment from {0} until {1}, {2}.",
    "amount": "The amount",
    "within_limit": "The amount that was asked for is within the plan's limit.",
    "over_limit": "The amount that was asked for is more than the plan's limit.",
    "unlisted_strength": "The plan does not list the strength that was asked for.",
    "not_documented": "The strength or the amount is not in your record.",
    "decides": "Who decides",
    "closing": "A computer compared your record with the plan's rules. It does not decide. A clinician decides.",
}
_PRESCRIBER = {
    "title": "About the request for {0}",
    "about": "This letter is about {0} {1}, dated {2}.",
    "initial": "the initial request for",
    "renewal": "the request to continue",
    "other": "the request for",
    "meets_criteria": "The documented facts meet all criteria of the policy.",
    "criteria_not_met": "The record, as it stands, falls short of some criteria of the policy. A clinician will look at this and decide.",
    "more_information_needed": "What is documented leaves some criteria open. They may be met or not once the facts below are known.",
    "investigational": "The policy does not list the condition that is named in the request. A clinician will look at this and decide.",
    "conflicting_evidence": "The record contradicts itself, or says what cannot be. It has to be put right before the criteria can "
    "be judged.",
    "no_policy_in_force": "On that date no policy was in force for a request of this kind.",
    "why": "What the record does not show",
    "why_conflict": "What does not fit",
    "why_uncovered": "The reason",
    "conflict": "The record says both of these, or they follow from it:",
    "impossible": "This cannot be right:",
    "not_recognised": "A name in the record is not recognised: {0}.",
    "requirement_not_met": "The policy asks for this; the record falls short of it: {0}.",
    "requirement_not_documented": "The policy asks for this; the record leaves it open: {0}.",
    "shows": "The record shows that {0}.",
    "way": "{0}:",
    "what_helps": "What would change this",
    "correction": "If the record is wrong, incomplete or out of date, please send:",
    "ask": "What shows this, if it is so: {0}.",
    "one_would_do": "This would be enough, if it is so:",
    "all_would_do": "These together would be enough, if they are so:",
    "any_would_do": "Any one of these would be enough, if it is so:",
    "gap": "{0}. {1}",
    "together": "All of these",
    "more_ways": "There may be other ways; these ask for least.",
    "no_way_found": "It was not found which facts would settle the request.",
    "note": "A note that {0}.",
    "thing": "{0}.",
    "yes_to": "The answer yes to this: {0}",
    "no_to": "The answer no to this: {0}",
    "answer_to": "The answer to this: {0}",
    "bounds": "{0} would do",
    "settle_impossible": "A correction of the record.",
    "settle_conflict": "A correction of the record that says which is right.",
    "right_illness": "If the request names the wrong condition: the right one.",
    "allowed": "That allows treatment from {0} until {1}, {2}.",
    "amount": "The quantity",
    "within_limit": "The requested quantity is within the limit.",
    "over_limit": "The requested quantity is over the limit.",
    "unlisted_strength": "The policy does not list the requested strength.",
    "not_documented": "The strength or the quantity is not documented.",
    "decides": "Who decides",
    "closing": "Software compared the record with the policy. It does not decide. A clinician decides.",
}
PHRASES: Mapping[Reader, Mapping[str, str]] = MappingProxyType(
    {Reader.PATIENT: MappingProxyType(_PATIENT), Reader.PRESCRIBER: MappingProxyType(_PRESCRIBER)}
)
"""Phrases by reader and name."""
COUNT_FOUND = "It shows {0}."
MOST_NAMED = 4
"""Of more interchangeable names than these, a letter says what they have in common, where there are words for it."""
COUNT_OF = "{0} of {1}"
COUNT_OTHER = "{0} other of {1}"
SAME = "the same one"


def tell(reader: Reader, key: str, *words: object) -> str:
    """A phrase for a reader with its words filled in."""
    return PHRASES[reader][key].format(*words)
