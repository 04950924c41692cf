"""The language server, asked by a language client, on the shipped policies and on texts that are not saved."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.uris import to_fs_path
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from explain.authoring.formatting import formatted_text
from explain.lsp import features
from explain.lsp.desk import Desk
from explain.lsp.features import Page
from explain.lsp.positions import Positions
from kb.language.diagnostics import SourceText

ROOT = Path(__file__).parents[2]
XPOVIO = ROOT / "kb" / "policies" / "xpovio.pl"
EVOLOCUMAB = ROOT / "examples" / "policies" / "evolocumab.pl"
CASE = ROOT / "examples" / "policies" / "cases" / "evolocumab" / "01_established_disease_exactly_eight_weeks.pl"
COMMAND = [sys.executable, "-m", "explain.cli", "lsp"]
RULES = """\
:- use_module(library(cases)).
:- pred old(Case: case) :: 'the patient is old'.
:- pred young(Case: case) :: 'the patient is young'.
old(Case) :- birth_date(Case, Birth), Birth @< 1950-01-01.
young(Case) :- request(Case, _, _, _), \\+ old(Case).
"""
LONGEST = 20

pytestmark = [pytest.mark.heavy, pytest.mark.asyncio(loop_scope="module")]


@pytest_lsp.fixture(
    scope="module",
    config=ClientServerConfig(server_command=COMMAND, server_env={**os.environ, "PYTHONPATH": str(ROOT)}),
)
async def client(lsp_client: LanguageClient):
    """A client with a server that was started for it."""
    params = types.InitializeParams(
        capabilities=client_capabilities("visual-studio-code"), root_uri=ROOT.as_uri(), process_id=os.getpid()
    )
    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


class Editor:
    """What an editor does with one text."""

    def __init__(self, client: LanguageClient, path: Path, text: str) -> None:
        self.client, self.uri, self.number = client, path.as_uri(), 1
        self.text = text
        document = types.TextDocumentItem(self.uri, "prolog", self.number, text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    @property
    def document(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri)

    def change(self, text: str) -> None:
        """Another text, which is not saved."""
        self.number, self.text = self.number + 1, text
        self.client.diagnostics.pop(self.uri, None)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.number, self.uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    async def diagnostics(self) -> list[types.Diagnostic]:
        """What is told of the text, once something is."""
        return await told(self.client, self.uri)

    def position(self, text: str, further: int = 0, number: int = 0) -> types.Position:
        """The position of an occurrence of a text, or of a character in it."""
        at = -1
        for _ in range(number + 1):
            at = self.text.index(text, at + 1)
        return Positions(SourceText("", self.text)).position(at + further)

    def cut(self, found: types.Range) -> str:
        """The text of a range."""
        positions = Positions(SourceText("", self.text))
        return self.text[positions.offset(found.start) : positions.offset(found.end)]

    def edited(self, edits: list[types.TextEdit]) -> str:
        """The text after some edits."""
        positions, text = Positions(SourceText("", self.text)), self.text
        for each in sorted(edits, key=lambda each: positions.offset(each.range.start), reverse=True):
            text = text[: positions.offset(each.range.start)] + each.new_text + text[positions.offset(each.range.end) :]
        return text

    def close(self) -> None:
        self.client.diagnostics.pop(self.uri, None)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.document))


async def told(client: LanguageClient, uri: str) -> list[types.Diagnostic]:
    """The diagnostics of a file, once they are there."""
    for _ in range(LONGEST * 20):
        if uri in client.diagnostics:
            return [*client.diagnostics[uri]]
        await asyncio.sleep(0.05)
    raise AssertionError(f"nothing was told of {uri}")


@pytest.fixture
def edit(client: LanguageClient, tmp_path: Path):
    """Opens texts, and closes them in the end."""
    opened: list[Editor] = []

    def open_text(text: str | Path, name: str = "a.pl") -> Editor:
        if isinstance(text, Path):
            editor = Editor(client, text, text.read_text(encoding="utf-8"))
        else:
            editor = Editor(client, tmp_path / name, text)
        opened.append(editor)
        return editor

    yield open_text
    for each in opened:
        each.close()


# diagnostics


async def test_a_mistake_is_told_as_it_is_typed_and_taken_back_when_it_is_mended(edit) -> None:
    """The text is not saved; code, severity, range and suggestion are those of `check`."""
    editor = edit(RULES.replace("\\+ old(", "\\+ oldd("))
    found = {each.code: each for each in await editor.diagnostics()}
    undefined = found["E201"]
    assert (undefined.severity, undefined.source) == (types.DiagnosticSeverity.Error, "priorlog")
    assert editor.cut(undefined.range).startswith("oldd")
    assert undefined.message.startswith("`oldd/1` is not defined\n")
    assert undefined.message.endswith("\ndid you mean `old`?")
    editor.change(RULES)
    assert await editor.diagnostics() == []


async def test_every_mistake_of_a_text_is_told(edit) -> None:
    """Syntax errors stand beside what is wrong with other clauses, and warnings beside errors."""
    editor = edit("p(X) :- q(X).\np(a\n.\nr(X, Y) :- p(X).\nq(a). q(a).\n")
    assert {"E101", "E203", "W301", "W304"} <= {each.code for each in await editor.diagnostics()}


async def test_what_stands_elsewhere_is_a_related_place(edit) -> None:
    """A note about another place leads there."""
    editor = edit("q(a).\nq(b).\nq(a).\n:- pred q(X) :: '@(X) is'.\n")
    twice = next(each for each in await editor.diagnostics() if each.code == "W304")
    assert twice.related_information is not None
    (first,) = twice.related_information
    assert (first.location.uri, first.location.range.start.line, twice.range.start.line) == (editor.uri, 0, 2)


async def test_positions_are_counted_in_utf_16(edit) -> None:
    """A character beyond the basic plane is two, so that what is wrong behind it is underlined where it stands."""
    editor = edit("p('\N{GRINNING FACE}\N{GRINNING FACE}') :- nosuch(a).\n")
    wrong = next(each for each in await editor.diagnostics() if each.code == "E201")
    assert (wrong.range.start.character, editor.cut(wrong.range)) == (13, "nosuch(a)")


async def test_diagnostics_go_to_the_address_that_the_client_has(client: LanguageClient, tmp_path: Path) -> None:
    """Written as the client writes it, also of a text that is no file yet."""
    for uri in ((tmp_path / "x.pl").as_uri().replace("x.pl", "%78.pl"), "untitled:Untitled-1"):
        document = types.TextDocumentItem(uri, "prolog", 1, "p(X) :- nosuch(X).\n")
        client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        assert "E201" in {each.code for each in await told(client, uri)}
        client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))


async def test_a_case_file_is_checked_as_one(edit) -> None:
    """Under the policy that is open and about its drug, with its own facts; a name that is not known is told."""
    policy, case = edit(EVOLOCUMAB), edit(CASE)
    assert (await policy.diagnostics(), await case.diagnostics()) == ([], [])
    case.change(case.text.replace("lipitor", "lippitor"))
    assert "W307" in {each.code for each in await case.diagnostics()}


async def test_a_case_file_finds_its_policy_in_the_folders_above_it(edit) -> None:
    """A policy that is not open, but is about the drug that is requested."""
    assert await edit(CASE).diagnostics() == []


async def test_text_that_is_not_saved_counts_where_another_file_loads_it(edit, tmp_path: Path) -> None:
    """A file is written with one predicate, and in the editor has another: the text that loads it is told of that at once."""
    (tmp_path / "drugs.pl").write_text("known(a).\n", encoding="utf-8")
    user = edit(":- ensure_loaded('drugs.pl').\n:- pred p(X) :: '@(X) is'.\np(X) :- known(X).\n", "user.pl")
    assert await user.diagnostics() == []
    other = edit("known(a).\n", "drugs.pl")
    await other.diagnostics()
    user.client.diagnostics.pop(user.uri, None)
    other.change("know(a).\n")
    assert "E201" in {each.code for each in await user.diagnostics()}


@pytest.mark.parametrize("path", [XPOVIO, EVOLOCUMAB])
async def test_shipped_policies_have_no_diagnostics(edit, path: Path) -> None:
    """What `check` finds nothing in, the server finds nothing in."""
    assert await edit(path).diagnostics() == []


# names


async def test_hover_tells_what_a_predicate_says_and_where_it_is_from(client: LanguageClient, edit) -> None:
    """Its declaration with its sentence, its citation, how it is asked for."""
    editor = edit(EVOLOCUMAB)

    async def hover(position: types.Position) -> str:
        found = await client.text_document_hover_async(types.HoverParams(editor.document, position))
        assert found is not None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    told = await hover(editor.position("calcium_score(Case, Score), Score"))
    assert ":: 'the coronary calcium score is @(Score) Agatston units'." in told
    assert "asked: What is the coronary calcium score, in Agatston units?" in told
    assert "open: " in told
    assert "cited from: Initial / a" in await hover(editor.position("old_enough)."))
    assert "agent: `ezetimibe`\n\nalso called: Zetia" in await hover(editor.position("ezetimibe, _, From"))
    assert "`Birth`: Date of `birth_date/2`, date" in await hover(editor.position("Birth, Date, Years"))
    assert "age(" in await hover(editor.position("age(Birth"))


async def test_a_name_leads_to_where_it_is_defined(client: LanguageClient, edit) -> None:
    """A predicate to its first clause, from a criterion too; one of the library to its file; a constant to its vocabulary; a
    file that is loaded to itself."""
    editor = edit(EVOLOCUMAB)

    async def definition(position: types.Position) -> tuple[str, str]:
        found = await client.text_document_definition_async(types.DefinitionParams(editor.document, position))
        assert isinstance(found, types.Location)
        path = Path(found.uri.removeprefix("file://"))
        return path.name, path.read_text(encoding="utf-8").splitlines()[found.range.start.line]

    assert await definition(editor.position("old_enough).")) == ("evolocumab.pl", "old_enough(Case) :-")
    assert (await definition(editor.position("birth_date(Case")))[0] == "cases.pl"
    assert await definition(editor.position("ezetimibe, _, From")) == ("cardiovascular.pl", "known_agent(ezetimibe).")
    assert (await definition(editor.position("cardiovascular)")))[0] == "cardiovascular.pl"
    editor = edit(CASE)
    assert (await definition(editor.position("course(")))[0] == "evolocumab.pl"


def stating(name: str) -> set[str]:
    """The addresses of the case files and policy tests of a policy that state a predicate."""
    folders = (CASE.parent, ROOT / "examples" / "policies" / "tests" / CASE.parent.name)
    files = (path for folder in folders for path in folder.iterdir())
    return {path.as_uri() for path in files if f"\n{name}(" in path.read_text(encoding="utf-8")}


async def test_references_are_found_across_files(client: LanguageClient, edit) -> None:
    """Rules, declarations, citations, criteria that name a predicate, and the facts of cases, open or in the open folder."""
    editor, case = edit(EVOLOCUMAB), edit(CASE)
    params = types.ReferenceParams(
        types.ReferenceContext(True), editor.document, editor.position("ldl(Case, Date, Value)")
    )
    found = await client.text_document_references_async(params)
    assert found is not None
    cases = stating("ldl")
    assert len(cases) > 2
    assert {each.uri for each in found} == {editor.uri, *cases}
    assert {editor.cut(each.range) for each in found if each.uri == editor.uri} == {"ldl"}
    own = [editor.text.splitlines()[each.range.start.line] for each in found if each.uri == editor.uri]
    declared = (":- pred ldl(", ":- pred -ldl(", ":- abducible ldl/3.", ":- functional ldl(", ":- question ldl(")
    assert all(any(line.startswith(each) for line in own) for each in declared)
    stated = [case.text.splitlines()[each.range.start.line] for each in found if each.uri == case.uri]
    assert [line.partition("(")[0] for line in stated] == ["ldl", "ldl"]


async def test_a_complete_record_names_its_predicate(client: LanguageClient, edit) -> None:
    """`complete/2` in a case file is found from the policy's declaration."""
    editor, case = edit(EVOLOCUMAB), edit(CASE.with_name("08_one_statin_not_tolerated_in_hyperlipidemia.pl"))
    params = types.ReferenceParams(types.ReferenceContext(False), editor.document, editor.position("course(Case: case"))
    found = await client.text_document_references_async(params)
    lines = [case.text.splitlines()[each.range.start.line] for each in found or [] if each.uri == case.uri]
    assert lines == ["complete(one_statin, course)."]


