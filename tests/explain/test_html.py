"""The determination report in a browser: it is read, opened, tabbed through, printed, and checked by axe's rules.

Needs Chromium and the `test` extra (`playwright`, `axe-playwright-python`); skips without them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from explain.cli.entry import main
from explain.proof import nodes
from explain.proof.nodes import Evidence, Node, RuleRef
from explain.report.html import node_page, review_html
from explain.report.review import Review
from explain.workspace import Workspace
from kb.language.truth import Truth

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

CASES = Path(__file__).parent.parent.parent / "examples" / "cases"
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
PHONE, DESKTOP, PAPER = 375, 1280, 660
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"
FOCUSED = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  return {tag: at.tagName, place: [...document.querySelectorAll('summary, a, input')].indexOf(at),
          ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2};
}"""
OVERFLOWING = """() => [...document.querySelectorAll('body *')].filter(each => {
  const box = each.getBoundingClientRect();
  return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1 || each.scrollWidth > each.clientWidth + 1
         && getComputedStyle(each).display !== 'inline' && !each.matches('input, .heard'));
}).map(each => each.outerHTML.slice(0, 80))"""


def reviewed(name: str) -> Review:
    (path,) = CASES.glob(f"{name}_*.pl")
    space = Workspace.open(cases=[path])
    return space.review(space.cases()[0])


