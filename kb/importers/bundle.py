"""Files of FHIR resources: a bundle, a single resource, or one resource a line (NDJSON); and folders of these.

Each bundle is a chart of its own, also where a file has one a line. All else is one chart, as a bulk export is: a file for each
type of resource.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import NoReturn

from kb.importers.facts import NotMapped
from kb.importers.json_values import Node
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.loader import decode, file_bytes, shown_path
from kb.language.syntax import Span

SUFFIXES = (".json", ".ndjson")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_ADDRESS = ("http://", "https://")
RULES_OF_ITS_OWN = "it follows rules of its own (`implicitRules`), which may change what it says"
DEEPEST = 100
"""How deeply objects may be nested; resources have a dozen levels."""
MOST_DIGITS = 300
"""How many digits a number may have before or after the point."""
WHAT_TO_GIVE = "give a FHIR R4 bundle as JSON, or NDJSON with one resource a line"


@dataclass(frozen=True)
class Resource:
    """A resource of a chart."""

    type: str
    node: Node = field(repr=False)
    file: str
    full_url: str | None = None
    container: Resource | None = field(default=None, repr=False)
    """The resource that it is contained in."""

    @property
    def id(self) -> str | None:
        return self.node.text("id")

    @property
    def key(self) -> str:
        """What tells the resource from others."""
        return f"{self.file} {self.node.path}"

    def not_mapped(self, reason: str, at: Node | None = None) -> NotMapped:
        """That something of the resource is not mapped."""
        return NotMapped(self.file, (at or self.node).path, self.type, reason)


@dataclass(frozen=True)
class Chart:
    """The resources of a bundle, or of the files of an export."""

    name: str
    resources: tuple[Resource, ...]
    not_mapped: tuple[NotMapped, ...] = ()

    @cached_property
    def _by_reference(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for each in self.resources:
            for name in dict.fromkeys(names_of(each)):
                found.setdefault(name, []).append(each)
        return found

    def find(self, reference: Node, within: Resource) -> Resource | None:
        """What a reference in a resource is to; None if that is not in the chart, or if several are called so."""
        name = reference.text("reference")
        if name is None:
            return None
        whole = within.container or within
        if name.startswith("#"):
            for each in whole.node.children("contained"):
                if each.text("id") == name[1:] and (kind := each.text("resourceType")):
                    return Resource(kind, each, whole.file, container=whole)
            return None
        name, _, version = name.partition("/_history/")
        found = [each for each in self._by_reference.get(name, []) if _is_of(each, version)]
        if ":" not in name:
            found = [each for each in found if None in (_base(each), _base(whole)) or _base(each) == _base(whole)]
        return found[0] if len(found) == 1 else None


def _is_of(resource: Resource, version: str) -> bool:
    """Whether a resource is of a version, or does not say of which it is."""
    return not version or resource.node.child("meta").text("versionId") in (None, version)


def _base(resource: Resource) -> str | None:
    """The address of the server that a resource is on, to which references without one lead, where that is known."""
    url = resource.full_url or ""
    return url.rsplit("/", 2)[0] if url.startswith(_ADDRESS) else None


def names_of(resource: Resource) -> Iterator[str]:
    """What references call a resource."""
    if resource.id is not None:
        yield f"{resource.type}/{resource.id}"
    if resource.full_url is not None:
        yield resource.full_url
        if resource.full_url.startswith(_ADDRESS):
            yield "/".join(resource.full_url.split("/")[-2:])


def charts_of(name: str) -> Iterator[Chart]:
    """The charts of a file or folder, one at a time.

    Raises `ProgramError` if a file cannot be read, or is not what it should be; of several all are told, at the end.
    """
    path = Path(name)
    is_folder = os.path.isdir(path)
    try:
        files, others = _files(path) if is_folder else ([path], [])
    except OSError as error:
        raise _error("E107", f"`{name}` cannot be read: {error.strerror or error}", name) from None
    if not files:
        raise _error("E107", f"`{name}` has no bundles", name, f"name a folder with {' or '.join(SUFFIXES)} files")
    wrong: list[Diagnostic] = []
    loose: list[_Document] = []
    for each in files:
        try:
            for document in _documents(file_bytes(str(each)), shown_path(each), is_of_lines=_is_of_lines(each)):
                if document.is_bundle:
                    yield _chart([document], document.file)
                else:
                    loose.append(document)
        except ProgramError as error:
            wrong += error.diagnostics
    if wrong:
        raise ProgramError(wrong)
    if loose or others:
        yield _chart(loose, name if is_folder else loose[0].file, others)


def charts_in(data: bytes, name: str) -> list[Chart]:
    """The charts of the text of a file, which messages call by a name. Raises `ProgramError` as `charts_of` does."""
    documents = [*_documents(data, name)]
    loose = [each for each in documents if not each.is_bundle]
    bundles = [_chart([each], name) for each in documents if each.is_bundle]
    return [*bundles, *([_chart(loose, name)] if loose else [])]


def is_of_bundles(path: Path) -> bool:
    """Whether a path is that of a file that can have resources, or of a folder with such files; not if it cannot be read."""
    try:
        return bool(_files(path)[0]) if os.path.isdir(path) else path.suffix.lower() in SUFFIXES
    except OSError:
        return False


def _files(folder: Path) -> tuple[list[Path], list[NotMapped]]:
    """The files of a folder that can have resources, and what else is there; what is hidden is passed over."""
    entries = sorted(each for each in folder.iterdir() if not each.name.startswith("."))
    reason = f"it is no file whose name ends in {' or '.join(SUFFIXES)}, and is not read"
    files, others = list[Path](), list[NotMapped]()
    for each in entries:
        if each.suffix.lower() in SUFFIXES and each.is_file():
            files.append(each)
        else:
            others.append(NotMapped(shown_path(each), each.name, "file", reason))
    return files, others


def _error(
    code: str, message: str, file: str, suggestion: str | None = None, line: int = 0, column: int = 0
) -> ProgramError:
    return ProgramError([Diagnostic(code, message, Span(file, line, column), (), suggestion)])


@dataclass(frozen=True)
class _Document:
    """A resource or a bundle of a file; with its line where each line has one."""

    file: str
    line: int | None
    value: Mapping[str, object]

    @property
    def is_bundle(self) -> bool:
        return self.value["resourceType"] == "Bundle"


def _is_of_lines(path: Path) -> bool:
    """Whether a file has one resource a line by its name."""
    return path.suffix.lower() == ".ndjson"


def _documents(data: bytes, shown: str, *, is_of_lines: bool = False) -> Iterator[_Document]:
    """What a file has, one at a time. Raises `ProgramError` where that cannot be read."""
    text = decode(data, shown)
    if isinstance(text, Diagnostic):
        raise ProgramError([text])
    lines = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
    first = list(islice(lines, 2))
    if not first:
        raise _error("E109", f"`{shown}` is empty", shown, WHAT_TO_GIVE)
    if is_of_lines or (len(first) > 1 and all(_is_whole(line) for _, line in first)):
        for number, line in chain(first, lines):
            yield _Document(shown, number, _value(line, shown, number))
    else:
        yield _Document(shown, None, _value(text, shown, 1))


def _is_whole(line: str) -> bool:
    """Whether a line is an object by itself."""
    return line.startswith("{") and line.rstrip().endswith("}")


def _value(text: str, file: str, line: int) -> Mapping[str, object]:
    """The value of a JSON text. Raises `ProgramError` (E109)."""
    whole = (
        (0, 0) if "\n" in text.strip() else (line, 1)
    )  # of what has no place of its own, the line if there is only one
    try:
        found = json.loads(
            text,
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=_no_number,
            object_pairs_hook=lambda pairs: _object(pairs),
        )
    except json.JSONDecodeError as error:
        why = f"`{file}` is no JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise _error("E109", why, file, WHAT_TO_GIVE, line + error.lineno - 1, error.colno) from None
    except RecursionError:
        raise _error("E109", f"`{file}` is nested too deeply", file, WHAT_TO_GIVE) from None
    except ValueError as error:
        raise _error("E109", f"`{file}` is no JSON: {error}", file, WHAT_TO_GIVE, *whole) from None
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        why = "has no `resourceType`" if isinstance(found, dict) else "is no object"
        raise _error("E109", f"`{file}` is no FHIR resource: it {why}", file, WHAT_TO_GIVE, line, 1)
    if _is_deeper(found, DEEPEST):
        raise _error("E109", f"`{file}` is nested too deeply", file, WHAT_TO_GIVE, *whole)
    if _SURROGATE.search(text) and not _is_unicode(found):
        raise _error(
            "E109", f"`{file}` has half of a character (a lone surrogate) in a text", file, WHAT_TO_GIVE, *whole
        )
    return found


def _is_unicode(value: object) -> bool:
    """Whether the texts of a value are of whole characters."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"a number has more than {MOST_DIGITS} digits")
    return int(text)


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except DecimalException:
        number = None
    if number is None or abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError(f"a number has more than {MOST_DIGITS} digits")
    return number


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"`{text}` is no number")


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """An object, whose members have each a name of their own: of two of a name one would be lost."""
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has two members `{twice}`")
    return made


