"""Markdown, HTML, DOT, Mermaid and JSON say what an explanation says: nothing is lost, nothing becomes markup."""

from __future__ import annotations

import datetime
import html
import io
import itertools
import json
import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from typing import get_args

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from explain.proof import nodes
from explain.proof.fact_sets import MissingFact
from explain.proof.node_json import ExplanationFormatError, node_from_json, node_json
from explain.proof.nodes import CountState, Evidence, Node, RuleRef
from explain.report.contents import brief, full
from explain.report.document import (
    Asked,
    Badge,
    Blank,
    Block,
    Bullet,
    Bullets,
    Criteria,
    Document,
    Drawing,
    Entry,
    Explanation,
    Letter,
    Look,
    Mark,
    Outline,
    Pair,
    Pairs,
    Paragraph,
    Place,
    Reason,
    Reasons,
    Row,
    Said,
    Section,
    See,
    Sentences,
    Signature,
    Step,
    Table,
    Tree,
    Unstated,
    Verdict,
    Ways,
)
from explain.report.graphs import node_dot, node_mermaid
from explain.report.html import node_html, report_page, review_fragment, review_html
from explain.report.layout import DEPTH, condense, distinct, lay_out
from explain.report.letters import AppealTemplateError, appeal_text, default_template, summary
from explain.report.markdown import document_markdown, escape, node_markdown, review_markdown
from explain.report.review import Authorization, Conflict, Criterion, Review
from explain.report.terminal import print_document
from explain.workspace import Explanation as Explained
from kb.language.syntax import AtomF, Pred, Provenance
from kb.language.terms import Atom, printable
from kb.language.truth import Truth

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["<b>", "a_b*c*", "`x`", "# h", "1. x", "- y", "[a](b)", "&amp;", '"q"', "\\N", "\x1b[2J", "{{x}}", "]]>", "a\nb", "~~s~~", "$x$"]
)  # fmt: skip
PLACES = st.none() | st.integers(1, 9)
SOURCES = st.builds(Provenance, TEXTS, st.none() | TEXTS, st.none() | st.dates())
EVIDENCE = st.lists(st.builds(Evidence, TEXTS, PLACES, PLACES, st.none() | SOURCES), max_size=2).map(tuple)
COUNTS = st.builds(
    CountState, st.sampled_from(["at_least", "at_most"]), st.none() | st.integers(-1, 5), st.tuples(TEXTS), st.tuples(TEXTS, TEXTS),
    st.booleans(),
)  # fmt: skip


RULES = st.builds(RuleRef, TEXTS, TEXTS, st.integers(0, 9))
BINDINGS = st.dictionaries(TEXTS, TEXTS, max_size=2)
SAID: dict[str, object] = {"goal": TEXTS, "text": TEXTS, "binding": BINDINGS}
FACTS = st.builds(
    nodes.Fact, goal=TEXTS, text=TEXTS, cite=st.none() | TEXTS, evidence=EVIDENCE, conflict=st.none() | TEXTS
)
NOT_TRUE = st.sampled_from([Truth.FALSE, Truth.UNKNOWN])
LEAVES = (
    FACTS
    | st.builds(nodes.NoRule, status=NOT_TRUE, label=st.none() | TEXTS, **SAID)
    | st.builds(nodes.Summary, status=st.sampled_from(Truth), cite=st.none() | TEXTS, **SAID)
    | st.builds(nodes.Comparison, status=st.sampled_from(Truth), about=st.lists(FACTS, max_size=2).map(tuple), **SAID)
)


def rules(children: st.SearchStrategy[tuple[Node, ...]]) -> st.SearchStrategy[nodes.Rule]:
    return st.builds(
        nodes.Rule, status=st.sampled_from(Truth), rule=RULES, cite=st.none() | TEXTS, children=children,
        label=st.none() | TEXTS, conflict=st.none() | TEXTS, **SAID,
    )  # fmt: skip


