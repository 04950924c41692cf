"""The vocabularies of the library: what people write in charts, claims and registries has one meaning, and the right one."""

from __future__ import annotations

from functools import cache

import pytest

from kb.language.loader import POLICY_FILES, SHIPPED, load_files
from kb.language.syntax import AtomF, Clause
from kb.language.terms import Atom, Int, plain_text
from kb.names import TypeNames, folded

TYPES = {
    "agent": ("known_agent", ["other_name"]),
    "condition": ("known_condition", ["condition_name", "icd10cm", "snomed_ct", "broad_name", "broad_icd10cm"]),
    "response": ("known_response", ["response_name"]),
    "disease_status": ("known_status", ["status_name"]),
    "sex": ("known_sex", ["sex_name"]),
    "monitored": ("known_monitored", ["monitored_name"]),
    "request_kind": ("known_request_kind", ["request_kind_name"]),
}
"""For each type, the predicate of its constants and those of further names: a name, and a constant that it stands for."""
BROAD = ("broad_name", "broad_icd10cm")
"""The predicates of names that leave open which constant is meant."""

AGENTS = """
velcade = bortezomib
VELCADE = bortezomib
Bortezomib SC = bortezomib
btz = bortezomib
kyprolis = carfilzomib
ninlaro = ixazomib
revlimid = lenalidomide
len = lenalidomide
pomalyst = pomalidomide
pom = pomalidomide
thalomid = thalidomide
darzalex = daratumumab
dara = daratumumab
Darzalex Faspro = daratumumab_and_hyaluronidase
daratumumab-hyaluronidase-fihj = daratumumab_and_hyaluronidase
daratumumab_and_hyaluronidase_fihj = daratumumab_and_hyaluronidase
sarclisa = isatuximab
isatuximab-irfc = isatuximab
isatuximab_irfc = isatuximab
isa = isatuximab
empliciti = elotuzumab
blenrep = belantamab_mafodotin
abecma = idecabtagene_vicleucel
carvykti = ciltacabtagene_autoleucel
tecvayli = teclistamab
talvey = talquetamab
elrexfio = elranatamab
farydak = panobinostat
venclexta = venetoclax
Xpovio = selinexor
dex = dexamethasone
Decadron = dexamethasone
pred = prednisone
cytoxan = cyclophosphamide
alkeran = melphalan
evomela = melphalan
doxil = liposomal_doxorubicin
adriamycin = doxorubicin
bendeka = bendamustine
treanda = bendamustine
oncovin = vincristine
rituxan = rituximab
truxima = rituximab
polivy = polatuzumab_vedotin
monjuvi = tafasitamab
zynlonta = loncastuximab_tesirine
yescarta = axicabtagene_ciloleucel
kymriah = tisagenlecleucel
epkinly = epcoritamab
columvi = glofitamab
VRd = bortezomib, lenalidomide, dexamethasone
RVD = bortezomib, lenalidomide, dexamethasone
KRd = carfilzomib, lenalidomide, dexamethasone
DRd = daratumumab, lenalidomide, dexamethasone
DVd = daratumumab, bortezomib, dexamethasone
Kd = carfilzomib, dexamethasone
Pd = pomalidomide, dexamethasone
CyBorD = cyclophosphamide, bortezomib, dexamethasone
R-CHOP = rituximab, cyclophosphamide, doxorubicin, vincristine, prednisone
RCHOP = rituximab, cyclophosphamide, doxorubicin, vincristine, prednisone
R-EPOCH = etoposide, prednisone, vincristine, cyclophosphamide, doxorubicin, rituximab
BR = bendamustine, rituximab
ASCT = autologous_stem_cell_transplant
XRT = radiation_therapy
zometa = zoledronic_acid
zofran = ondansetron
ondansetron ODT = ondansetron
anzemet = dolasetron
kytril = granisetron
sancuso = granisetron
aloxi = palonosetron
akynzeo = netupitant, palonosetron
emend = aprepitant
cinvanti = aprepitant
varubi = rolapitant
zyprexa = olanzapine
reglan = metoclopramide
compazine = prochlorperazine
phenergan = promethazine
ativan = lorazepam
bcnu = carmustine
liposomal_doxorubicin = liposomal_doxorubicin
daratumumab SC = daratumumab_and_hyaluronidase
dexamethasone sodium phosphate = dexamethasone
dexamethasone tablets = dexamethasone
melphalan hydrochloride = melphalan
Zofran® = ondansetron
Emend (IV) = fosaprepitant
rituximab-abbs = rituximab
D-VRd = daratumumab, bortezomib, lenalidomide, dexamethasone
bortezomib + dexamethasone = bortezomib, dexamethasone
Velcade+dex = bortezomib, dexamethasone
Velcade & VRd = bortezomib, lenalidomide, dexamethasone
lenalidomide 25 mg daily plus dex 40 mg weekly = lenalidomide, dexamethasone
bortezomib, Revlimid, and dex = bortezomib, lenalidomide, dexamethasone
melphalan_with_prednisone = melphalan, prednisone
daratumumab and hyaluronidase = daratumumab_and_hyaluronidase
VDT-PACE = bortezomib, dexamethasone, thalidomide, cisplatin, doxorubicin, cyclophosphamide, etoposide
DA-R-EPOCH = etoposide, prednisone, vincristine, cyclophosphamide, doxorubicin, rituximab
Pola-R-CHP = polatuzumab_vedotin, rituximab, cyclophosphamide, doxorubicin, prednisone
R2 = rituximab, lenalidomide
R-GemOx = rituximab, gemcitabine, oxaliplatin
Repatha = evolocumab
Lipitor = atorvastatin
rosuvastatin calcium = rosuvastatin
Zetia 10 mg = ezetimibe
Emgality = galcanezumab
erenumab-aooe = erenumab
Ajovy = fremanezumab
divalproex sodium ER = valproate
Toprol-XL = metoprolol
Effexor XR = venlafaxine
"""
"""What charts say of agents, and the agents that they mean."""

