"""What a session has come to, as files: what is stated of cases as a case file, and a changed program as the file that it was,
with the changes in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.cases import case_file_text
from explain.repl.state import State
from explain.repl.version import Version
from explain.workspace import raise_errors
from kb.language.diagnostics import QUERY, ProgramError, SourceText
from kb.language.loader import RULES, load_text
from kb.language.printer import show_clause
from kb.language.syntax import USER, Clause
from kb.output import check_new, target_of, write_new


def save(state: State, path: Path) -> Iterator[tuple[Path, str]]:
    """Writes new files, and gives the name of each with what it has. Raises `ProgramError`, and writes nothing, if one is there
    already or there is nothing to write."""
    named = target_of(path)
    texts: list[tuple[Path, str, str]] = []
    if state.facts and (not state.version.is_changed or any(map(_is_typed, state.facts))):
        number = len(state.facts)
        texts.append((named, case_file_text(state.facts), f"{number} {'fact' if number == 1 else 'facts'}"))
    if state.version.is_changed:
        rules = named.with_name(f"{named.stem}_rules{named.suffix or RULES}") if texts else named
        file, text = changed_text(state.version, rules)
        texts.append((rules, text, f"{file} with what was changed"))
    if not texts:
        raise ProgramError.of("E502", "nothing is stated, and nothing was changed", QUERY, "there is nothing to save")
    for target, _, _ in texts:
        check_new(target)
    for target, text, what in texts:
        write_new(target, text)
        yield target, what


def _is_typed(fact: Clause) -> bool:
    """Whether a fact stands in no file."""
    return not fact.span.line


def changed_text(version: Version, target: Path) -> tuple[str, str]:
    """The file of the program that was changed, and its text with the changes: without what was taken out, and with each clause
    that was added after those of its predicate, else at the end.

    Raises `ProgramError` if more files than one were changed, or if the text would say something else where it is to be written.
    """
    file = _changed_file(version)
    source = SourceText(file, version.loaded.sources.texts[file])
    text = source.text
    own = [clause for _, clause in version.reading.said.clauses if clause.span.file == file]
    gone = [clause for _, clause in version.edits.removed]
    new: dict[int, list[str]] = {}
    for _, clause in version.edits.added:
        alike = [each for each in own if each.head.pred == clause.head.pred]
        at = _extent(source, alike[-1])[1] if alike else len(text)
        new.setdefault(at, []).append(f"{show_clause(clause)}\n")
    pieces = [(*_extent(source, clause), "") for clause in gone]
    pieces += [(at, at, "".join(clauses)) for at, clauses in new.items()]
    for start, end, piece in sorted(pieces, key=lambda each: each[0], reverse=True):
        lead = "\n" if piece and start and text[start - 1] != "\n" else ""
        text = text[:start] + lead + piece + text[end:]
    _raise_if_other(version, text, target)
    return file, text


def _extent(source: SourceText, clause: Clause) -> tuple[int, int]:
    """Where a clause begins and ends, with the rest of its line if nothing but it is there."""
    start = source.offset(clause.span)
    end = start + clause.span.length
    is_alone = source.text[:start].rpartition("\n")[2].strip() == ""
    rest = source.text[end:].partition("\n")[0]
    if is_alone and not rest.strip():
        end = min(end + len(rest) + 1, len(source.text))
    return start, end


def _changed_file(version: Version) -> str:
    """The one file that the changes are of, which was asked for: where what was taken out stands, and where the module of what was
    added is. What belongs to no module can stand in any."""
    said = version.reading.said
    files = [clause.span.file for _, clause in version.edits.removed]
    files += [said.modules[module].span.file for module, _ in version.edits.added if module != USER]
    found = list(dict.fromkeys(files)) or said.named[:1]
    for clause in (clause for _, clause in version.edits.removed if clause.span.file not in said.named):
        what = f"`{show_clause(clause)}` was taken out of `{clause.span.file}`, which is loaded by others and cannot be saved"
        raise ProgramError.of("E502", what, QUERY, "`undo` takes that back")
    if len(found) != 1:
        listed = ", ".join(f"`{each}`" for each in found)
        what = f"several files were changed: {listed}" if found else "the program is of no file"
        raise ProgramError.of("E502", what, QUERY, "`undo` takes changes back; save those of one file at a time")
    return found[0]


def _raise_if_other(version: Version, text: str, target: Path) -> None:
    """Raises `ProgramError` if a text would not load where it is to be written, or would not say there what the program says now."""
    loaded = load_text(text, str(target), target.resolve().parent)
    raise_errors(loaded.diagnostics, loaded.sources)
    if len(version.reading.paths) == 1 and set(loaded.program.clauses) != set(version.loaded.program.clauses):
        said = f"the changes of the program cannot all be written to `{target}`"
        raise ProgramError.of("E502", said, QUERY, "`undo` takes changes back")