def inner(below: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    children = st.lists(below, max_size=3).map(tuple)
    one, status, opened = st.lists(below, max_size=1).map(tuple), st.sampled_from(Truth), st.booleans()
    return (
        rules(children)
        | st.builds(nodes.Negation, status=status, children=one, opened=opened, **SAID)
        | st.builds(nodes.Documented, children=one, opened=opened, **SAID)
        | st.builds(nodes.Count, status=status, children=children, count=COUNTS, opened=opened, **SAID)
        | st.builds(nodes.Witness, goal=TEXTS, text=TEXTS, children=children)
        | st.builds(
            nodes.Alternatives, status=NOT_TRUE, children=st.lists(rules(children), max_size=2).map(tuple), **SAID
        )
    )


TREES = st.recursive(LEAVES, inner, max_leaves=8)


def leaf(text: str, status: Truth = Truth.TRUE, **more: object) -> Node:
    if status is Truth.TRUE:
        return nodes.Fact(goal=text, text=text, **more)  # type: ignore[arg-type] # fields by name
    return nodes.NoRule(goal=text, status=status, text=text)


def above(text: str, *children: Node, status: Truth = Truth.TRUE, line: int = 7) -> nodes.Rule:
    return nodes.Rule(goal=text, status=status, text=text, children=children, rule=RuleRef("r.", "rules.pl", line))


def deep(levels: int) -> Node:
    node = leaf("the bottom")
    for level in range(levels):
        node = above(f"level {level}", node)
    return node


def shown_html(page: str) -> str:
    """The text of a page, as one line, without its style."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            found.append(data)

    Reader().feed(re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))
    return " ".join("".join(found).split())


def shown_markdown(text: str) -> str:
    return shown_html(MarkdownIt("commonmark").enable("strikethrough").render(text))


def flat(text: str) -> str:
    return " ".join(printable(text).split())


# --- JSON ----------------------------------------------------------------------------------------------------------


@given(TREES)
@pytest.mark.heavy
def test_json_gives_the_same_node_back(node: Node) -> None:
    """An explanation written as JSON and read again is the same value."""
    assert node == node_from_json(json.loads(json.dumps(node_json(node))))


def test_json_reads_thousands_of_levels() -> None:
    """Reading does not depend on how deep an explanation goes."""
    node = deep(3000)
    data: dict[str, object] = {}
    for each in reversed(list(distinct(node))):
        alone = node_json(msgspec.structs.replace(each, children=(), id=""))
        data = {**alone, "id": each.id, "children": [data] if data else []}
    assert node.id == node_from_json(data).id


def broken(**changes: object) -> dict[str, object]:
    child = node_json(above("a", leaf("b", evidence=(Evidence("f.pl", 1, 2),))))
    child.update(changes)
    return {**node_json(above("b", leaf("a"))), "children": [child]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"status": "maybe"}, "`status` of node `children[0]`: invalid enum value 'maybe'"),
        ({"status": []}, "`status` of node `children[0]`: expected `str`, got `array`"),
        ({"kind": "guess"}, 'the kind of node `children[0]` is `"guess"`; write one of fact, rule, '),
        ({"kind": []}, "the kind of node `children[0]` is a list; write one of fact, rule, "),
        ({"children": None}, "`children` of node `children[0]` is `null`; write a list of nodes"),
        ({"children": ["x"]}, 'node `children[0].children[0]` is `"x"`; an explanation is an object'),
        ({"goal": 3}, "`goal` of node `children[0]`: expected `str`, got `int`"),
        ({"evidence": [{"file": "f"}]}, "`evidence` of node `children[0]`: expected `array` of length 0"),
        ({"rule": None}, "`rule` of node `children[0]`: expected `object`, got `null`"),
        (
            {"rule": {"text": "a", "file": "f", "line": "1"}},
            "`rule.line` of node `children[0]`: expected `int`, got `str`",
        ),
        ({"binding": {"X": 1}}, "`binding[...]` of node `children[0]`: expected `str`, got `int`"),
        ({"colour": 1}, 'node `children[0]` has `"colour"`; a `rule` has just kind, goal, status, text,'),
        ({"about": [node_json(above("a"))]}, "`about[0]` of node `children[0]`: a `rule` cannot stand here"),
        ({"text": "changed"}, "it has been changed"),
        ({"id": "0" * 16}, "node `children[0]`: the `id` is `0000000000000000`, but what the node says has the id"),
        ({"id": "?"}, "`id` of node `children[0]`: expected `str` matching regex"),
        ({"id": ""}, "`id` of node `children[0]`: expected `str` matching regex"),
    ],
)
def test_json_that_is_no_explanation_is_named(change: dict[str, object], words: str) -> None:
    """Bad data is refused with the node, the key, what is there and what belongs there."""
    with pytest.raises(ExplanationFormatError, match=re.escape(words)):
        node_from_json(broken(**change))


def test_json_without_a_key_is_named() -> None:
    """A key that is left out is asked for by its name."""
    data = node_json(leaf("a"))
    del data["cite"]
    with pytest.raises(ValueError, match=re.escape('the explanation has no `"cite"`; a `fact` has just kind, goal')):
        node_from_json(data)


def test_a_status_belongs_to_its_kind() -> None:
    """A stated fact that is said to be false is refused."""
    with pytest.raises(ValueError, match="a node of kind `fact` cannot have the status `false`"):
        node_from_json({**node_json(leaf("a")), "status": "false"})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
@settings(max_examples=50)
@pytest.mark.heavy
def test_any_json_is_read_or_refused(data: object) -> None:
    """No JSON value makes the reader stumble."""
    with pytest.raises(ExplanationFormatError):
        node_from_json(data)


# --- layout --------------------------------------------------------------------------------------------------------


@given(TREES)
def test_every_step_is_laid_out_once(node: Node) -> None:
    """Of all that is shown of an explanation, each part that has steps below it opens at one place, and no level is
    deeper than the limit."""
    steps = [step for tree in lay_out(node) for step in tree.steps]
    opened = Counter(step.id for step in steps if step.opens)
    assert all(times == 1 for times in opened.values())
    assert {each.id for each in distinct(node)} == {step.id for step in steps}
    assert all(step.depth <= DEPTH for step in steps)


@given(TREES)
def test_every_reference_has_its_place(node: Node) -> None:
    """Each number that a step refers to is borne by one step; that says the same, where every step has its line."""
    for layout in (lay_out, condense):
        steps = [step for tree in layout(node) for step in tree.steps]
        numbered = {step.anchor: step.id for step in steps if step.number is not None}
        assert len(numbered) == len([step for step in steps if step.number is not None])
        referring = [(said.see.anchor, step.id) for step in steps for said in step.said if said.see is not None]
        assert all(anchor in numbered for anchor, _ in referring)
        assert layout is condense or all(numbered[anchor] == same for anchor, same in referring)


def test_a_summary_stays_closed() -> None:
    """A step that is a summary is one line, whatever hangs on it."""
    node = nodes.Negation(goal="sum", status=Truth.TRUE, text="sum", children=(leaf("concealed"),), opened=False)
    for shown in (node_markdown(node), node_html(node), node_dot(node), node_mermaid(node)):
        assert "sum" in shown
        assert "concealed" not in shown


def test_alternatives_are_told_by_their_rules() -> None:
    """Beside each other, rules for the same are told by their places; one that fails in a single literal is that literal."""
    literal, other = leaf("one", Truth.FALSE), leaf("other", Truth.FALSE)
    short, long = (
        above("p", literal, status=Truth.FALSE, line=3),
        above("p", literal, other, status=Truth.FALSE, line=9),
    )
    node = nodes.Alternatives(goal="p", status=Truth.FALSE, text="not so: p", children=(short, long))
    seen = shown_markdown(node_markdown(node))
    assert "✗ not so: p ✗ one (by the rule at rules.pl:3) ✗ by the rule at rules.pl:9 ✗ one ✗ other" == seen


def test_a_shared_part_is_shown_once() -> None:
    """What holds for two reasons is proved once and referred to by its number."""
    part = above("part", leaf("ground"))
    node = above("top", above("left", part), above("right", part))
    text = shown_markdown(node_markdown(node))
    assert 1 == text.count("ground")
    assert "✓ (1) part" in text
    assert "✓ part see (1)" in text
    assert 1 == shown_html(node_html(node)).count("ground")
    assert f'"{part.id}"' in node_dot(node)
    assert 1 == node_dot(node).count("ground")
    assert 2 == node_dot(node).count(f'-> "{part.id}"')


@pytest.mark.parametrize("render", [node_markdown, node_html, node_dot, node_mermaid])
def test_depth_is_no_limit(render) -> None:  # type: ignore[no-untyped-def] # a renderer
    """A proof of three thousand levels is rendered whole, in a length that grows with its steps."""
    text = render(deep(3000))
    assert all(f"level {level}" in text for level in (0, 1500, 2999))
    assert "the bottom" in text
    assert len(text) < 2_000_000


def test_sharing_keeps_a_graph_small() -> None:
    """A proof of sixty parts, each used twice by the next (2^60 paths), has sixty parts in every rendering."""
    node = leaf("ground")
    for level in range(60):
        node = above(f"part {level}", above(f"left {level}", node), above(f"right {level}", node))
    for render in (node_markdown, node_html, node_dot, node_mermaid):
        assert len(render(node)) < 100_000


def test_reports_and_json_of_deep_proofs() -> None:
    """A criterion whose proof has thousands of levels is reported and written as JSON like any other."""
    node = deep(3000)
    known = review(criteria=(Criterion("deep", "met", "", "it is deep", node),), proof=node)
    assert "level 2999" in review_html([known])
    assert "level 2999" in review_markdown([known])
    assert node.id == node_from_json(node_json(node)).id


def test_a_notebook_shows_values() -> None:
    """An explanation and a review show themselves in a notebook."""
    assert node_html(deep(2)) == Explained(deep(2))._repr_html_()
    assert review_fragment(review()) == review()._repr_html_()


# --- escaping ------------------------------------------------------------------------------------------------------


@given(TEXTS)
def test_markdown_shows_text_as_it_is(text: str) -> None:
    """Whatever a program says, Markdown shows those characters and no markup, whole or in its parts."""
    sourced = Evidence(f"g{text}", 3, 1, Provenance(f"s{text}", f"b{text}", datetime.date(2024, 12, 21)))
    node = leaf(text, cite=f"c{text}", conflict=f"l{text}", evidence=(Evidence(f"f{text}"), sourced))
    seen = "".join(shown_markdown(node_markdown(node)).split())
    places = f"f{text}; s{text}; b{text}, 2024-12-21, g{text}:3"
    expected = flat(f"✓ {text} (l{text}) [c{text}] ({places})").replace(" ", "")
    assert expected == seen
    assert not re.search(r"<(?!/?(ul|li|code|p)>)", MarkdownIt("commonmark").render(node_markdown(node)))


@given(
    st.sampled_from(["", "- ", "1. ", "## ", "a\n\n"]),
    TEXTS | st.sampled_from(["10) x", "---", "===", "    x", "> q", "+ p", ": d"]),
)
def test_markdown_lines_stay_what_they_are(before: str, text: str) -> None:
    """Text at the beginning of a line opens no list, heading, quotation, code or rule of its own."""
    assume(flat(text))
    plain, said = (MarkdownIt("commonmark").parse(before + each) for each in ("x", escape(text)))
    assert [token.type for token in plain] == [token.type for token in said]
    assert shown_markdown(before + "x").removesuffix("x") + flat(text) == shown_markdown(before + escape(text))


@given(TEXTS)
def test_html_shows_text_as_it_is(text: str) -> None:
    """Whatever a program says, HTML shows those characters and has no tag or attribute of theirs."""
    sourced = Evidence(f"g{text}", 3, 1, Provenance(f"s{text}", f"b{text}", datetime.date(2024, 12, 21)))
    node = leaf(text, cite=f"c{text}", conflict=f"l{text}", evidence=(Evidence(f"f{text}"), sourced))
    places = f"f{text} s{text}; b{text}, 2024-12-21 g{text}:3"
    expected = flat(f"✓holds: {text} (l{text}) [c{text}] {places}").replace(" ", "")
    assert expected == "".join(shown_html(node_html(node)).split())
    plain = leaf("x", cite="c", conflict="l", evidence=(Evidence("f"), Evidence("g", 3, 1, Provenance("s"))))
    assert re.findall(r"<[^>]*>", node_html(plain)) == re.findall(
        r"<[^>]*>", node_html(node).replace(node.id, plain.id)
    )


DOT_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@given(TREES)
def test_dot_has_one_box_for_each_part(node: Node) -> None:
    """In DOT every part is a box and every line a statement, whatever the texts are."""
    lines = [DOT_STRING.sub('""', line) for line in node_dot(node).splitlines()]
    assert len(list(distinct(node))) == sum(line.startswith('  "" [label="", ') for line in lines)
    wanted = (
        r'digraph explanation \{|  (node|edge|rankdir).*;|  "" \[label="", color="", fillcolor="".*\];|  "" -> "";|\}'
    )
    assert all(re.fullmatch(wanted, line) for line in lines)


@given(TREES)
def test_mermaid_has_one_box_for_each_part(node: Node) -> None:
    """In Mermaid every part is a box and every line a statement, and no text brings syntax of its own."""
    lines = node_mermaid(node).splitlines()
    boxes = [
        line for line in lines if re.fullmatch(r'  n\w+\["[^"`{}\[\]%;:&|]*(#\d+;[^"`{}\[\]%;:&|]*)*"\]:::\w+', line)
    ]
    arrows = [line for line in lines if re.fullmatch(r"  n\w+ --> n\w+", line)]
    assert len(list(distinct(node))) == len(boxes)
    assert len(lines) == 4 + len(boxes) + len(arrows)


def test_mermaid_encodes_what_it_might_read() -> None:
    """The characters of Mermaid's own syntax are written by their numbers and read back as they were."""
    text = 'a"b`c{d}%%{init}%% #35; <i>&amp;'
    line = next(line for line in node_mermaid(leaf(text)).splitlines() if '["' in line)
    shown = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), line)
    assert text in shown.replace("<br>", " ")


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_reads_it() -> None:
    """Graphviz draws a graph of hostile text and shows the text."""
    text = 'a\\N"b\\G] -> {x} <b>&amp;\\'
    drawn = subprocess.run(["dot", "-Tsvg"], input=node_dot(leaf(text)), capture_output=True, text=True, check=True)
    assert "" == drawn.stderr
    assert text in html.unescape(re.sub(r"<[^>]+>", "", drawn.stdout)).replace("\xa0", " ")