async def test_a_predicate_is_renamed_wherever_it_is_named(client: LanguageClient, edit, tmp_path: Path) -> None:
    """In the file of its module, in what it exports and cites, in criteria, and where another file imports it by name."""
    rules = ":- module(m, [old/1]).\n:- pred old(X) :: '@(X) is old'.\n:- cite(old/1, 'old').\nold(X) :- q(X), \\+ -old(X).\nq(old).\n"
    user = ":- use_module('m.pl', [old/1]).\np(X) :- old(X).\np(X) :- m:old(X).\n"
    (tmp_path / "m.pl").write_text(rules, encoding="utf-8")
    first, second = edit(rules, "m.pl"), edit(user, "user.pl")
    place = first.position("old(X) :- q")
    edits = await client.text_document_rename_async(types.RenameParams(first.document, place, "aged"))
    assert edits is not None
    assert edits.changes is not None
    assert first.edited(edits.changes[first.uri]) == (
        ":- module(m, [aged/1]).\n:- pred aged(X) :: '@(X) is old'.\n:- cite(aged/1, 'old').\n"
        "aged(X) :- q(X), \\+ -aged(X).\nq(old).\n"
    )
    assert second.edited(edits.changes[second.uri]) == user.replace("old", "aged")


async def test_a_predicate_is_renamed_in_cases_that_are_not_open(client: LanguageClient, edit) -> None:
    """The case files of the open folder that state it; those of other policies stay."""
    editor = edit(EVOLOCUMAB)
    place = editor.position("calcium_score(Case: case")
    edits = await client.text_document_rename_async(types.RenameParams(editor.document, place, "score"))
    assert edits is not None
    cases = stating("calcium_score")
    assert cases
    assert {*(edits.changes or {})} == {editor.uri, *cases}