REGISTRY = """
dexamethasone lenalidomide bortezomib cyclophosphamide melphalan carfilzomib pomalidomide prednisone daratumumab ixazomib
thalidomide elotuzumab doxorubicin bendamustine panobinostat vincristine liposomal_doxorubicin
"""
"""The agents in the treatments of a public registry of myeloma, by the names used there."""

OTHERS = {
    "condition": """
MM = multiple_myeloma
RRMM = multiple_myeloma
smoldering myeloma = smoldering_multiple_myeloma
plasma cell leukemia = plasma_cell_leukemia
DLBCL = diffuse_large_b_cell_lymphoma
DLBCL NOS = diffuse_large_b_cell_lymphoma
tFL = dlbcl_arising_from_follicular_lymphoma
transformed_follicular_lymphoma = dlbcl_arising_from_follicular_lymphoma
PMBCL = primary_mediastinal_large_b_cell_lymphoma
Richter's transformation = richter_transformation
Waldenström's macroglobulinemia = waldenstrom_macroglobulinemia
NSCLC = lung_cancer
breast cancer = breast_cancer
lupus = systemic_lupus_erythematosus
C90.00 = multiple_myeloma
c9000 = multiple_myeloma
C90.02 = multiple_myeloma
C90.0 = multiple_myeloma
C90.10 = plasma_cell_leukemia
C83.30 = diffuse_large_b_cell_lymphoma
C83.398 = diffuse_large_b_cell_lymphoma
C83.3A = diffuse_large_b_cell_lymphoma
C83.390 = primary_cns_lymphoma
C82.40 = follicular_lymphoma
C85.80 = other_non_hodgkin_lymphoma
C85.90 = diffuse_large_b_cell_lymphoma, other_non_hodgkin_lymphoma
NHL = diffuse_large_b_cell_lymphoma, other_non_hodgkin_lymphoma
C85.10 = diffuse_large_b_cell_lymphoma, other_b_cell_lymphoma
Unspecified B-cell lymphoma = diffuse_large_b_cell_lymphoma, other_b_cell_lymphoma
lymphoma = diffuse_large_b_cell_lymphoma, hodgkin_lymphoma, other_non_hodgkin_lymphoma
LBCL = diffuse_large_b_cell_lymphoma, primary_mediastinal_large_b_cell_lymphoma, high_grade_b_cell_lymphoma
C83.3 = diffuse_large_b_cell_lymphoma, primary_cns_lymphoma
C83.39 = diffuse_large_b_cell_lymphoma, primary_cns_lymphoma
C90 = multiple_myeloma, plasma_cell_leukemia, extramedullary_plasmacytoma, solitary_plasmacytoma
C50 = breast_cancer
C50.911 = breast_cancer
D47.2 = monoclonal_gammopathy
NSTEMI = non_st_elevation_myocardial_infarction
heart attack = myocardial_infarction
PAD = peripheral_arterial_disease
CABG = coronary_artery_bypass_graft
HeFH = heterozygous_familial_hypercholesterolemia
T1DM = type_1_diabetes
migraine without aura = migraine_without_aura
E85.81 = light_chain_amyloidosis
""",
    "response": """
PD = progressive_disease
SD = stable_disease
MR = minimal_response
PR = partial_response
VGPR = very_good_partial_response
CR = complete_response
sCR = stringent_complete_response
complete metabolic response = complete_metabolic_response
""",
    "disease_status": """
R/R = relapsed_or_refractory
Relapsed/Refractory = relapsed_or_refractory
rel/ref = relapsed_or_refractory
in relapse = relapsed
""",
    "sex": """
F = female
Male = male
""",
    "monitored": """
CBC with differential = complete_blood_count
CMP = blood_chemistry
weight = body_weight
CBC, CMP and weight = complete_blood_count, blood_chemistry, body_weight
""",
    "request_kind": """
reauthorization = renewal
continuation = renewal
new = initial
""",
}
"""What charts and claims say of other things, and what they mean."""