# --- reports -------------------------------------------------------------------------------------------------------


def review(determination: str = "more_information_needed", **changes: object) -> Review:
    age = Criterion(
        "age", "met", "Part / Age", "the patient is old enough", leaf("born(c1)", evidence=(Evidence("c.pl", 4, 1),))
    )
    asked = nodes.NotDocumented(goal="p(c1)", text="not documented: the first", label="Is it the first?")
    first = Criterion("first_way", "not_documented", "Part / 1", "the first way is fulfilled", asked)
    second = Criterion(
        "second_way", "not_met", "Part / 2", "the second way is fulfilled", leaf("not so: it", Truth.FALSE)
    )
    ways = Criterion(
        "ways", "not_documented", "Part", "one of the ways is fulfilled", above("ways", asked), (first, second)
    )
    exempt = Criterion("exempt", "not_applicable", "Part / 3", "advice is given", leaf("advice does not apply"))
    known = Review(
        case=Atom("c1"), policy="pol", title="The Policy", approved=datetime.date(2024, 6, 13), effective=datetime.date(2024, 7, 1),
        kind="initial", drug="selinexor", date=datetime.date(2024, 9, 3), determination=determination,
        criteria=(age, ways, exempt),
        missing=((MissingFact(AtomF(Pred("p", 1), (Atom("c1"),)), "Is it the first?"),
                  MissingFact(AtomF(Pred("q", 1, True), (Atom("c1"),)), "Is it the other?")),),
        authorization=None, quantity="over_limit", quantity_text="too many", proof=above("meets(c1)", age.node, ways.node),
        conflicts=(), uncovered=(), assumptions=("derived: something",), policy_hash="ab" * 32, facts_hash="cd" * 32, closed_world=False, as_of=None,
    )  # fmt: skip
    return msgspec.structs.replace(known, **changes)


