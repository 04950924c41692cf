"""The words of reports for the codes that the outputs have."""

from __future__ import annotations

from types import MappingProxyType

DETERMINATIONS = MappingProxyType(
    {
        "meets_criteria": ("the documented facts meet all criteria of the policy", "green"),
        "criteria_not_met": ("the documented facts show that not all criteria are met", "red"),
        "more_information_needed": ("what is documented does not settle all criteria", "yellow"),
        "investigational": ("the policy in force does not cover the stated indication", "red"),
        "conflicting_evidence": ("the record says both that something is so and that it is not", "red"),
        "no_policy_in_force": ("no policy for the requested drug is in force on the date of the request", "yellow"),
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
        "unlisted_strength": "a tablet strength that the policy does not list",
        "not_documented": "not documented",
    }
)

SPELLINGS = MappingProxyType(
    {
        "dlbcl": "DLBCL",
        "b cell": "B-cell",
        "five ht3": "5-HT3",
        "anti cd38": "anti-CD38",
    }
)
"""How words are spelled that a name of the language cannot have as they are."""