@pytest.fixture(scope="module")
def reviews() -> list[Review]:
    """One with undocumented facts, one with a conflict."""
    return [reviewed("03"), reviewed("16")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield running
        running.close()


@pytest.fixture(scope="module")
def report(reviews: list[Review], tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("html") / "report.html"
    path.write_text(review_html(reviews), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def single(reviews: list[Review], tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("html") / "single.html"
    path.write_text(review_html(reviews[:1]), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The results of a test that fails, with the policy and its coverage."""
    folder = tmp_path_factory.mktemp("tested")
    (path,) = CASES.glob("03_*.pl")
    text = path.read_text(encoding="utf-8").replace("diagnosis, not_documented", "diagnosis, met")
    case, page = folder / "case.pl", folder / "tests.html"
    case.write_text(text, encoding="utf-8")
    assert main(["test", str(case), "--coverage", "-o", str(page)]) == 1
    return page.as_uri()


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page about the shipped policy."""
    path = tmp_path_factory.mktemp("html") / "policy.html"
    assert main(["document", "-o", str(path)]) == 0
    return path.as_uri()


def opened(browser: Any, address: str, width: int = DESKTOP, **settings: Any) -> Any:
    page = browser.new_page(viewport={"width": width, "height": 900}, **settings)
    page.goto(address)
    return page


def violations(page: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:100]}" for each in found for node in each["nodes"]]


def test_a_page_asks_for_nothing_else(browser: Any, report: str) -> None:
    """The report is one file: it loads nothing, runs nothing, and the browser has nothing to complain of."""
    page = browser.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(report)
    assert ([report], []) == (asked, complaints)
    assert 0 == page.locator("script, link, img, iframe, object").count()
    page.close()


def test_evidence_opens_without_a_script(browser: Any, single: str) -> None:
    """A reader opens the evidence of a criterion, and a step in it, with scripts switched off."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(single)
    evidence = page.locator("details.evidence", has_text="Relapsed or refractory multiple myeloma").first
    witness = evidence.get_by_text("the disease is refractory to bortezomib", exact=False).last
    assert not witness.is_visible()
    evidence.locator("> summary").click()
    for _ in range(3):
        evidence.locator("details:not([open]) > summary:visible").first.click()
        if witness.is_visible():
            break
    assert witness.is_visible()
    context.close()


@pytest.mark.parametrize("are_open", [False, True], ids=["closed", "open"])
def test_every_control_is_reached_by_the_tab_key(browser: Any, single: str, are_open: bool) -> None:
    """Tabbing goes through all that can be opened, followed or filled in, in reading order, with a ring around it."""
    page = opened(browser, single)
    if are_open:
        page.evaluate(OPEN_ALL)
    shown = "[...document.querySelectorAll('summary, a, input')].map((each, at) => each.checkVisibility() ? at : -1)"
    expected = [place for place in page.evaluate(shown) if place >= 0]
    seen = []
    for _ in expected:
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
    assert expected == [each["place"] for each in seen]
    assert all(each["ring"] for each in seen)
    page.close()


def test_the_keyboard_opens_and_closes(browser: Any, single: str) -> None:
    """Enter opens the evidence in focus and closes it again."""
    page = opened(browser, single)
    page.locator("details.evidence > summary").first.focus()
    states = []
    for _ in range(2):
        page.keyboard.press("Enter")
        states.append(page.locator("details.evidence").first.evaluate("each => each.open"))
    assert [True, False] == states
    page.close()


def test_references_lead_somewhere(browser: Any, report: str) -> None:
    """Each link of a page of several cases leads to a place on it, and no place has two names."""
    page = opened(browser, report)
    targets = page.evaluate("[...document.querySelectorAll('a')].map(each => each.getAttribute('href'))")
    places = page.evaluate("[...document.querySelectorAll('[id]')].map(each => '#' + each.id)")
    assert targets
    assert set(targets) <= set(places)
    assert len(places) == len(set(places))
    page.close()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("are_open", [False, True], ids=["closed", "open"])
def test_nothing_is_wider_than_the_screen(browser: Any, report: str, width: int, are_open: bool) -> None:
    """On a phone and on a desktop nobody scrolls sideways, whatever is open."""
    page = opened(browser, report, width)
    if are_open:
        page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [] == page.evaluate(OVERFLOWING)
    page.close()


def test_long_words_and_deep_steps_fit_a_phone(browser: Any, tmp_path: Path) -> None:
    """An explanation hundreds of levels deep, of words without a break, neither widens a phone's screen nor stops."""
    node: Node = nodes.Fact(goal="p", text="x" * 400, evidence=(Evidence("f" * 300, 3, 1),))
    for level in range(600):
        node = nodes.Rule(
            goal=f"p{level}", status=Truth.TRUE, text=f"{level}" + "y" * 60, rule=RuleRef("r.", "rules.pl", 7),
            children=(node,), cite="Z" * 90,
        )  # fmt: skip
    path = tmp_path / "deep.html"
    path.write_text(node_page(node), encoding="utf-8")
    page = opened(browser, path.as_uri(), PHONE)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.get_by_text("x" * 400).is_visible()
    page.close()


def test_print_shows_what_is_closed_on_the_screen(browser: Any, report: str) -> None:
    """On paper every step of every explanation is there, and nothing runs off the sheet."""
    page = opened(browser, report, PAPER)
    steps = "[...document.querySelectorAll('.tree .line, .reasons li')].map(each => each.checkVisibility())"
    assert not all(page.evaluate(steps))
    page.emulate_media(media="print")
    shown = page.evaluate(steps)
    assert len(shown) > 100
    assert all(shown)
    assert [] == page.evaluate(OVERFLOWING)
    page.close()


def test_coverage_prints_with_its_cases(browser: Any, tested: str) -> None:
    """On paper the cases that show each literal's values stand below its line, and nothing runs off the sheet."""
    page = opened(browser, tested, PAPER)
    page.emulate_media(media="print")
    shown = page.evaluate("[...document.querySelectorAll('.listing .cases li')].map(each => each.checkVisibility())")
    assert len(shown) > 100
    assert all(shown)
    assert [] == page.evaluate(OVERFLOWING)
    page.close()


def test_print_is_dark_on_white(browser: Any, report: str) -> None:
    """A reader who prefers dark screens still prints black on white."""
    page = opened(browser, report, color_scheme="dark")
    ink = "getComputedStyle(document.querySelector('.sheet')).color"
    on_screen = page.evaluate(ink)
    page.emulate_media(media="print")
    assert ("rgb(230, 229, 225)", "rgb(29, 35, 39)") == (on_screen, page.evaluate(ink))
    page.close()


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [("report", DESKTOP, "light"), ("single", PHONE, "dark"), ("tested", PHONE, "light"), ("tested", DESKTOP, "dark")],
)
def test_axe_finds_nothing(browser: Any, request: pytest.FixtureRequest, name: str, width: int, scheme: str) -> None:
    """With all evidence open, axe's rules (contrast among them) hold at both widths, by day and by night."""
    page = opened(browser, request.getfixturevalue(name), width, color_scheme=scheme)
    page.evaluate(OPEN_ALL)
    assert [] == violations(page)
    page.close()


def test_axe_finds_nothing_in_print(browser: Any, single: str) -> None:
    """What goes to paper has enough contrast too."""
    page = opened(browser, single, PAPER)
    page.emulate_media(media="print")
    assert [] == violations(page)
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_axe_finds_nothing_on_the_page_about_a_policy(browser: Any, policy: str, width: int, scheme: str) -> None:
    """Its headings, tables, drawings and links are as good for who hears them as for who sees them, and nobody scrolls sideways
    but in a table that has many columns."""
    page = opened(browser, policy, width, color_scheme=scheme)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [] == violations(page)
    page.close()


def test_the_page_about_a_policy_prints(browser: Any, policy: str) -> None:
    """On paper nothing runs off the sheet, the drawing is there, and the text of rules is not."""
    page = opened(browser, policy, PAPER)
    page.emulate_media(media="print")
    assert [] == page.evaluate(OVERFLOWING)
    assert page.locator(".drawing svg").first.is_visible() or shutil.which("dot") is None
    assert not page.locator(".program").first.is_visible()
    assert [] == violations(page)
    page.close()


def test_axe_would_find_something(browser: Any, single: str) -> None:
    """The check by axe is alive: a page with pale text and an unlabelled field fails it."""
    page = opened(browser, single)
    page.evaluate("document.querySelector('label').remove(); document.querySelector('h1').style.color = '#ddd'")
    found = {each.split(":")[0] for each in violations(page)}
    assert {"label", "color-contrast"} <= found
    page.close()


def test_status_is_told_in_words(browser: Any, report: str) -> None:
    """Each status is a word beside its sign, and each step of an explanation says its status to a screen reader."""
    page = opened(browser, report)
    badges = set(page.locator(".criterion > .status").all_inner_texts())
    assert {"✓ met", "✗ not met", "? not documented", "– not applicable"} == badges
    lines = page.evaluate("[...document.querySelectorAll('.tree .line')].map(each => each.textContent)")
    heads = ("✓holds: ", "✗does not hold: ", "?not documented: ")
    assert all(each.startswith(heads) for each in lines)
    page.close()


def test_hostile_text_stays_text(browser: Any, reviews: list[Review], tmp_path: Path) -> None:
    """Text of a program that looks like markup is shown as it is and does nothing."""
    evil = (
        "</title></style></p><script>document.title='owned'</script><img src=x onerror=alert(1)>\x1b[2J\u202e\"'&amp;"
    )
    node = nodes.Fact(goal=evil, text=evil, cite=evil, evidence=(Evidence(evil, 1, 1),), conflict=evil)
    known = reviews[0]
    criterion = msgspec.structs.replace(known.criteria[0], id=evil, text=evil, cite=evil, node=node)
    hostile = msgspec.structs.replace(
        reviews[1], criteria=(criterion,), title=evil, drug=evil, kind=evil, assumptions=(evil,), quantity_text=evil,
        proof=node, uncovered=(node,), policy_hash=evil, facts_hash=evil,
    )  # fmt: skip
    path = tmp_path / "hostile.html"
    path.write_text(review_html([hostile], appeal_template=evil + "{drug}"), encoding="utf-8")
    page = opened(browser, path.as_uri())
    assert 0 == page.locator("script, img").count()
    assert "owned" != page.title()
    assert evil[:60] in page.locator(".criterion .said > p").first.inner_text()
    assert "\x1b" not in page.content()
    assert "\u202e" not in page.content()
    page.close()
