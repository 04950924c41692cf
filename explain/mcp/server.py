"""The server: the tools and resources that it offers, and the process of its own in which each is answered within its time.

It keeps nothing between questions: a case is text that comes with each, and an answer gives back the text that states it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated
from urllib.parse import quote

from anyio import (
    BrokenWorkerProcess,
    CancelScope,
    CapacityLimiter,
    create_task_group,
    fail_after,
    open_signal_receiver,
    run,
    sleep,
    to_process,
)
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError
from mcp.server.mcpserver.resources import FunctionResource
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from explain.mcp import questions
from explain.mcp.questions import Form, Reply, Served
from explain.version import installed_version

SECONDS = 60
"""So long a question may take where nothing else is said."""
MOST_AT_ONCE = 2
"""So many questions are worked out at once; others wait."""
MOST_GOAL, MOST_CASE = 10_000, 1_000_000
"""The longest goal or answer, and the longest case or rule file, in characters."""
READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
INSTRUCTIONS = """\
Priorlog decides whether documented facts meet the criteria of drug prior-authorization policies, and proves each conclusion. It never
denies a request: where criteria are not met or not documented, a clinician decides. What is not documented is not "no".

A case is text: facts such as `request(c1, DRUG, initial, 2024-09-03).` or `birth_date(c1, 1950-02-01).`, one clause a line. Begin with
`policies`; the resource `priorlog://policies/NAME` is the page about a policy, with all that a case may state. `review` a case; then
`next_question` says what to ask, and `answer` gives the text of the case with the answer in it, to be asked again.
State only what the record shows, and cite the places that explanations name."""

Goal = Annotated[
    str,
    Field(
        max_length=MOST_GOAL, description="a goal such as `drug_class(Drug, Class)`; names with capitals are variables"
    ),
]
CaseText = Annotated[str, Field(max_length=MOST_CASE, description="the text of a case file: facts, one clause a line")]
Policy = Annotated[
    str, Field(max_length=MOST_GOAL, description="the policy that is meant, where several are about the requested drug")
]
Written = Annotated[Form, Field(description="text for people, or the JSON of the command line")]


@dataclass(frozen=True)
class Desk:
    """Has questions answered, each in a process that is ended where it takes longer than so many seconds."""

    served: Served
    seconds: float
    room: CapacityLimiter = field(default_factory=partial(CapacityLimiter, MOST_AT_ONCE))
    _asked: set[CancelScope] = field(default_factory=set, compare=False)
    """What ends the questions that are worked out now."""

    async def reply(self, question: Callable[..., str], *given: str) -> Reply:
        """What a question of `questions` is answered with."""
        async with self.room:
            try:
                with self._ending(), fail_after(self.seconds):
                    return await to_process.run_sync(questions.reply, self.served, question, *given, cancellable=True)
            except TimeoutError:
                return questions.given_up(
                    "E501", f"this has taken longer than {self.seconds:g} seconds, and was given up"
                )
            except BrokenWorkerProcess:
                return questions.given_up(
                    "E504", "the process that worked this out has ended, perhaps for want of memory"
                )
        return questions.given_up("E501", "the server ends, and this was given up")

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """Around a question, which `end` ends."""
        with CancelScope() as scope:
            self._asked.add(scope)
            try:
                yield
            finally:
                self._asked.discard(scope)

    async def end(self) -> None:
        """Ends the questions that are worked out now, each with its process."""
        while self._asked:
            for each in self._asked:
                each.cancel()
            await sleep(0.01)


@dataclass(frozen=True)
class Tools:
    """The tools, by name, each with what it is told to clients in its docstring."""

    desk: Desk

    async def _called(self, question: Callable[..., str], *given: str) -> CallToolResult:
        reply = await self.desk.reply(question, *given)
        return CallToolResult(content=[TextContent(type="text", text=reply.text)], is_error=reply.is_error)

    async def query(self, goal: Goal, case: CaseText = "", format: Written = "text") -> CallToolResult:
        """Answers a goal about the policies, or about a case beside them; what is not documented is marked."""
        return await self._called(questions.query, goal, case, format)

    async def why(self, goal: Goal, case: CaseText = "", format: Written = "text") -> CallToolResult:
        """Explains why a goal holds, or why it does not: the rules, their places in the policy, and the evidence."""
        return await self._called(questions.why, goal, case, format)

    async def why_not(self, goal: Goal, case: CaseText = "", format: Written = "text") -> CallToolResult:
        """Explains why a goal does not hold: everything that fails or is not documented, in every alternative."""
        return await self._called(questions.why_not, goal, case, format)

    async def missing(self, goal: Goal, case: CaseText = "", format: Written = "text") -> CallToolResult:
        """Finds the smallest sets of facts that are not documented and would make a goal hold."""
        return await self._called(questions.missing, goal, case, format)

    async def review(
        self,
        case: CaseText,
        policy: Policy = "",
        as_of: Annotated[str, Field(max_length=10, description="a date to review as of, as in 2024-07-01")] = "",
        format: Written = "text",
    ) -> CallToolResult:
        """Reviews each case of a text: the determination, the criteria, what is missing, the evidence. It denies nothing."""
        return await self._called(questions.review, case, policy, as_of, format)

    async def next_question(self, case: CaseText, policy: Policy = "") -> CallToolResult:
        """Says what to ask next about a case, as JSON: the question that can still change the determination, or null."""
        return await self._called(questions.next_question, case, policy)

    async def answer(
        self,
        case: CaseText,
        answer: Annotated[str, Field(max_length=MOST_GOAL, description="yes, no, none, unknown, or names and values")],
        who: Annotated[str, Field(max_length=MOST_GOAL, description="who gives the answer")] = "",
        policy: Policy = "",
    ) -> CallToolResult:
        """Gives the text of a case with an answer to what `next_question` asks stated in it. Nothing is kept here."""
        return await self._called(questions.answer, case, answer, who, policy)

    async def policies(self) -> CallToolResult:
        """Lists the policies, with their drugs, titles and dates, as JSON."""
        return await self._called(questions.policies)

    async def check(self, text: CaseText, format: Written = "text") -> CallToolResult:
        """Says what is wrong with the text of a case file or of a rule file; a rule file may load the library only."""
        return await self._called(questions.check, text, format)


def server(desk: Desk) -> MCPServer:
    """The server of what is asked at a desk. Raises `ProgramError` for what is wrong with the files of the policies."""
    program = questions.program_of(desk.served)
    made: MCPServer = MCPServer(
        "priorlog",
        title="Priorlog",
        instructions=INSTRUCTIONS,
        version=installed_version(),
        log_level="CRITICAL",  # what a message is about may be a patient
    )
    tools = Tools(desk)
    for tool in (
        tools.query,
        tools.why,
        tools.why_not,
        tools.missing,
        tools.review,
        tools.next_question,
        tools.answer,
        tools.policies,
        tools.check,
    ):
        made.add_tool(tool, annotations=READ_ONLY, structured_output=False)
    for policy in program.policies:
        page = partial(_read, desk, questions.document, policy.name)
        _offer(made, page, f"policies/{policy.name}", f"the page about the policy {policy.name}", "text/markdown")
    for file in program.workspace.sources.texts:
        _offer(made, partial(_read, desk, questions.rules, file), f"rules/{file}", f"the rules of {file}", "text/plain")
    return made


async def _read(desk: Desk, question: Callable[..., str], name: str) -> str:
    reply = await desk.reply(question, name)
    if reply.is_error:
        raise ResourceError(reply.text)
    return reply.text


def _offer(made: MCPServer, read: Callable[[], object], place: str, about: str, kind: str) -> None:
    made.add_resource(
        FunctionResource(uri=f"priorlog://{quote(place)}", name=place, description=about, mime_type=kind, fn=read)
    )


def serve(served: Served, seconds: float) -> None:
    """Answers a client on standard input and output until that ends, or the process is told to end."""
    desk = Desk(served, seconds)
    made = server(desk)

    async def answering() -> None:
        async with create_task_group() as group:
            group.start_soon(_end_when_told, desk)
            await made.run_stdio_async()
            group.cancel_scope.cancel()

    run(answering)


async def _end_when_told(desk: Desk) -> None:
    """Ends the process at once where a signal says so: what waits for input in a thread would wait for it to end."""
    if sys.platform == "win32":
        return
    with open_signal_receiver(signal.SIGINT, signal.SIGTERM, signal.SIGHUP) as received:
        async for number in received:
            await desk.end()
            os._exit(128 + number)