UNKNOWN = [
    *(
        ("agent", name)
        for name in ("other", "agent", "velcaid", "chemotherapy", "steroids", "BPd", "IPd", "MTX", "CRd")
    ),
    *(
        ("agent", name)
        for name in (
            "bortezomib/carfilzomib",
            "bortezomib or dex",
            "bortezomib and/or dex",
            "bortezomib +/- dex",
            "bortezomib + - dex",
            "bortezomib and no dex",
            "no bortezomib and dex",
            "bortezomib and dex (held)",
            "bortezomib and velcaid",
            "bortezomib, dex",
        )
    ),
    ("condition", "multiple myeloma and lymphoma"),
    *(
        ("condition", name)
        for name in ("mutiple_myeloma", "C99", "cancer", "malignancy", "hyperlipidemia", "ACS", "headache")
    ),
    *(("response", name) for name in ("no response", "NR", "unknown")),
    *(("disease_status", name) for name in ("progressive", "stable", "unknown")),
]
"""What says nothing."""


@cache
def facts(predicate: str) -> list[tuple[str, ...]]:
    """The facts of a predicate of the shipped policies."""
    return [tuple(map(word, head.args)) for head in heads() if head.pred.name == predicate]


@cache
def heads() -> list[AtomF]:
    """The heads of the clauses of the shipped policies, and of what the library has for others."""
    files = [*POLICY_FILES, *(SHIPPED / "library" / f"{name}.pl" for name in ("cardiovascular", "neurology"))]
    return [item.head for item in load_files(files).program.items if isinstance(item, Clause)]


def word(term: object) -> str:
    """A constant as text."""
    match term:
        case Atom(name):
            return name
        case Int(value):
            return str(value)
    raise AssertionError(term)


@cache
def vocabulary(kind: str) -> TypeNames:
    """The vocabulary of a type."""
    constants, names = TYPES[kind]
    stated = {each: [(Atom(name), Atom(constant)) for name, constant in facts(each)] for each in names}
    rows = {
        "also_called": [row for each in names if each not in BROAD for row in stated[each]],
        "broadly_called": [row for each in names if each in BROAD for row in stated[each]],
        "qualified_by": [(Atom(word),) for (word,) in facts("dosage_form")] if kind == "agent" else [],
    }
    return TypeNames(kind, {Atom(constant) for (constant,) in facts(constants)}, rows.__getitem__)


def meant(kind: str, name: str) -> set[str]:
    """The constants that a name stands for."""
    found = vocabulary(kind).meant_in_fact(Atom(name))
    return {plain_text(constant) for constant in found.constants} if found else set()


def rows(table: str) -> list[tuple[str, set[str]]]:
    """The names of a table, each with the constants beside it."""
    pairs = (line.split(" = ") for line in table.strip().splitlines())
    return [(name, set(constants.split(", "))) for name, constants in pairs]


EXPECTED = [
    *(("agent", *row) for row in rows(AGENTS)),
    *(("agent", name, {name}) for name in REGISTRY.split()),
    *((kind, *row) for kind, table in OTHERS.items() for row in rows(table)),
]


@pytest.mark.parametrize(("kind", "name", "constants"), EXPECTED)
def test_names_of_charts_are_known(kind: str, name: str, constants: set[str]) -> None:
    """What people write is known as what they mean."""
    assert meant(kind, name) == constants


@pytest.mark.parametrize(("kind", "name"), UNKNOWN)
def test_slips_and_placeholders_stand_for_nothing(kind: str, name: str) -> None:
    """What is misspelt, and what names nothing in particular, is not known."""
    assert meant(kind, name) == set()


@pytest.mark.parametrize(
    ("kind", "name", "perhaps"),
    [
        ("agent", "no bortezomib", ()),
        ("disease_status", "non-refractory", ()),
        ("response", "no progression", ()),
        ("condition", "EBV-negative DLBCL", ()),
        ("condition", "non-Hodgkin lymphom", ("non-Hodgkin lymphoma",)),
    ],
)
def test_no_name_is_suggested_that_says_the_contrary(kind: str, name: str, perhaps: tuple[str, ...]) -> None:
    """What is denied was not meant perhaps by who denies it."""
    assert perhaps == vocabulary(kind).perhaps(Atom(name))


