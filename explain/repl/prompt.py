"""The interactive prompt, and the same language read from a pipe: where `priorlog` without a command starts.

    lines -> goals and commands (sentences.py) -> what each does (commands.py) -> session (session.py)

On a terminal nothing that is typed ends the session but `halt` and Ctrl-D. In a pipe the exit code tells whether there
was an error. What is typed is only ever read as goals, facts and commands; none of it is executed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from explain.repl.sentences import Sentence, read, sentences
from explain.repl.session import Session
from explain.repl.verbs import Leave
from explain.workspace import Workspace
from kb.language.diagnostics import QUERY, Diagnostic, ProgramError, Sources, format_diagnostic
from kb.language.loader import STANDARD_INPUT
from kb.language.syntax import Span
from kb.language.terms import plain_text

if TYPE_CHECKING:  # at a terminal, what answers is imported when there is something to answer
    from explain.repl.commands import Shell
    from explain.repl.terminal import Terminal

ANSWERED, ERRORS = 0, 1
MOST_SHOWN = 10
"""How many diagnostics one sentence prints at a terminal; a rule file loaded as a case file has hundreds."""


def run(workspace: Workspace, *, keeps_history: bool = False) -> int:
    """Answers what is typed at a terminal or comes through a pipe; gives the exit code. What is typed at a terminal is
    kept for later sessions if that is asked for."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        return at_terminal(Session(workspace), keeps_history=keeps_history)
    return in_pipe(Session(workspace), _lines())


# --- in a pipe ---------------------------------------------------------------------------------------------------


def _lines() -> Iterator[str]:
    """The lines of standard input; bytes that are not UTF-8 are kept as lone surrogates."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8-sig", errors="surrogateescape").replace("\r\n", "\n")


def in_pipe(session: Session, lines: Iterable[str]) -> int:
    """Runs the sentences of a text; prints answers as tables, errors to standard error.

    Gives 1 if there was an error, else 0.
    """
    from explain.repl.commands import Shell
    from explain.report.terminal import console

    lines = iter(lines)
    shell = Shell(session, console(), lines=lines)
    code = ANSWERED
    for sentence in read(lines):
        try:
            fault = _fault(partial(shell.run, sentence.text))
        except Leave:
            break
        sys.stdout.flush()
        if fault is not None:
            code = ERRORS
            _report(fault, _sources(session, sentence), moved=partial(_moved, sentence=sentence))
    return code


def _moved(diagnostic: Diagnostic, sentence: Sentence) -> Diagnostic:
    """A diagnostic of a sentence, at the place that it has in standard input."""
    span = diagnostic.span
    if span.file != QUERY:
        return diagnostic
    if not span.line:
        return replace(diagnostic, span=Span(STANDARD_INPUT, sentence.line, sentence.column, len(sentence.text)))
    column = span.column + sentence.column - 1 if span.line == 1 else span.column
    return replace(diagnostic, span=Span(STANDARD_INPUT, span.line + sentence.line - 1, column, span.length))


def _sources(session: Session, sentence: Sentence) -> Sources:
    """The texts to quote: the files read, and the sentence where it stands in standard input."""
    typed = "\n" * (sentence.line - 1) + sentence.before + sentence.text
    return session.workspace.sources.beside(STANDARD_INPUT, typed)


# --- at a terminal -----------------------------------------------------------------------------------------------


def at_terminal(session: Session, *, keeps_history: bool = False) -> int:
    """Reads and answers until the user leaves."""
    from explain.repl.terminal import Terminal
    from explain.repl.verbs import TOPICS

    def is_closed() -> bool:
        return session.state.closed_world

    terminal = Terminal(session.names, TOPICS, is_closed=is_closed, keeps_history=keeps_history)
    print(_greeting(session.workspace))
    shell: Shell | None = None
    while True:
        try:
            typed = terminal.read()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return ANSWERED
        shell = shell or _shell_at(terminal, session)
        if not _answer(shell, session, typed, terminal.agrees):
            return ANSWERED


def _shell_at(terminal: Terminal, session: Session) -> Shell:
    """What runs the sentences that are typed."""
    from prompt_toolkit.utils import is_dumb_terminal

    from explain.repl.commands import Shell
    from explain.repl.outside import edited, paged
    from explain.report.terminal import console

    shell = Shell(session, console(), edited=edited)
    if not is_dumb_terminal():
        shell.wants_more, shell.paged = terminal.wants_more, paged
    return shell


def _answer(shell: Shell, session: Session, typed: str, agrees: Callable[[str], bool] = lambda _: False) -> bool:
    """Runs what was typed; tells whether the session goes on. Of several facts that are not known, such as are pasted as a case
    file has them, it asks whether they are to be stated."""
    shell.unstated.clear()
    try:
        for sentence in sentences(typed):
            _run_at_terminal(session, sentence.text, partial(shell.run, sentence.text))
        if len(shell.unstated) > 1 and agrees(f"These {len(shell.unstated)} facts are not known. State them?"):
            facts = " ".join(shell.unstated)
            _run_at_terminal(session, facts, partial(shell.state, facts))
    except Leave:
        return False
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
    return True


def _run_at_terminal(session: Session, text: str, run: Callable[[], None]) -> None:
    fault = _fault(run)
    if fault is not None:
        _report(fault, session.workspace.sources.beside(QUERY, text), most=MOST_SHOWN)


def _greeting(workspace: Workspace) -> str:
    policies = workspace.rules.declarations.policies
    titles = [plain_text(title) if (title := each.get("title")) else each.name for each in policies]
    return f"Priorlog: {', '.join(titles) or 'your rules'}. `help.` says what can be typed, Ctrl-D leaves."


# --- what goes wrong ---------------------------------------------------------------------------------------------


def _fault(run: Callable[[], None]) -> Exception | None:
    """Runs a sentence, and gives what goes wrong in it."""
    try:
        run()
    except (Leave, BrokenPipeError):
        raise
    except Exception as error:
        return error
    return None


def _report(
    fault: Exception,
    sources: Sources,
    *,
    moved: Callable[[Diagnostic], Diagnostic] = lambda each: each,
    most: int | None = None,
) -> None:
    """Prints the diagnostics, at most so many, or one line about a fault of the program itself; the session goes on."""
    if isinstance(fault, ProgramError):
        sources = sources if fault.sources is None else sources.with_(fault.sources)
        for each in fault.diagnostics[:most]:
            print(format_diagnostic(moved(each), sources), file=sys.stderr)
        if most is not None and len(fault.diagnostics) > most:
            print(f"and {len(fault.diagnostics) - most} more", file=sys.stderr)
    else:
        said = " ".join(str(fault).split())
        print(f"unexpected {type(fault).__name__}: {said}; please report it with what you typed", file=sys.stderr)
