"""The Model Context Protocol server, asked by a client of the protocol over standard input and output."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

pytest.importorskip("mcp", reason="the protocol is not installed: pip install 'priorlog[mcp]'")

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult

from explain.api import Program, load
from explain.cli.entry import main
from explain.mcp import questions
from explain.mcp.questions import Reply, Served
from explain.mcp.server import MOST_CASE, MOST_GOAL, Desk, server

ROOT = Path(__file__).resolve().parents[2]
CASE = (ROOT / "examples" / "cases" / "03_rrmm_second_proteasome_inhibitor_open.pl").read_text(encoding="utf-8")
POLICIES = ROOT / "examples" / "policies"
SECRET = "what only this machine may know"
TOOLS = {"query", "why", "why_not", "missing", "review", "next_question", "answer", "policies", "check"}

pytestmark = pytest.mark.heavy


class Assistant:
    """A client with the server that it has started, in a folder of its own."""

    def __init__(self, portal: BlockingPortal, client: Client, folder: Path) -> None:
        self.portal, self.client, self.folder = portal, client, folder

    def result(self, tool: str, **given: Any) -> CallToolResult:
        return self.portal.call(self.client.call_tool, tool, given)

    def answer(self, tool: str, **given: Any) -> str:
        """What a tool answers; it is no error."""
        found = self.result(tool, **given)
        assert not found.is_error, found.content[0].text
        return self.text(found)

    def error(self, tool: str, **given: Any) -> str:
        """What a tool says is wrong."""
        found = self.result(tool, **given)
        assert found.is_error, found.content[0].text
        return self.text(found)

    def resource(self, address: str) -> str:
        (found,) = self.portal.call(self.client.read_resource, address).contents
        return found.text

    @staticmethod
    def text(found: CallToolResult) -> str:
        (content,) = found.content
        return content.text


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """A client and its server, which lives in a folder with a file that nobody is to see."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "secret.pl").write_text(f"secret('{SECRET}').\n", encoding="utf-8")
    (folder / "secret.csv").write_text(f"what\n{SECRET}\n", encoding="utf-8")
    (folder.parent / "said").mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder), "TMPDIR": str(folder)}
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "explain.cli", "mcp"], env=environment, cwd=folder
    )
    with (
        (folder.parent / "said" / "err").open("w+", encoding="utf-8") as said,
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(stdio_client(parameters, errlog=said))) as client,
    ):
        yield Assistant(portal, client, folder)


@pytest.fixture(scope="module")
def program() -> Program:
    """The same program in this process, with the case beside it."""
    return load().with_text(CASE)


def test_every_tool_is_offered_and_says_that_it_only_reads(assistant: Assistant) -> None:
    """The tools are those that there should be; each says what it does, and that it changes nothing."""
    tools = assistant.portal.call(assistant.client.list_tools).tools
    assert TOOLS == {tool.name for tool in tools}
    for tool in tools:
        assert tool.description
        assert tool.annotations is not None
        assert (True, False) == (tool.annotations.read_only_hint, tool.annotations.destructive_hint)
    assert "never\ndenies" in (assistant.client.instructions or "")


def test_a_goal_is_answered_as_the_interface_answers_it(assistant: Assistant, program: Program) -> None:
    """Answers, explanations and what is missing are those of `import priorlog`, as text and as JSON."""
    goal = "refractory_to_two_proteasome_inhibitors(C)"
    for tool, found in (
        ("query", program.ask(goal)),
        ("why", program.why(goal)),
        ("why_not", program.why_not(goal)),
        ("missing", program.missing(goal)),
    ):
        assert str(found) == assistant.answer(tool, goal=goal, case=CASE)
        assert found.to_json() == assistant.answer(tool, goal=goal, case=CASE, format="json")


def test_a_policy_is_asked_without_a_case(assistant: Assistant) -> None:
    """What a policy knows can be asked for by itself."""
    assert "X\nbortezomib\ncarfilzomib\nixazomib" == assistant.answer(
        "query", goal="drug_class(X, proteasome_inhibitor)"
    )


def test_a_case_is_reviewed_as_the_interface_reviews_it(assistant: Assistant, program: Program) -> None:
    """A review is that of `import priorlog`, also as of another date."""
    assert str(program.only_case().review()) == assistant.answer("review", case=CASE)
    (as_json,) = json.loads(assistant.answer("review", case=CASE, format="json", as_of="2019-08-01"))
    assert ("2019-08-01", "2019-07-01") == (as_json["date"], as_json["policy_effective"])