async def test_what_another_policy_calls_the_same_is_another_predicate(client: LanguageClient, edit) -> None:
    """Several policies know nothing of each other, open or beside it: what one has is renamed in that one."""
    first, _ = edit(EVOLOCUMAB), edit(XPOVIO)
    place = first.position("old_enough).")
    edits = await client.text_document_rename_async(types.RenameParams(first.document, place, "adult"))
    assert edits is not None
    assert [*(edits.changes or {})] == [first.uri]
    params = types.ReferenceParams(types.ReferenceContext(True), first.document, place)
    assert {each.uri for each in await client.text_document_references_async(params) or []} == {first.uri}


@pytest.mark.parametrize(
    ("at", "name", "why"),
    [
        ("old(Case) :-", "young", "there is a predicate `young/1` already"),
        ("old(Case) :-", "age", "`age` belongs to the language"),
        ("birth_date(Case", "born", "which comes with Priorlog"),
        ("Birth @<", "case", "is no variable"),
        ("Birth @<", "Case", "has a variable `Case` already"),
    ],
)  # fmt: skip
async def test_a_name_that_would_clash_is_refused(client: LanguageClient, edit, at: str, name: str, why: str) -> None:
    """A predicate that is there, one of the language, one of the library; a variable that the clause has."""
    editor = edit(RULES)
    with pytest.raises(JsonRpcException, match=why):
        await client.text_document_rename_async(types.RenameParams(editor.document, editor.position(at), name))


