"""Names that people write in facts, rules and questions, under vocabularies that a program declares."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.checks import check
from engine.knowledge import BACKENDS, KnowledgeBase, Rules
from explain.workspace import Workspace
from kb.language.diagnostics import ProgramError
from kb.language.loader import load_cases, load_text, read_goal, shipped_policies
from kb.language.printer import show_program
from kb.language.stored import restored, stored
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Int, Str, plain_text
from kb.language.truth import Truth
from tests.referees import swipl_answers, swipl_available

PROGRAM = """
:- vocabulary(agent, known_agent/1).
:- also_called(agent, other_name/2).
:- broadly_called(agent, broad_name/2).
:- qualified_by(agent, form/1).
:- vocabulary(condition, known_condition/1).
:- also_called(condition, code/2).
:- pred request(Case: case, Drug: agent, Kind: kind, Date: date).
:- pred complete(Case: case, Predicate: predicate).
:- pred given(Case: case, Agent: agent).
:- abducible given/2.
:- pred indication(Case: case, Condition: condition).
:- abducible indication/2.
:- functional indication(+, -).
:- pred known_agent(Agent: agent).
:- pred other_name(Name: name, Agent: agent).
:- pred broad_name(Name: name, Agent: agent).
:- pred form(Word: word).
:- pred sole(Case: case, Agent: agent).
:- abducible sole/2.
:- functional sole(+, -).
:- pred dose(Case: case, Agent: agent, Mg: integer).
:- abducible dose/3.
:- functional dose(+, +, -).
:- pred known_condition(Condition: condition).
:- pred code(Code: code, Condition: condition).
:- pred recorded_as(Case: case, Predicate: predicate, Name: name).
:- pred of_interest(Agent: agent).
:- pred treated(Case: case).
:- pred relapsed(Case: case).
known_agent(X) :- ingredient(X).
:- pred ingredient(Agent: label).
ingredient(bortezomib).
ingredient(dexamethasone).
ingredient('daratumumab_and_hyaluronidase').
other_name('Velcade', bortezomib).
other_name('Vd', bortezomib).
other_name('Vd', dexamethasone).
other_name('358258', bortezomib).
broad_name('of interest', bortezomib).
broad_name('of interest', dexamethasone).
form(sc).
form('IV').
known_condition(multiple_myeloma).
code('C90.00', multiple_myeloma).
code('C90.02', multiple_myeloma).
of_interest(velcade).
treated(Case) :- given(Case, Agent), of_interest(Agent).
relapsed(Case) :- recorded_as(Case, indication, 'C90.02').
:- pred resistant(Case: case, Agent: agent).
:- abducible resistant/2.
resistant(Case, Agent) :- tried(Case, Agent), \\+ indication(Case, multiple_myeloma).
:- pred tried(Case: case, Agent: agent).
tried(Case, Agent) :- given(Case, Agent).
:- pred status(Case: case).
:- abducible status/1.
status(Case) :- recorded_as(Case, indication, 'C90.02').
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The program, opened once: tests state facts beside it."""
    file = tmp_path_factory.mktemp("names") / "program.pl"
    file.write_text(PROGRAM, encoding="utf-8")
    return Workspace.open([file])


def told(workspace: Workspace, tmp_path: Path, facts: str, goal: str, *, closed_world: bool = False) -> Truth:
    """The truth of a goal over a case file."""
    (tmp_path / "case.pl").write_text(facts, encoding="utf-8")
    found = workspace.stating((), closed_world=closed_world)
    found.set_facts(load_cases([tmp_path / "case.pl"]).program.clauses)
    return found.ask(goal).truth


COMPLETE = "complete(c, given)."


@pytest.mark.parametrize(
    "written",
    [
        "bortezomib", "'Bortezomib'", "'BORTEZOMIB'", "velcade", "'VELCADE'", '"Velcade"', "'vel-cade'", "'Velcade SC'",
        "'bortezomib, IV'", "bortezomib_sc", "'Velcade®'", "vd", "'V d'", "358258", "'ｖｅｌｃａｄｅ'",
    ],
)  # fmt: skip
def test_a_name_is_recognised_however_it_is_spelled(opened: Workspace, tmp_path: Path, written: str) -> None:
    assert told(opened, tmp_path, f"given(c, {written}). {COMPLETE}", "treated(c)") is Truth.TRUE
    assert told(opened, tmp_path, f"given(c, {written}). {COMPLETE}", "given(c, velcade)") is Truth.TRUE


@pytest.mark.parametrize(
    "written",
    [
        "velcaid", "'MM?'", "'Velcade?'", "other", "sc", "'-'", '"bortezomib or other"', "99",
        "'-velcade'", "'+/- Velcade'", "'Velcade-'", "'−vd'", "'V(d)'", "'(V)-d'", "'Velcade (-)'",
    ],
)  # fmt: skip
def test_a_name_that_is_not_recognised_states_nothing_and_opens_its_record(
    opened: Workspace, tmp_path: Path, written: str
) -> None:
    for fact in (f"given(c, {written}).", f"-given(c, {written})."):
        assert told(opened, tmp_path, f"{fact} {COMPLETE}", "treated(c)") is Truth.UNKNOWN
        assert told(opened, tmp_path, fact, "treated(c)", closed_world=True) is Truth.UNKNOWN
        assert told(opened, tmp_path, f"{fact} {COMPLETE} complete(d, given).", "treated(d)") is Truth.FALSE
        assert told(opened, tmp_path, f"{fact} given(c, dexamethasone).", "given(c, dexamethasone)") is Truth.TRUE
    assert told(opened, tmp_path, COMPLETE, "treated(c)") is Truth.FALSE


def test_other_records_stay_complete_beside_an_opened_one(opened: Workspace, tmp_path: Path) -> None:
    facts = f"given(c, dexamethasone). {COMPLETE} indication(c, mieloma_x). complete(c, indication)."
    assert told(opened, tmp_path, facts, "treated(c)") is Truth.FALSE
    assert told(opened, tmp_path, facts, "indication(c, multiple_myeloma)") is Truth.UNKNOWN
    assert told(opened, tmp_path, facts, "treated(c)", closed_world=True) is Truth.FALSE


@pytest.mark.parametrize(
    ("fact", "record", "goal"),
    [
        ("given(c, velcaid).", "resistant", "resistant(c, bortezomib)"),
        ("given(c, velcaid).", "given", "resistant(c, bortezomib)"),
        ("indication(c, mieloma_x).", "resistant", "resistant(c, bortezomib)"),
        ("indication(c, mieloma_x).", "status", "status(c)"),
    ],
)
def test_records_that_rules_conclude_from_an_opened_one_are_open_too(
    opened: Workspace, tmp_path: Path, fact: str, record: str, goal: str
) -> None:
    assert told(opened, tmp_path, f"{fact} complete(c, {record}).", goal) is Truth.UNKNOWN
    assert told(opened, tmp_path, fact, goal, closed_world=True) is Truth.UNKNOWN


def test_a_denial_of_what_stands_for_several_denies_none_of_them(opened: Workspace, tmp_path: Path) -> None:
    facts = f"-given(c, vd). {COMPLETE}"
    assert told(opened, tmp_path, facts, "given(c, bortezomib)") is Truth.UNKNOWN
    assert told(opened, tmp_path, "-given(c, velcade).", "given(c, bortezomib)") is Truth.FALSE


FACTS = {
    ("given(c, {})", "V d"): "each", ("given(c, {})", "OF-INTEREST"): "none",
    ("-given(c, {})", "V d"): "none", ("-given(c, {})", "OF-INTEREST"): "each",
    ("sole(c, {})", "V d"): "none", ("sole(c, {})", "OF-INTEREST"): "none",
    ("-sole(c, {})", "V d"): "none", ("-sole(c, {})", "OF-INTEREST"): "each",
    ("dose(c, {}, 5)", "V d"): "each", ("dose(c, {}, 5)", "OF-INTEREST"): "none",
    ("-dose(c, {}, 5)", "V d"): "none", ("-dose(c, {}, 5)", "OF-INTEREST"): "each",
}  # fmt: skip
"""Facts with a name for several agents together, and with a broad name, and of which of the agents they are so."""


@pytest.mark.parametrize(("fact", "name"), FACTS)
@pytest.mark.parametrize("closed_world", [False, True])
def test_a_name_for_several_states_what_it_says_of_each_and_else_nothing(
    opened: Workspace, tmp_path: Path, fact: str, name: str, closed_world: bool
) -> None:
    """That something is so of a regimen is so of its agents, and that something is not so of a broad name is not so of what it
    covers. What does not say of which agent it is states nothing, and the record is open. All engines are told the same."""
    written, stated = fact.format(f"'{name}'"), FACTS[fact, name]
    record = fact.removeprefix("-").partition("(")[0]
    (tmp_path / "case.pl").write_text(f"{written}. complete(c, {record}).", encoding="utf-8")
    space = opened.stating((), closed_world=closed_world)
    space.set_facts(load_cases([tmp_path / "case.pl"]).program.clauses)
    assert [each.name for each in space.rules.names.read(space.facts).not_recognised] == [name] * (stated == "none")
    said = {"each": Truth.TRUE, "none": Truth.UNKNOWN}[stated]
    so = Truth.FALSE if fact.startswith("-") and stated == "each" else said
    for engine in ("tabling", "pydatalog", "duckdb"):
        with KnowledgeBase(space.rules, space.facts, closed_world=closed_world, backend=BACKENDS[engine]) as kb:
            for agent in ("bortezomib", "dexamethasone"):
                assert kb.answers(space.goal(fact.format(agent))).truth is said
                assert kb.answers(space.goal(fact.removeprefix("-").format(agent))).truth is so


@pytest.mark.skipif(not swipl_available(), reason="SWI-Prolog is not installed")
def test_names_for_several_state_the_same_in_swi_prolog(tmp_path: Path) -> None:
    """The prelude reads a name for several agents together, and a broad name, as a case file is read, in any fact."""
    facts, expected, goals = [], [], []
    for number, ((fact, name), stated) in enumerate(FACTS.items()):
        of_case = fact.replace("(c,", f"(c{number},")
        facts.append(of_case.format(f"'{name}'"))
        for agent in ("bortezomib", "dexamethasone"):
            goal = read_goal(of_case.format(agent))
            assert not isinstance(goal, tuple)
            goals.append(goal)
            expected.append(frozenset({()} if stated == "each" else ()))
    (tmp_path / "program.pl").write_text(PROGRAM, encoding="utf-8")
    (tmp_path / "case.pl").write_text("".join(f"{each}.\n" for each in facts), encoding="utf-8")
    assert swipl_answers([tmp_path / "program.pl", tmp_path / "case.pl"], goals) == expected


@pytest.mark.parametrize("name", ["V d", "OF-INTEREST"])
@pytest.mark.parametrize("goal", ["given(c, {0})", "given(c, X), X = {0}", "of_interest({0})"])
def test_a_question_about_a_name_for_several_is_an_error(opened: Workspace, goal: str, name: str) -> None:
    with pytest.raises(ProgramError) as raised:
        opened.ask(goal.format(f"'{name}'"))
    (found,) = raised.value.diagnostics
    assert (found.code, f"`'{name}'` stands for several" in found.message) == ("E211", True)


def test_a_fact_of_a_program_may_use_a_name_for_several_where_it_says_of_which() -> None:
    """In rule files a name for several is an error in the facts in which a case's would state nothing, and in those only."""
    for (fact, name), stated in FACTS.items():
        found = check(load_text(f"{PROGRAM}{fact.format(repr(name))}."))
        assert [each.code for each in found] == ["E211"] * (stated == "none")