def _is_deeper(value: object, most: int) -> bool:
    level = [value]
    for _ in range(most):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _chart(documents: Sequence[_Document], name: str, others: Sequence[NotMapped] = ()) -> Chart:
    """The chart of some documents: what is a bundle is taken apart."""
    resources: list[Resource] = []
    wrong: list[NotMapped] = [*others]
    is_of_several = len({each.file for each in documents}) > 1
    for document in documents:
        parts = [Path(document.file).name] if is_of_several else []
        parts += [] if document.line is None else [f"line {document.line}"]
        prefix = f"{' '.join(parts)}: " if parts else ""
        kind = str(document.value["resourceType"])
        node = Node(document.value, f"{prefix}{kind}")
        for each in _entries(node, document.file) if document.is_bundle else [Resource(kind, node, document.file)]:
            if isinstance(each, Resource):
                resources.append(each)
            else:
                wrong.append(each)
    kept, twice = _once(resources)
    return Chart(name, tuple(kept), (*wrong, *twice))


def _entries(bundle: Node, file: str) -> Iterator[Resource | NotMapped]:
    """The resources of a bundle; of a history, which has several versions of each, none."""
    if bundle.text("type") == "history":
        yield NotMapped(file, bundle.path, "Bundle", "it is a history, with former versions of its resources")
        return
    if "implicitRules" in bundle:
        yield NotMapped(file, bundle.path, "Bundle", RULES_OF_ITS_OWN)
        return
    for entry in bundle.children("entry"):
        node = entry.child("resource")
        kind = node.text("resourceType")
        method = entry.child("request").text("method")
        if not node.is_given:
            yield NotMapped(file, entry.path, "Bundle", "the entry has no resource")
        elif kind is None:
            yield NotMapped(file, node.path, "Bundle", "the entry's resource has no `resourceType`")
        elif method == "DELETE":
            yield NotMapped(file, node.path, kind, "the bundle deletes it")
        elif entry.members.get("modifierExtension"):
            said = "its entry has an extension that changes what it says (`modifierExtension`)"
            yield NotMapped(file, node.path, kind, said)
        elif entry.child("search").text("mode") == "outcome":
            yield NotMapped(file, node.path, kind, "it says how a search went")
        else:
            yield Resource(kind, node, file, entry.text("fullUrl"))


def _once(resources: Sequence[Resource]) -> tuple[list[Resource], list[NotMapped]]:
    """Resources that are there once, and the others: of the same resource twice one is left out, of two versions both."""
    groups: dict[tuple[str, str | None], list[Resource]] = {}
    for each in resources:
        groups.setdefault((each.type, each.id or each.full_url or each.key), []).append(each)
    kept: list[Resource] = []
    wrong: list[NotMapped] = []
    for (_, name), group in groups.items():
        if all(each.node.value == group[0].node.value for each in group):
            kept.append(group[0])
            wrong += [each.not_mapped(f"it is the same as at {group[0].node.path}") for each in group[1:]]
        else:
            wrong += [each.not_mapped(f"there are {len(group)} versions of `{name}`") for each in group]
    return kept, wrong