async def test_a_variable_is_renamed_in_its_clause(client: LanguageClient, edit) -> None:
    """In a declaration also in the sentence."""
    editor = edit(":- pred p(Some: case) :: '@(Some) is'.\np(X) :- q(X).\nq(X) :- p(X).\n")

    async def renamed(position: types.Position, name: str) -> str:
        edits = await client.text_document_rename_async(types.RenameParams(editor.document, position, name))
        assert edits is not None
        assert edits.changes is not None
        return editor.edited(edits.changes[editor.uri])

    assert await renamed(editor.position("X) :- q"), "Y") == editor.text.replace("p(X) :- q(X)", "p(Y) :- q(Y)")
    assert await renamed(editor.position("Some"), "Case") == editor.text.replace("Some", "Case")


async def test_completion_goes_by_the_type_of_an_argument(client: LanguageClient, edit) -> None:
    """In an argument the constants of its vocabulary and its variables, where a goal stands predicates, and after `:-` declarations."""
    editor = edit(RULES)

    async def complete(typed: str) -> list[str]:
        editor.change(RULES + typed)
        end = Positions(SourceText("", editor.text)).position(len(editor.text))
        found = await client.text_document_completion_async(types.CompletionParams(editor.document, end))
        assert isinstance(found, types.CompletionList)
        return [each.label for each in found.items]

    assert "bortezomib" in await complete("\np(Case) :- prior_therapy(Case, 1, bor")
    assert "Case" in await complete("\np(Case) :- prior_therapy(")
    assert "multiple_myeloma" in await complete("\np(Case) :- indication(Case, ")
    assert "bortezomib" not in await complete("\np(Case) :- indication(Case, bor")
    assert [each for each in await complete("\np(Case) :- birth") if each.startswith("birth_date")]
    assert "functional" in await complete("\n:- func")
    assert "drug_class" in await complete("\n:- pred p(Case: case, Class: dru")
    assert "antiemetics" in await complete("\n:- use_module(library(anti")