def test_two_names_of_one_value_are_one_value(opened: Workspace, tmp_path: Path) -> None:
    (tmp_path / "case.pl").write_text("indication(c, multiple_myeloma). indication(c, 'c90.00').", encoding="utf-8")
    added = opened.stating(())
    with pytest.raises(ProgramError) as raised:
        added.add_cases(load_cases([tmp_path / "case.pl"]))
    assert {each.code for each in raised.value.diagnostics} == {"E401"}  # no request, and nothing else


def test_rules_can_ask_under_which_name_a_fact_is_recorded(opened: Workspace, tmp_path: Path) -> None:
    assert told(opened, tmp_path, "indication(c, 'c90 02').", "relapsed(c)") is Truth.TRUE
    assert told(opened, tmp_path, "indication(c, 'C90.00').", "relapsed(c)") is Truth.FALSE
    assert told(opened, tmp_path, "-indication(c, 'C90.02').", "relapsed(c)") is Truth.FALSE
    assert told(opened, tmp_path, "indication(c, 'C90.00').", "recorded_as(c, indication, 'C90.00')") is Truth.TRUE


@pytest.mark.parametrize(
    ("goal", "meant"),
    [
        ("given(c, velcaid)", "Velcade"),
        ("of_interest(bortezomeeb)", "bortezomib"),
        ("given(c, X), X = dexametazone", "dexamethasone"),
    ],
)
def test_a_question_about_an_unknown_name_is_an_error_that_says_what_was_meant(
    opened: Workspace, goal: str, meant: str
) -> None:
    with pytest.raises(ProgramError) as raised:
        opened.ask(goal)
    (found,) = raised.value.diagnostics
    assert (found.code, meant in str(found.suggestion)) == ("E211", True)


