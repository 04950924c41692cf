"""Priorlog from Python: `import priorlog`.

A program is loaded from rule files, by default the policies that come with the product, and asked:

>>> import priorlog
>>> program = priorlog.load(cases="examples/cases/03_rrmm_second_proteasome_inhibitor_open.pl")
>>> (case,) = program.cases
>>> review = case.review()
>>> review.determination.value
'more_information_needed'
>>> [[fact.fact.partition("(")[0] for fact in facts] for facts in review.missing]
[['refractory'], ['refractory']]
>>> case.next_question().text
'To which drugs is the disease refractory?'

Results are values that do not change: `to_dict` and `to_json` give what the command line prints as JSON, `str` what it prints as text, and a
notebook shows them as pages. What cannot be answered raises `ProgramError`, whose `diagnostics` say what is wrong, where, and what to
write instead.
"""

from engine.policies import Determination, Quantity, Status
from explain.api.program import Case, Program, Question, load
from explain.api.results import (
    Answers,
    Authorization,
    Criterion,
    Difference,
    Evidence,
    Explanation,
    Letter,
    Missing,
    MissingFact,
    Policy,
    Review,
    TestResult,
    TestRun,
    Verdict,
)
from explain.api.values import Value
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.truth import Truth

__all__ = [
    "Answers",
    "Authorization",
    "Case",
    "Criterion",
    "Determination",
    "Diagnostic",
    "Difference",
    "Evidence",
    "Explanation",
    "Letter",
    "Missing",
    "MissingFact",
    "Policy",
    "Program",
    "ProgramError",
    "Quantity",
    "Question",
    "Review",
    "Status",
    "TestResult",
    "TestRun",
    "Truth",
    "Value",
    "Verdict",
    "load",
]