async def test_did_you_mean_is_a_change_that_mends(client: LanguageClient, edit) -> None:
    """What a diagnostic suggests is offered, and once it is made nothing is wrong any more."""
    editor = edit(RULES.replace("birth_date(Case, Birth)", "birth_dat(Case, Birth)"))
    found = [each for each in await editor.diagnostics() if each.code == "E201"]
    params = types.CodeActionParams(editor.document, found[0].range, types.CodeActionContext(found))
    (action,) = await client.text_document_code_action_async(params) or []
    assert isinstance(action, types.CodeAction)
    assert action.edit is not None
    assert action.edit.changes is not None
    assert action.title == "Write `birth_date`"
    editor.change(editor.edited([*action.edit.changes[editor.uri]]))
    assert (editor.text, await editor.diagnostics()) == (RULES, [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (":- use_module(library(casez)).\n", ":- use_module(library(cases)).\n"),
        (":- pred p(Agent) :: '@(Agnet) is'.\np(a).\n", ":- pred p(Agent) :: '@(Agent) is'.\np(a).\n"),
        (":- inlien p/1.\np(a).\n", ":- inline p/1.\np(a).\n"),
        (RULES + "p(C) :- prior_therapy(C, _, bortezomip).\n", RULES + "p(C) :- prior_therapy(C, _, bortezomib).\n"),
        (RULES + "p(C) :- prior_therapy(C, _, 'velcaid').\n", RULES + "p(C) :- prior_therapy(C, _, 'Velcade').\n"),
    ],
)  # fmt: skip
async def test_every_kind_of_suggestion_is_written(before: str, after: str) -> None:
    """Files of the library, arguments in sentences, directives, names of vocabularies, in quotation marks where they need them."""
    desk, path = Desk(), ROOT / "no_such_file.pl"
    desk.put(path, before, 1)
    page = Page(desk.sheet(path))
    found = features.actions(page, desk.diagnostics(path)[page.sheet.file], page.positions().whole)
    edits = [
        edit
        for action in found
        if action.is_preferred and action.edit
        for edit in (action.edit.changes or {})[page.uri(page.sheet.file) or ""]
    ]
    positions = page.positions()
    text = before
    for each in edits:
        text = text[: positions.offset(each.range.start)] + each.new_text + text[positions.offset(each.range.end) :]
    assert text == after


# the text as a whole


async def test_a_text_is_laid_out_as_by_format(client: LanguageClient, edit) -> None:
    """The change makes what `priorlog format` writes; a text with syntax errors is left alone."""
    editor = edit("p( a ).\nq(X):-p(X),\\+r(X). % why\nr(b).\n")
    params = types.DocumentFormattingParams(editor.document, types.FormattingOptions(4, True))
    edits = await client.text_document_formatting_async(params)
    assert editor.edited([*(edits or [])]) == formatted_text(SourceText("a.pl", editor.text))
    editor.change("p( a ")
    assert not await client.text_document_formatting_async(params)


async def test_symbols_are_policies_and_predicates(client: LanguageClient, edit) -> None:
    """Each once, where it is first declared, with its sentence."""
    editor = edit(EVOLOCUMAB)
    found = await client.text_document_document_symbol_async(types.DocumentSymbolParams(editor.document))
    named = {each.name: each for each in found or [] if isinstance(each, types.DocumentSymbol)}
    assert named["old_enough/1"].detail == "the patient is 18 years old or older on the date of the request"
    assert named["evolocumab"].kind is types.SymbolKind.Class
    assert len(named) == len(found or [])