def test_a_question_for_the_vocabulary_itself_takes_any_name(opened: Workspace) -> None:
    assert opened.ask("known_agent(velcaid)").truth is Truth.FALSE
    assert opened.ask("other_name('Velcade', X)").truth is Truth.TRUE


def test_the_declarations_are_printed_and_kept_as_they_are_read() -> None:
    loaded = load_text(PROGRAM)
    assert check(loaded) == ()
    assert load_text(show_program(loaded.program)).program == loaded.program
    assert restored(stored(loaded.program)) == loaded.program


MARKS = (
    "",
    " ",
    "-",
    "_",
    "  ",
    "\N{EN DASH}",
    ".",
    "\N{NO-BREAK SPACE}",
    "\N{REGISTERED SIGN}",
    "\N{TRADE MARK SIGN}",
    "\N{SERVICE MARK}",
)
SHIPPED = Rules.of(shipped_policies().program)
TYPES = ("agent", "condition", "response", "disease_status", "sex", "monitored", "request_kind", "drug_class")


@pytest.mark.parametrize("kind", TYPES)
@given(st.integers(0, 2**32))
@settings(max_examples=3)
def test_every_spelling_of_every_name_means_the_same(kind: str, seed: int) -> None:
    """Case, hyphens, underscores, blanks and the like do not count, in any name of any vocabulary of the library."""
    random, vocabulary = Random(seed), SHIPPED.names.of_type(kind)
    assert vocabulary is not None
    meant = {each: vocabulary.meant(each) for each in (*vocabulary.constants, *(name for name, _ in vocabulary.others))}
    for name, expected in meant.items():
        words = re.split(r"(?<=[^\W_])[ _-](?=[^\W_])", plain_text(name))
        cased = (random.choice((str.lower, str.upper, str.title, str))(word) for word in words)
        spelled = "".join(word + random.choice(MARKS) for word in cased).rstrip("-–")
        form = random.choice((Atom, Str))
        assert expected is not None
        found = vocabulary.meant(form(spelled))
        assert (spelled, expected.constants) == (spelled, found and found.constants)