def everything(seen: str) -> None:
    for part in (
        *("Case", "c1", "initial request for selinexor", "2024-09-03", "The Policy", "2024-07-01", "2024-06-13"),
        *(
            "? More information needed",
            "What is documented does not settle all criteria",
            "meet the policy's criteria. A clinician decides",
        ),
        *("✓ met", "? not documented", "✗ not met", "– not applicable", "the patient is old enough", "Part / Age"),
        *("c.pl:4", "the second way is fulfilled", "not documented: the first", "advice does not apply"),
        *("Is it the first? (yes)", "p(c1)", "Is it the other? (no)", "-q(c1)"),
        *("No authorization is given by this report", "over the limit (too many)", "derived: something"),
        *("Name", "Signature", "Date", "ab" * 32, "cd" * 32, "In plain words", "Appeal text", "rules.pl"),
    ):
        assert part in seen, part


def test_the_markdown_report_has_everything() -> None:
    """The Markdown report has all that the terminal report has, the summary, the evidence, and a place to sign."""
    everything(shown_markdown(review_markdown([review()])) + " rules.pl")


def test_the_html_report_has_everything() -> None:
    """The HTML report has all that the terminal report has, the summary, the evidence, and a place to sign."""
    everything(shown_html(review_html([review()])))


@pytest.mark.parametrize(
    "determination",
    ["meets_criteria", "criteria_not_met", "investigational", "conflicting_evidence", "no_policy_in_force"],
)
def test_every_determination_is_reported(determination: str) -> None:
    """Each determination is told by a sign and in words, and none of them is a denial."""
    node, against = leaf("it is so"), leaf("it is not so")
    given = (
        Authorization(datetime.date(2024, 9, 3), datetime.date(2025, 9, 2), 96, 84, "tablet", "tablets")
        if determination == "meets_criteria"
        else None
    )
    said = review(
        determination, missing=(), authorization=given, conflicts=(Conflict(AtomF(Pred("r", 1), (Atom("c1"),)), node, against),),
        uncovered=(leaf("it is not covered"),), policy=None, title=None, approved=None, effective=None, criteria=(), proof=None,
    )  # fmt: skip
    for seen in (shown_html(review_html([said])), shown_markdown(review_markdown([said]))):
        for part in (
            determination.replace("_", " ").capitalize(),
            "no policy covers the requested drug",
            "it is not so",
            "it is not covered",
        ):
            assert part in seen
        assert ("From 2024-09-03 until 2025-09-02, at most 96 tablets for 84 days" in seen) is (given is not None)
        assert not re.search(r"\bden(y|ied|ial)\b", seen, re.IGNORECASE)