async def test_lenses_tell_uses(client: LanguageClient, edit) -> None:
    """Beside its declaration, how many places name a predicate."""
    editor = edit(RULES)
    found = await client.text_document_code_lens_async(types.CodeLensParams(editor.document))
    told = {each.range.start.line: each.command.title for each in found or [] if each.command}
    assert told == {1: "1 use", 2: "0 uses"}


async def test_lenses_tell_the_tests_that_show_a_rule() -> None:
    """Where tests were run, beside each rule in how many it is true, false and unknown."""
    desk, path = Desk(), ROOT / "no_such_file.pl"
    desk.put(path, RULES, 1)
    page = Page(desk.sheet(path))
    rule = next(clause for clause in page.book.loaded.program.clauses if clause.head.pred.name == "old")
    shown = {rule.span: {"true": ["c1", "c2"], "false": ()}}
    told = features.hovered(page, page.positions().position(RULES.index("old(Case) :-")), shown)
    assert told is not None
    assert "tests: 2 true" in str(told.contents)
    titles = [each.command.title for each in features.lenses(page, shown) if each.command]
    assert "tests: 2 true" in titles


SMALL = """\
:- module(small, []).
:- use_module(library(cases)).
:- policy(small, [drug(selinexor), title('Small'), effective(2024-01-01)]).
criterion(small, initial, 1, age, old_enough).
:- pred old_enough(Case: case) :: 'the patient is 18 years old or older'.
old_enough(Case) :- request(Case, _, _, On), birth_date(Case, Born), age(Born, On, Years), Years >= 18.
"""
TEST = "request(c1, selinexor, initial, 2024-06-01). birth_date(c1, 1980-01-01). expect(c1, age, met).\n"


async def test_tests_are_run_beside_and_again_when_a_file_is_saved(tmp_path: Path) -> None:
    """With `--tests`, each rule tells what tests show of it as soon as they have run; one that is another by now tells nothing until
    it is saved. The server answers meanwhile, and writes nothing else where its messages go."""
    policy, test = tmp_path / "small.pl", tmp_path / "case.pl"
    policy.write_text(SMALL, encoding="utf-8")
    test.write_text(TEST, encoding="utf-8")
    command = [*COMMAND, "-f", str(policy), "--tests", str(test)]
    client = await ClientServerConfig(command, server_env={**os.environ, "PYTHONPATH": str(ROOT)}).start()
    refreshed: asyncio.Queue[None] = asyncio.Queue()
    client.feature(types.WORKSPACE_CODE_LENS_REFRESH)(lambda _params: refreshed.put_nowait(None))
    workspace = types.WorkspaceClientCapabilities(
        code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True)
    )
    await client.initialize_session(types.InitializeParams(types.ClientCapabilities(workspace=workspace)))
    editor = Editor(client, policy, SMALL)

    async def told_of_tests() -> dict[int, str]:
        """By line, what lenses tell of tests."""
        found = await client.text_document_code_lens_async(types.CodeLensParams(editor.document))
        told = [(each.range.start.line, each.command.title) for each in found or [] if each.command]
        return {line: title for line, title in told if "test" in title}

    criterion, rule = 3, 5
    assert await told_of_tests() == {}
    await asyncio.wait_for(refreshed.get(), LONGEST)
    assert await told_of_tests() == {criterion: "tests: 1 true", rule: "tests: 1 true"}
    editor.change(SMALL.replace("Years >= 18", "Years >= 48"))
    assert await told_of_tests() == {criterion: "tests: 1 true"}
    policy.write_text(editor.text, encoding="utf-8")
    client.text_document_did_save(types.DidSaveTextDocumentParams(editor.document))
    await asyncio.wait_for(refreshed.get(), LONGEST)
    assert await told_of_tests() == {criterion: "tests: 1 false", rule: "tests: 1 false"}
    await client.shutdown_session()


