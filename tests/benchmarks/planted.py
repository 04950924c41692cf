"""Mistakes planted in the Xpovio policy, one at a time, and which tool finds each: python -m tests.benchmarks.planted [NAME...]

Each is an edit of the text of the policy, or of a file of the library that it loads, in a copy. Tried in this order: `check`, what `check --deep`
finds without edits, what it finds by edits, the policy tests. A finding counts that the policy as it is does not have.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.checks import check
from explain.authoring.deep import Deep
from explain.authoring.pool import own_files
from explain.cli.authoring import deep_findings
from explain.workspace import Workspace
from kb.language import loader
from kb.language.loader import load_files

POLICY = "xpovio.pl"
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Planted:
    """A mistake: what is replaced in a file, and by what; once, or wherever it stands."""

    name: str
    old: str
    new: str
    file: str = POLICY
    everywhere: bool = False


_PI = "at_least(2, Agent, (drug_class(Agent, proteasome_inhibitor), refractory(Case, Agent)))"
_AGE = "    age(Birth, Date, Years),\n    minimum_age(selinexor, Minimum),\n    Years >= Minimum."
_MM = "initial_multiple_myeloma(Case) :-\n    in_force(Case, xpovio, multiple_myeloma),\n    requested_for(Case, multiple_myeloma),\n"
_MONITOR = "criterion(xpovio, initial, 4, monitoring, monitoring_agreed).\n"
_DEX = "with_dexamethasone(Case) :- combination(Case, dexamethasone).\n"
_FOUR = (
    "four_prior_therapies(Case) :-\n    request(Case, _, _, _),\n    at_least(4, Line, prior_therapy(Case, Line, _))."
)
_PROPHYLAXIS = "antiemetic_prophylaxis(Case) :-\n    request(Case, _, _, _),\n    at_least(1, Agent, (antiemetic(Agent), prophylaxis(Case, Agent)))."
_DLBCL = "    requested_for(Case, diffuse_large_b_cell_lymphoma),\n"
_ALTERNATIVE = "alternative(xpovio, initial, diagnosis, 3, diffuse_large_b_cell_lymphoma, initial_diffuse_large_b_cell_lymphoma).\n"

PLANTED = (
    Planted("one_pi", _PI, _PI.replace("at_least(2", "at_least(1")),
    Planted("age_21", "minimum_age(selinexor, 18).", "minimum_age(selinexor, 21)."),
    Planted("typo_pred", "    four_prior_therapies(Case),\n", "    four_prior_therapy(Case),\n"),
    Planted("typo_class", _PI, _PI.replace("proteasome_inhibitor", "proteasome_inhibitors")),
    Planted("typo_value", "relapsed_or_refractory_myeloma(Case) :- disease_status(Case, relapsed).", "relapsed_or_refractory_myeloma(Case) :- disease_status(Case, relapse)."),
    Planted("typo_monitor", "agrees_to_monitor(Case, body_weight).", "agrees_to_monitor(Case, bodyweight)."),
    Planted("forgot_conjunct_top", _MONITOR, ""),
    Planted("forgot_conjunct_alt", "    refractory_to_two_proteasome_inhibitors(Case),\n", ""),
    Planted("forgot_indication", _MM, _MM.replace("    requested_for(Case, multiple_myeloma),\n", "")),
    Planted("swapped_args", "age(Birth, Date, Years)", "age(Date, Birth, Years)"),
    Planted("swapped_untyped", "requested_for(Case, Condition) :- kind_of(Kind, Condition)", "requested_for(Case, Condition) :- kind_of(Condition, Kind)", "policies.pl"),
    Planted("swapped_combo", _DEX, "with_dexamethasone(Case) :- combination(dexamethasone, Case).\n"),
    Planted("naf_for_strong", "\\+ disease_progression(Case)", "-disease_progression(Case)"),
    Planted("naf_for_strong_toxicity", "\\+ unacceptable_toxicity(Case)", "-unacceptable_toxicity(Case)"),
    Planted("double_neg_bug", "\\+ disease_progression(Case)", "disease_progression(Case)"),
    Planted(
        "overlap_alternative",
        _ALTERNATIVE,
        _ALTERNATIVE
        + "alternative(xpovio, initial, diagnosis, 4, with_dexamethasone_alone, myeloma_with_dexamethasone).\n"
        + "alternative_condition(xpovio, with_dexamethasone_alone, multiple_myeloma).\n"
        + ":- pred myeloma_with_dexamethasone(Case: case) :: 'the request is for myeloma, with dexamethasone'.\n"
        + ":- cite(myeloma_with_dexamethasone/1, 'Prior-Approval Requirements / Diagnoses / 1').\n"
        + "myeloma_with_dexamethasone(Case) :- requested_for(Case, multiple_myeloma), with_dexamethasone(Case).\n",
    ),
    Planted("subsumed_rule", _DEX, _DEX + "with_dexamethasone(Case) :- combination(Case, dexamethasone), prophylaxis(Case, ondansetron).\n"),
    Planted(
        "unreachable_rule",
        "relapsed_or_refractory_myeloma(Case) :- refractory(Case, _).",
        "relapsed_or_refractory_myeloma(Case) :- refractory(Case, _).\nrelapsed_or_refractory_myeloma(Case) :- sex(Case, female), sex(Case, male).",
    ),
    Planted("wrong_variable", _PI, _PI.replace("at_least(2, Agent,", "at_least(2, Agents,")),
    Planted("wrong_variable2", "    From @< Later,\n    Later @=< Date.", "    From @< From,\n    Later @=< Date.", "policies.pl"),
    Planted("unsat", _FOUR, _FOUR.replace("_, _),\n", "_, _),\n    at_most(3, Earlier, prior_therapy(Case, Earlier, _)),\n", 1)),
    Planted("unsat_age", "    Years >= Minimum.", "    Years >= Minimum,\n    Years < Minimum."),
    Planted("unsat_functional", _MM, _MM + "    indication(Case, multiple_myeloma),\n    indication(Case, diffuse_large_b_cell_lymphoma),\n"),
    Planted("always_met", "minimum_age(selinexor, 18).", "minimum_age(selinexor, 0)."),
    Planted("always_met2", _PROPHYLAXIS, "antiemetic_prophylaxis(Case) :- request(Case, _, _, _)."),
    Planted("boundary", "    Years >= Minimum.", "    Years > Minimum."),
    Planted("criterion_unlisted", "criterion(xpovio, renewal, 4, monitoring, monitoring_agreed).\n" , ""),
    Planted("criterion_typo_pred", _MONITOR, _MONITOR.replace("monitoring_agreed", "monitoring_agree")),
    Planted("criterion_dup_number", _MONITOR, _MONITOR.replace("initial, 4", "initial, 3")),
    Planted("alt_wrong_criterion", _ALTERNATIVE, _ALTERNATIVE.replace("initial, diagnosis", "initial, diagnoses")),
    Planted("alt_not_listed", _ALTERNATIVE, ""),
    Planted("alternative_condition_missing", "alternative_condition(xpovio, diffuse_large_b_cell_lymphoma, diffuse_large_b_cell_lymphoma).\n", ""),
    Planted("tighten_renewal", "criterion(xpovio, renewal, 6,", "criterion(xpovio, renewal, 7, dexamethasone, with_dexamethasone).\ncriterion(xpovio, renewal, 6,"),
    Planted("item_since_typo", "item_since(xpovio, contraception, 2021-05-01).", "item_since(xpovio, contraception, 2031-05-01)."),
    Planted("cite_typo", ":- cite(four_prior_therapies/1, 'Prior-Approval Requirements / Diagnoses / 2.a').", ":- cite(four_prior_therapies/1, 'Prior-Approval Requirements / Diagnoses / 2.f')."),
    Planted("quantity_swapped", "quantity_limit(selinexor, 96, 84).", "quantity_limit(selinexor, 84, 96)."),
    Planted("drug_class_wrong", "drug_class(selinexor, nuclear_export_inhibitor).", "drug_class(selinexor, nuclear_export_inhibitor).\ndrug_class(ixazomib, immunomodulatory_agent)."),
    Planted("dup_brand_swap", "brand(xpovio, selinexor).", "brand(xpovio, selinexor).\nbrand(bortezomib, velcade)."),
)  # fmt: skip


@contextmanager
def planted_in(mistake: Planted | None) -> Iterator[Path]:
    """The policy with a mistake, in a copy of the rule files that stands in the place of those that are shipped."""
    shipped, prelude = loader.SHIPPED, loader.PRELUDE
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "kb"
        for name in ("library", "policies"):
            shutil.copytree(shipped / name, root / name)
        path = (
            root
            / ("policies" if mistake is None or mistake.file == POLICY else "library")
            / (POLICY if mistake is None else mistake.file)
        )
        if mistake is not None:
            old = path.read_text(encoding="utf-8")
            assert mistake.old in old, f"{mistake.name}: {mistake.old!r} is not in {mistake.file}"
            path.write_text(old.replace(mistake.old, mistake.new, 1), encoding="utf-8")
        loader.SHIPPED, loader.PRELUDE = root, root / "library" / prelude.name
        try:
            yield root / "policies" / POLICY
        finally:
            loader.SHIPPED, loader.PRELUDE = shipped, prelude


def findings(policy: Path, *, by_edits: bool) -> Iterator[Place]:
    """What the tools say of a policy, each by the tool and the message."""
    loaded = load_files([policy])
    found = check(loaded)
    yield from (("check", f"{each.code} {each.message}") for each in found)
    if any(each.is_error for each in found):
        return
    workspace = Workspace.open([policy])
    deep = Deep(workspace.rules, workspace.loaded.program, own_files(workspace, [str(policy)]))
    for each in (*deep.at_once(), *deep.findings()):
        yield "check --deep", f"{each.diagnostic.code} {each.diagnostic.message}"
    if by_edits:  # in this process: another would have the rule files that are shipped
        for each in deep_findings([str(policy)], workspace, lambda share, what: None, 1):
            yield "check --deep", f"{each.diagnostic.code} {each.diagnostic.message}"


def main(names: list[str]) -> None:
    """Prints which tool finds each mistake, and what it says."""
    with planted_in(None) as policy:
        known = {said for _, said in findings(policy, by_edits=True)}
    missed = []
    for mistake in PLANTED:
        if names and mistake.name not in names:
            continue
        begun = time.perf_counter()
        with planted_in(mistake) as policy:
            tried = (each for by_edits in (False, True) for each in findings(policy, by_edits=by_edits))
            found = next((each for each in tried if each[1] not in known), None)
        missed += [mistake.name] if found is None else []
        tool, said = found or ("-", "")
        print(f"{mistake.name:32} {tool:14} {time.perf_counter() - begun:5.1f} s  {said[:150]}", flush=True)
    print(f"not found by check and check --deep: {', '.join(missed) or 'none'}")


if __name__ == "__main__":
    main(sys.argv[1:])