def test_an_interview_is_held_by_sending_the_case_back_and_forth(assistant: Assistant) -> None:
    """The next question is asked until none is left; the text of the case has the answer, with who gave it."""
    asked = json.loads(assistant.answer("next_question", case=CASE))["question"]
    assert {"text", "kind", "choices", "form"} == set(asked)
    text = assistant.answer("answer", case=CASE, answer=asked["choices"][0], who="Dr. Day")
    assert text.startswith(CASE.rstrip("\n"))
    assert "Dr. Day" in text
    assert {"question": None} == json.loads(assistant.answer("next_question", case=text))
    (review,) = json.loads(assistant.answer("review", case=text, format="json"))
    assert "meets_criteria" == review["determination"]


def test_policies_are_listed_with_their_pages_and_rules(
    assistant: Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each policy has its page, as `priorlog document` writes it, and the rules that it consists of."""
    (policy,) = json.loads(assistant.answer("policies"))
    assert ("xpovio", ["selinexor"], "2024-07-01") == (policy["name"], policy["drugs"], policy["effective"])
    assert main(["document", "--format", "markdown"]) == 0
    assert capsys.readouterr().out == assistant.resource("priorlog://policies/xpovio")
    listed = {str(each.uri) for each in assistant.portal.call(assistant.client.list_resources).resources}
    assert "priorlog://rules/kb/library/cases.pl" in listed
    shipped = (ROOT / "kb" / "policies" / "xpovio.pl").read_text(encoding="utf-8")
    assert shipped == assistant.resource("priorlog://rules/kb/policies/xpovio.pl")


def test_a_text_is_checked_as_a_case_or_as_rules(assistant: Assistant) -> None:
    """The text of a case file is checked against the policies, that of a rule file by itself, with what the library has."""
    assert "0 error(s), 0 other(s)" == assistant.answer("check", text=CASE)
    misspelt = CASE.replace("refractory(", "refractery(", 1)
    assert "error[E404]" in assistant.answer("check", text=misspelt)
    rules = ":- use_module(library(cases)).\nold(C) :- birth_dat(C, B), B @< 1950-01-01.\n"
    found = json.loads(assistant.answer("check", text=rules, format="json"))
    assert {"<text>"} == {each["file"] for each in found}
    assert ["E201"] == [each["code"] for each in found if each["severity"] == "error"]


@pytest.mark.parametrize(
    "text", ["p('\ud800').", "request(c, xpovio, initial, 2024-09-03).\nsex(c, '\ud800').", "p(a).\0"]
)
def test_a_text_that_is_none_is_an_error_that_says_so(text: str) -> None:
    """Half of a character, and a NUL byte, which no file may have."""
    found = questions.reply(Served(), questions.check, text, "text").text
    assert "error[E107]: `<text>` cannot be read" in found


HOSTILE = {
    "no goal": ("query", {"goal": ""}),
    "no Datalog": ("query", {"goal": "p(f(X)), !."}),
    "a goal that would run something": ("query", {"goal": "shell('touch owned')"}),
    "a goal of many brackets": ("query", {"goal": "(" * 4000 + "true" + ")" * 4000}),
    "a goal that is too long": ("query", {"goal": "p" * (MOST_GOAL + 1)}),
    "a NUL byte": ("review", {"case": CASE + "\0"}),
    "a case that loads a file": ("review", {"case": CASE + ":- ensure_loaded('secret.pl').\n"}),
    "a case that has a table": ("review", {"case": CASE + ":- facts(refractory/2, 'secret.csv').\n"}),
    "a case with a rule": ("review", {"case": CASE + "refractory(rrmm_second_pi_open, X) :- drug_class(X, _).\n"}),
    "a case that is too long": ("review", {"case": "%" * (MOST_CASE + 1)}),
    "no case": ("next_question", {"case": ""}),
    "two cases": ("next_question", {"case": CASE + CASE.replace("rrmm_second_pi_open", "other")}),
    "no date": ("review", {"case": CASE, "as_of": "yesterday"}),
    "no policy": ("review", {"case": CASE, "policy": "nosuch"}),
    "no answer": ("answer", {"case": CASE, "answer": "nosuch agent"}),
    "no such format": ("review", {"case": CASE, "format": "html"}),
    "another type": ("review", {"case": ["secret.pl"]}),
    "nothing": ("review", {}),
}
"""What is wrong, by what it is: the tool, and what it is given."""


@pytest.mark.parametrize(("tool", "given"), HOSTILE.values(), ids=list(HOSTILE))
def test_what_is_wrong_is_told_and_the_server_stays(tool: str, given: dict[str, Any], assistant: Assistant) -> None:
    """What cannot be answered is an error of the tool, which says what is wrong and nothing of this machine; the next is answered."""
    said = assistant.error(tool, **given)
    assert len(said) < 5000
    assert not [each for each in ("Traceback", SECRET, str(ROOT), str(assistant.folder)) if each in said], said
    assert "bortezomib" in assistant.answer("query", goal="brand(velcade, X)")


@pytest.mark.parametrize(
    "text",
    [
        ":- ensure_loaded('{folder}/secret.pl').\n",
        ":- ensure_loaded('{folder}/nosuch.pl').\n",
        ":- ensure_loaded('../../../../../../../../etc/passwd').\n",
        ":- use_module(library('../../../etc/passwd')).\n",
        ":- pred secret(What: string) :: '@(What)'.\n:- facts(secret/1, '{folder}/secret.csv').\n",
    ],
)
def test_a_text_that_is_checked_reads_no_file(text: str, assistant: Assistant) -> None:
    """A rule file that is given as text cannot have another file read, or find out whether there is one."""
    said = assistant.answer("check", text=text.replace("{folder}", str(assistant.folder)))
    assert "cannot be read: here, only what" in said or "the library has no" in said
    assert not [each for each in (SECRET, "no such file", "root:") if each in said], said


@pytest.mark.parametrize(
    "address",
    [
        "priorlog://rules/secret.pl",
        "priorlog://rules/../../etc/passwd",
        "file:///etc/passwd",
        "priorlog://policies/nosuch",
    ],
)
def test_no_other_file_is_a_resource(address: str, assistant: Assistant) -> None:
    """What is not listed cannot be read."""
    with pytest.raises(MCPError):
        assistant.resource(address)


def test_no_tool_writes(assistant: Assistant) -> None:
    """After every tool was called, what lies in the server's folder, which is its home and temporary folder too, is as it was."""

    def files() -> dict[Path, bytes]:
        return {each: each.read_bytes() for each in assistant.folder.rglob("*") if each.is_file()}

    before = files()
    for tool in TOOLS - {"policies"}:
        assistant.result(tool, goal="meets_criteria(C)", case=CASE, text=CASE, answer="carfilzomib")
    assistant.result("policies")
    assert before == files()


def test_questions_at_once_are_each_answered(assistant: Assistant, program: Program) -> None:
    """Questions that come at once are answered as if each came alone."""
    goals = [f"drug_class(X, {name})" for name in ("proteasome_inhibitor", "anti_cd38_monoclonal_antibody")] * 5

    async def all_of_them() -> dict[int, str]:
        found: dict[int, str] = {}

        async def ask(number: int, goal: str) -> None:
            found[number] = Assistant.text(await assistant.client.call_tool("query", {"goal": goal}))

        async with anyio.create_task_group() as group:
            for number, goal in enumerate(goals):
                group.start_soon(ask, number, goal)
        return found

    found = assistant.portal.call(all_of_them)
    assert [str(program.ask(goal)) for goal in goals] == [found[number] for number in range(len(goals))]


def test_nothing_of_a_patient_is_logged(assistant: Assistant) -> None:
    """After all that, the server has said nothing on standard error, where a client keeps its log."""
    assistant.error("review", case="request(rrmm_secret_name, nosuch(x)).")
    assert "" == (assistant.folder.parent / "said" / "err").read_text(encoding="utf-8")


def endless(_program: Program, place: str) -> str:
    """A question that takes for ever, and writes down which process it keeps busy."""
    Path(place).write_text(str(os.getpid()), encoding="utf-8")
    while True:
        time.sleep(0.01)


def test_a_desk_that_ends_ends_its_questions(tmp_path: Path) -> None:
    """Where the server ends, so does the process of a question that is worked out."""
    place = tmp_path / "pid"

    async def ask() -> None:
        desk = Desk(Served(), seconds=100)
        async with anyio.create_task_group() as group:
            group.start_soon(desk.reply, endless, str(place))
            while not place.exists() or not place.read_text(encoding="utf-8"):
                await anyio.sleep(0.05)
            await desk.end()

    anyio.run(ask)
    with pytest.raises(ProcessLookupError):
        os.kill(int(place.read_text(encoding="utf-8")), 0)


def test_a_question_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    """A question ends after its time with an error, its process with it, and the next one is answered."""
    place = tmp_path / "pid"

    async def ask() -> tuple[Reply, Reply]:
        slow = Desk(Served(), seconds=5)
        first = await slow.reply(endless, str(place))
        return first, await Desk(Served(), seconds=60).reply(questions.query, "brand(velcade, X)", "", "text")

    first, second = anyio.run(ask)
    assert (True, True) == (first.is_error, "error[E501]" in first.text)
    assert Reply("X\nbortezomib") == second
    with pytest.raises(ProcessLookupError):
        os.kill(int(place.read_text(encoding="utf-8")), 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_ends_when_it_is_told_to(number: signal.Signals, tmp_path: Path) -> None:
    """What is no message is passed over; a signal ends the server while it waits for its client."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "explain.cli", "mcp"]
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}}
    asked = {"name": "query", "arguments": {"goal": "brand(velcade, X)"}}
    messages = [
        {"id": 1, "method": "initialize", "params": hello},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": asked},
    ]
    garbage = b"what is no message\n\xff\xfe\n{}\nnull\n" + b"[" * 100_000 + b"\n"
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, env=environment, cwd=tmp_path) as process:
        assert None not in (process.stdin, process.stdout, process.stderr)
        process.stdin.write(
            garbage + b"".join(json.dumps({"jsonrpc": "2.0", **each}).encode() + b"\n" for each in messages)
        )
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.send_signal(number)
        assert 128 + number == process.wait(30)
        assert b"" == process.stderr.read()
    assert [1, 2] == [each["id"] for each in answers]
    assert "X\nbortezomib" == answers[1]["result"]["content"][0]["text"]


def killed(_program: Program) -> str:
    """A question whose process ends, as one that runs out of memory."""
    os._exit(9)


def silly(_program: Program) -> str:
    """A question with a fault that nothing foresaw."""
    raise ZeroDivisionError("silly")


def long(_program: Program) -> str:
    """A question whose answer is too long."""
    return "x" * 2_000_000


@pytest.mark.parametrize(("question", "code"), [(killed, "E504"), (silly, "E504"), (long, "E501")])
def test_a_question_that_breaks_is_an_error_of_the_tool(question: Any, code: str) -> None:
    """A process that ends, a fault that nothing foresaw and an answer that is too long each are an error with a code."""
    found = anyio.run(Desk(Served(), 60).reply, question)
    assert (True, True) == (found.is_error, f"error[{code}]" in found.text)
    assert len(found.text) < 1000


def test_other_policies_are_served_where_the_command_names_them() -> None:
    """With `-f`, the tools are about other rule files, which stand beside each other."""
    files = tuple(str(POLICIES / f"{name}.pl") for name in ("evolocumab", "cgrp_antibodies"))
    case = sorted((POLICIES / "cases" / "evolocumab").glob("*.pl"))[0].read_text(encoding="utf-8")

    async def ask() -> tuple[list[str], str]:
        async with Client(server(Desk(Served(files), 60))) as client:
            listed = json.loads(Assistant.text(await client.call_tool("policies", {})))
            reviewed = await client.call_tool("review", {"case": case, "format": "json"})
            return [each["name"] for each in listed], Assistant.text(reviewed)

    policies, reviewed = anyio.run(ask)
    assert ["cgrp_antibodies", "evolocumab"] == sorted(policies)
    assert ["evolocumab"] == [each["policy"] for each in json.loads(reviewed)]


def test_faults_of_the_rules_keep_the_server_from_starting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule file with errors is told of at once, with exit code 1."""
    (tmp_path / "bad.pl").write_text("p(X) :- q(X).\n", encoding="utf-8")
    assert main(["mcp", "-f", str(tmp_path / "bad.pl")]) == 1
    assert "error[E201]" in capsys.readouterr().err