async def test_a_lens_opens_the_smallest_case(tmp_path: Path) -> None:
    """Where a criterion is listed, a command finds the smallest case in which it has a truth value and has the client open it; where
    there is none, or the policy is wrong, that is said."""
    policy = tmp_path / "small.pl"
    policy.write_text(SMALL, encoding="utf-8")
    client = await ClientServerConfig(COMMAND, server_env={**os.environ, "PYTHONPATH": str(ROOT)}).start()
    window = types.WindowClientCapabilities(show_document=types.ShowDocumentClientCapabilities(support=True))
    await client.initialize_session(types.InitializeParams(types.ClientCapabilities(window=window)))
    editor = Editor(client, policy, SMALL)

    async def asked(title: str) -> str | None:
        found = await client.text_document_code_lens_async(types.CodeLensParams(editor.document))
        (command,) = [each.command for each in found or [] if each.command and each.command.title == title]
        params = types.ExecuteCommandParams(command.command, command.arguments)
        return await asyncio.wait_for(client.workspace_execute_command_async(params), LONGEST)

    for value, stated in (
        ("met", "birth_date(case, "),
        ("not met", "birth_date(case, "),
        ("not documented", "request("),
    ):
        text = await asked(f"a case: {value}")
        assert text is not None
        assert f"% The smallest case in which age (initial) is {value}." in text
        assert f"expect(case, age, {value.replace(' ', '_')})." in text
        assert stated in text
        assert (text.count("birth_date") == 0) is (value == "not documented")
    opened = [Path(to_fs_path(each.uri) or "").read_text(encoding="utf-8") for each in client.shown_documents]
    assert ["expect(case, age, " in each for each in opened] == [True, True, True]
    editor.change(SMALL.replace("Years >= 18", "Years < 0"))
    assert await asked("a case: met") is None
    assert [each.message for each in client.messages] == ["No case was found in which age is met."]
    editor.change(SMALL.replace("Years >= 18", "Yeers >= 18"))
    assert await asked("a case: met") is None
    assert client.messages[1].message.startswith("The policy has errors: ")
    await client.shutdown_session()


# what clients send


async def test_half_typed_text_is_answered_everywhere() -> None:
    """A policy cut off at any place: every question about its end has an answer, and none is an error."""
    desk, path = Desk(), EVOLOCUMAB
    text = EVOLOCUMAB.read_text(encoding="utf-8")
    for end in range(700, len(text), 997):
        desk.put(path, text[:end], end)
        page = Page(desk.sheet(path))
        position = page.positions().position(end)
        desk.diagnostics(path)
        features.completions(page, position)
        features.hovered(page, position)
        features.definition(page, position)
        features.references(page, position)
        features.symbols(page)
        features.formatted(page)


async def test_a_message_that_is_none_does_not_end_the_server() -> None:
    """After one that is not JSON, one with no such method and one with no such document, the next is answered."""

    def message(text: str) -> bytes:
        return f"Content-Length: {len(text.encode())}\r\n\r\n{text}".encode()

    def call(number: int, method: str, **params: object) -> bytes:
        return message(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))

    sent = b"".join(
        [
            b"no header\r\n\r\nContent-Length: many\r\n\r\n",
            message("{not json"),
            message("null"),
            call(1, "initialize", capabilities={}, processId=None, rootUri=None),
            message("[]"),
            message('{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": 5}}'),
            call(2, "no/such/method"),
            call(
                3,
                "textDocument/hover",
                textDocument={"uri": "file:///no/such.pl"},
                position={"line": 9, "character": 9},
            ),
            call(4, "textDocument/hover", wrong=1),
            call(
                5,
                "textDocument/formatting",
                textDocument={"uri": "untitled:Untitled-1"},
                options={"tabSize": 4, "insertSpaces": True},
            ),
            call(6, "shutdown"),
            message('{"jsonrpc": "2.0", "method": "exit"}'),
        ]
    )
    ended = subprocess.run(
        COMMAND, input=sent, capture_output=True, timeout=60, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    answers = ended.stdout.decode()
    assert '"id":6' in answers.replace(" ", "")
    assert ended.returncode == 0


@pytest.mark.parametrize(("encoding", "units"), [("utf-8", (1, 3, 7)), ("utf-16", (1, 2, 4)), ("utf-32", (1, 2, 3))])
async def test_characters_are_counted_as_the_client_does(encoding: str, units: tuple[int, ...]) -> None:
    """Of a text of characters of one, two and four bytes, in each encoding that the protocol knows; and back."""
    positions = Positions(SourceText("a.pl", "p\n-\N{LATIN SMALL LETTER E WITH ACUTE}\N{GRINNING FACE}x"), encoding)
    assert tuple(positions.position(offset).character for offset in (3, 4, 5)) == units
    assert [positions.offset(positions.position(offset)) for offset in range(7)] == [*range(7)]
    assert positions.offset(types.Position(0, 99)) == 1
    assert positions.offset(types.Position(99, 0)) == 6