@pytest.mark.parametrize("kind", TYPES)
def test_every_name_stands_for_a_constant_of_its_vocabulary(kind: str) -> None:
    """No name is one for something that the vocabulary does not have, and no constant is also a name for another."""
    constants, predicates = TYPES[kind]
    known = {constant for (constant,) in facts(constants)}
    assert {constant for predicate in predicates for _, constant in facts(predicate)} <= known
    assert {folded(name) for name in known}.isdisjoint(folded(name) for each in predicates for name, _ in facts(each))


@pytest.mark.parametrize("kind", sorted(TYPES.keys() - {"agent", "condition"}))
def test_a_name_has_one_meaning(kind: str) -> None:
    """Only the name of agents given together, and that of a condition which leaves open the kind, stands for more than one
    constant."""
    stated = {folded(name): constant for each in TYPES[kind][1] for name, constant in facts(each)}
    assert sum(len(facts(each)) for each in TYPES[kind][1]) == len(stated)


def test_a_name_of_several_conditions_is_a_broad_name() -> None:
    """No name means several conditions at once: one that may be any of several leaves open which, and no other does."""
    several = {name for predicate in TYPES["condition"][1] for name, _ in facts(predicate)}
    names = vocabulary("condition")
    is_broad = {name: found.is_broad for name in several if (found := names.meant(Atom(name)))}
    assert is_broad == {name: len(meant("condition", name)) > 1 for name in several}


def test_the_name_of_several_agents_is_written_in_one_way() -> None:
    """No two names of agents differ in letters or marks that do not count."""
    written = {folded(name): name for name, _ in facts("other_name")}
    assert [name for name, _ in facts("other_name") if written[folded(name)] != name] == []
    assert len(facts("other_name")) == len(set(facts("other_name")))


def test_every_agent_is_of_a_kind() -> None:
    """What is systemic therapy can be told for each agent."""
    assert sorted(agent for agent, _ in facts("agent_kind")) == sorted(agent for (agent,) in facts("known_agent"))


def test_classes_brands_and_codes_are_of_known_agents() -> None:
    """The older tables of drugs agree with the vocabulary."""
    known = {agent for (agent,) in facts("known_agent")}
    assert {agent for agent, _ in facts("drug_class")} <= known
    assert [(brand, agent) for brand, agent in facts("brand") if meant("agent", brand) != {agent}] == []


def test_codes_of_rxnorm_agree_with_those_of_names() -> None:
    """A code stands for one agent, and the codes of ingredients and brands are among all codes."""
    codes = dict(facts("rxnorm_code"))
    assert len(codes) == len(facts("rxnorm_code"))
    assert [name for name, code in facts("rxcui") if {codes[code]} != meant("agent", name)] == []


def test_every_condition_has_a_title() -> None:
    """Reports can say each condition in plain words."""
    assert sorted(name for name, _ in facts("condition_title")) == sorted(name for (name,) in facts("known_condition"))


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("C90.02", {"relapsed"}),
        ("C90.01", {"in_remission"}),
        ("C90.00", set()),
        ("RRMM", {"relapsed_or_refractory"}),
        ("r/r DLBCL", {"relapsed_or_refractory"}),
        ("relapsed multiple myeloma", {"relapsed"}),
        ("refractory DLBCL", {"refractory"}),
        ("MM", set()),
    ],
)
def test_names_that_state_the_status(name: str, status: set[str]) -> None:
    """A code for disease in relapse, and a name that says it, state the status of the disease too."""
    stated = {folded(other): status for other, status in facts("name_states_status")}
    assert {stated.get(folded(name))} - {None} == status


def test_names_that_state_the_status_are_known() -> None:
    """They are names of conditions as they are written there, and what they state is a status."""
    names = {name for predicate in TYPES["condition"][1] for name, _ in facts(predicate)}
    known = {status for (status,) in facts("known_status")}
    assert [row for row in facts("name_states_status") if row[0] not in names or row[1] not in known] == []


def test_codes_of_snomed_ct_are_whole_codes_of_concepts() -> None:
    """Each is a number of 6 to 18 digits that ends with the mark of a concept and the right check digit, and stands for one
    condition, so that a slip of a digit is noticed."""
    codes = [str(code) for code, _ in facts("snomed_ct")]
    assert len(set(codes)) == len(codes)
    assert [] == [each for each in codes if not 6 <= len(each) <= 18 or each[-3:-1] != "00" or check_digit(each)]


def check_digit(number: str) -> int:
    """Verhoeff's sum of a number with its check digit, which is 0: by the dihedral group of ten elements."""
    permutation = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    total = 0
    for place, char in enumerate(reversed(number)):
        digit = int(char)
        for _ in range(place % 8):
            digit = permutation[digit]
        turned = total >= 5
        total = (total - digit if turned else total + digit) % 5 + 5 * (turned != (digit >= 5))
    return total