def rendered(document: Document) -> tuple[str, str, str]:
    """What the terminal, Markdown and a page show of a document."""
    out = Console(width=200, record=True, file=io.StringIO())
    print_document(document, out)
    return out.export_text(), shown_markdown(document_markdown(document)), shown_html(report_page("A page", [document]))


def test_a_new_element_is_in_every_rendering() -> None:
    """An element that is put into the document is shown by every renderer, and none of them is told of it."""
    added = Section("Second opinion", (Paragraph("asked for by phone"), Sentences(("given by letter",))), "opinion")
    for document in (brief(review()), full(review(), folds=True), full(review(), folds=False)):
        known = msgspec.structs.replace(document, sections=(*document.sections, added))
        for shown in rendered(known):
            assert re.search("Second opinion.*asked for by phone.*given by letter", shown, re.DOTALL)


BADGE = Badge("✓", "word of the badge", Look.MET)
TREE = Tree(
    (
        Step(
            0,
            Truth.TRUE,
            (Said("text", "note", "place", (Place("note 7", ("file", "other")),), See("(7)", "step-7")),),
            7,
        ),
    )
)
BLOCKS = (
    (Paragraph("text"), "text"),
    (Sentences(("first", "second")), "first second"),
    (Bullets((Bullet("text", "of which", ("a part",)),)), "text; of which: a part"),
    (Pairs((Pair("name", "value", BADGE),)), "name word of the badge: value"),
    (Pairs((Pair("name", "value"),), is_record=True), "name value"),
    (Unstated("label", ("first", "second")), "label first, second"),
    (Verdict(BADGE, "finding", "who decides"), "word of the badge finding who decides"),
    (Reasons((Reason("text", (Place("", ("file",)), Place("note", ("other",)))),)), "text file note other"),
    (
        Criteria((Row(BADGE, "text", "place", (), (Row(BADGE, "part", "", (Reason("ground", ()),)),)),)),
        "word of the badge text [place] word of the badge part ground",
    ),
    (Ways(((Asked("Is it?", "yes", "p(c)", "yes"), Asked("Which?", None, "q(c)", None)),)), "Is it? p(c) Which? q(c)"),
    (Explanation("title", (TREE,), "evidence-1"), "title (7) text (note) [place] note 7 file other see (7)"),
    (Signature((Blank("Name", 3), Blank("Date", 3))), "Name Date"),
    (Table(("case", "how"), ((See("c1", "1"), Badge("✓", "met", Look.MET)), ("c2", "why"))), "case how c1 met c2 why"),
    (Letter(("line", "another")), "line another"),
    (
        Table(("what", "1"), (("a condition", Mark("✓?", "met or not documented")),), "a caption", heads_rows=True),
        "a caption what 1 a condition ✓?",
    ),
    (
        Outline((Entry("text", "place", (See("other", "x"),), ("remark",), "lead", (Entry("part"),), "title", "x"),)),
        "title text [place] other remark lead part",
    ),
    (Outline((Entry("text", "place", (), ("remark",), "lead", (Entry("part"),)),)), "text [place] remark lead part"),
    (Drawing("a caption", "", "digraph {}", "flowchart TB"), "a caption"),
)
"""A block of every kind, and what is to be read of it, in order."""