def test_a_sign_after_a_word_of_a_name_is_part_of_it() -> None:
    vocabulary = SHIPPED.names.of_type("condition")
    assert vocabulary is not None
    meant = {
        name: vocabulary.meant(Atom(name))
        for name in ("EBV+ DLBCL", "EBV⁺ DLBCL", "EBV- DLBCL", "EBV− DLBCL", "EBV - DLBCL")
    }
    assert [found is not None for found in meant.values()] == [True, True, False, False, False]


@given(st.data())
@settings(max_examples=200)
def test_facts_under_any_name_are_those_of_the_generics(data: st.DataObject) -> None:
    """A fact that names an agent by a brand, an abbreviation, a code or a regimen is the fact of each generic that it stands for, so
    that every determination is the same."""
    vocabulary = SHIPPED.names.of_type("agent")
    assert vocabulary is not None
    name = data.draw(st.sampled_from([name for name, _ in vocabulary.others]))
    pred = data.draw(st.sampled_from([Pred("prior_therapy", 3), Pred("refractory", 2), Pred("combination", 2)]))
    meant = vocabulary.meant(name)
    assert meant is not None
    before: tuple[Const, ...] = (Atom("c"), Int(1))[: pred.arity - 1]
    read = SHIPPED.names.read([Clause(AtomF(pred, (*before, name)), TRUE)])
    stated = {fact.head for fact in read.facts if fact.head.pred == pred}
    assert ({AtomF(pred, (*before, each)) for each in meant.constants}, ()) == (stated, read.not_recognised)