@pytest.mark.parametrize(("block", "words"), BLOCKS, ids=lambda each: type(each).__name__)
def test_every_kind_of_block_has_its_rendering(block: Block, words: str) -> None:
    """Every renderer shows what is in a block of each kind, in order."""
    assert set(get_args(Block)) == {type(each) for each, _ in BLOCKS}
    for shown in rendered(Document("a title", (Section("a section", (block,)),))):
        assert re.search(".*".join(map(re.escape, words.split())), shown, re.DOTALL)


def test_several_cases_share_one_page() -> None:
    """A page of several cases begins with links to each and its determination."""
    page = review_html([review(), review("meets_criteria", case=Atom("c2"))])
    assert (
        '<td><a href="#case-2">c2</a></td><td>pol</td><td>initial</td><td>2024-09-03</td>'
        '<td><span class="badge met"><span aria-hidden="true">✓</span> Meets criteria</span></td><td></td>'
        in re.sub(' data-head="[^"]*"', "", page)
    )
    assert 2 == page.count("<article")
    assert 2 == review_markdown([review(), review()]).count("# Determination report: case c1\n")


def test_an_explanation_is_not_repeated_in_the_proof() -> None:
    """The proof of the determination names the criteria, whose evidence stands with them."""
    known = review()
    assert "see Age" not in shown_html(review_html([known]))
    assert "not documented: ways see Ways".replace("not documented: ", "") in shown_html(review_html([known]))
    assert "ways see Ways" in shown_markdown(review_markdown([known])).replace("**", "")


def test_the_same_review_gives_the_same_bytes() -> None:
    """Rendering depends on nothing but the review."""
    assert review_html([review()]) == review_html([review()])
    assert review_markdown([review()]) == review_markdown([review()])


def test_a_notebook_shows_a_part_of_a_page() -> None:
    """What a notebook embeds is no page of its own, brings its style under its own class, and no script."""
    for part in (review_fragment(review()), node_html(leaf("x"))):
        assert '<div class="priorlog">' in part
        assert not re.search(r"<(html|head|body|script|link|meta)\b", part)
        found = re.search(r"<style>(.*?)</style>", part, re.DOTALL)
        assert found is not None
        style = re.sub(r"@media[^{]+\{", "", found[1])
        selectors = [
            each.strip() for line in re.findall(r"([^{}]+)\{", style) for each in re.split(r",(?![^(]*\))", line)
        ]
        assert selectors
        assert [] == [each for each in selectors if not each.startswith(".priorlog")]


# --- summary and appeal --------------------------------------------------------------------------------------------


def test_the_summary_has_no_codes() -> None:
    """The plain summary has neither identifiers nor file names, hashes or citations."""
    said = repr(
        list(
            summary(
                review(
                    criteria=(
                        msgspec.structs.replace(review().criteria[0], text="old_enough(c1)"),
                        *review().criteria[1:],
                    )
                )
            )
        )
    )
    assert "3 September 2024" in said
    assert "'age'" in said
    assert not re.search(
        r"[a-z]_[a-z]|\w\(|\.pl|Part|abab|2024-|§",
        re.sub(r"(Paragraph|Bullets?)\(|is_legend=", "", said),
    )


def test_the_summary_says_what_is_open() -> None:
    """What is not documented is said to be open, and asked for with the answer that would settle it."""
    said = list(summary(review()))
    assert isinstance(said[0], Paragraph)
    assert "It is still open" in said[0].text
    lists = {
        lead.text: found.points
        for lead, found in itertools.pairwise(said)
        if isinstance(lead, Paragraph) and isinstance(found, Bullets)
    }
    assert ["one of the ways is fulfilled"] == [each.text for each in lists["These are not documented yet:"]]
    assert ("the first way is fulfilled",) == lists["These are not documented yet:"][0].parts
    (both,) = lists["Any one of these, if it were documented, would settle the request:"]
    assert ("Is it the first? (if the answer is yes)", "Is it the other? (if the answer is no)") == both.parts


def test_the_appeal_is_filled_in() -> None:
    """A template of the user has its placeholders filled in and its own text and braces kept."""
    template = "Re {case}: {{{drug}}} {kind} {date} {policy} {version}\n{determination}\n{met}\n{unmet}\n{missing}"
    assert appeal_text(review(), template) == "\n".join(
        (
            "Re c1: {selinexor} initial 2024-09-03 The Policy in force from 2024-07-01; policy approved 2024-06-13",
            "More information needed. What is documented does not settle all criteria.",
            "- met: the patient is old enough [Part / Age]",
            "- not documented: one of the ways is fulfilled [Part]",
            "  - not documented: the first way is fulfilled [Part / 1]",
            "  - not met: the second way is fulfilled [Part / 2]",
            "- Is it the first? (yes) and Is it the other? (no)",
        )
    )


def test_there_is_no_appeal_against_meeting_the_criteria() -> None:
    """A report that finds the criteria met has no appeal text."""
    assert appeal_text(review("meets_criteria")) is None
    assert "Appeal text" not in review_html([review("meets_criteria")])


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (
            "a\nb {patient}",
            "line 2 of the appeal template has `{patient}`, which is no placeholder; there are {case}, {drug},",
        ),
        ("{}", "`{}`, which is no placeholder"),
        ("{case.name}", "`{case.name}`, which is no placeholder"),
        ("50 } x", "line 1 of the appeal template has a single `}`; write `}}`"),
        ("{case", "line 1 of the appeal template has a single `{`; write `{{`"),
    ],
)
@pytest.mark.parametrize("determination", ["more_information_needed", "meets_criteria"])
def test_a_wrong_template_is_named(template: str, words: str, determination: str) -> None:
    """A template that cannot be filled in is refused, also where no appeal is written, with its line and the remedy."""
    with pytest.raises(AppealTemplateError, match=re.escape(words)):
        review_html([review(determination)], appeal_template=template)


def test_the_template_that_is_shipped_can_be_filled_in() -> None:
    """The default template names what is not met and what is missing, and leaves no placeholder."""
    text = appeal_text(review(), default_template())
    assert text is not None
    assert "the second way is fulfilled" in text
    assert "Is it the other? (no)" in text
    assert "{" not in text
