"""Populations of FHIR bundles: what a batch decides of them, what it sets aside, and that nothing of them is lost."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

duckdb = pytest.importorskip("duckdb")

import engine.batch  # noqa: E402 # needs DuckDB only when it runs
from explain.cli import entry as cli  # noqa: E402
from explain.workspace import Workspace  # noqa: E402
from kb.importers.bundle import charts_of  # noqa: E402
from kb.importers.requests import Given  # noqa: E402
from kb.language.diagnostics import ProgramError  # noqa: E402
from tests.engine.test_batch import rejects, reviews_of, table  # noqa: E402
from tests.kb.fhir_bundles import CLAIM, Json, bundle_of, changed, chart, day, facts_of, given, rxnorm  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples" / "cases").glob("*.pl"))


def decided(tmp_path: Path, files: dict[str, object], **options: Any) -> engine.batch.Summary:
    """What a batch makes of a folder with some files, each a text or a value that is written as JSON."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return engine.batch.run(folder, tmp_path / "out.parquet", **options)


def account(tmp_path: Path) -> list[dict[str, str]]:
    """The rows of the account of the import."""
    with (tmp_path / "out.imported.csv").open(newline="") as text:
        return list(csv.DictReader(text))


def of(name: str, made: Json | None = None) -> Json:
    """A chart, or the usual one, as that of another patient."""
    text = json.dumps(chart() if made is None else made)
    return json.loads(text.replace("Patient/ann", f"Patient/{name}").replace('"ann"', f'"{name}"'))  # type: ignore[no-any-return] # JSON


@pytest.mark.usefixtures("without_repairs")
def test_bundles_are_decided_as_the_cases_that_they_say(tmp_path: Path) -> None:
    """Of a bundle for each example case a batch gives the row that the review of the case itself comes to, and the account has
    each of its facts with a place."""
    facts = {path.stem: facts_of(path) for path in EXAMPLES}
    summary = decided(tmp_path, {f"{name}.json": bundle_of(each) for name, each in facts.items()})
    found = table(tmp_path / "out.parquet")
    assert (len(EXAMPLES), 0) == (summary.decided, summary.set_aside)
    space = Workspace.open()
    for each in facts.values():
        ((name, theirs),) = reviews_of(each, space.stating(()))
        assert {column: theirs.get(column) for column in found[name]} == found[name]
    rows = account(tmp_path)
    assert set(found) == {row["case"] for row in rows}
    assert all(row["place"].startswith("Bundle.entry[") and row["fact"] for row in rows)


LACKING: dict[str, tuple[Callable[[list[Json]], object], str, str]] = {
    "no kind": (lambda found: found[CLAIM]["item"][0].update(extension=[]), "no value for `kind`", "[E401]"),
    "no drug": (lambda found: found[CLAIM].update(item=[{"sequence": 1, "productOrService": {"text": "a bed"}}]),
                "no value for `drug`", "[E401]"),
    "two requests": (lambda found: found.append({**found[CLAIM], "id": "other", "created": "2024-11-01"}),
                     "a second request", "[E402]"),
    "two requests without a drug": (
        lambda found: [found[CLAIM].update(item=[]), found.append({**found[CLAIM], "id": "other"})],
        "no value for `drug`", "[E401]"),
}  # fmt: skip


def test_a_case_without_one_whole_request_is_set_aside(tmp_path: Path) -> None:
    """It is not known what is asked for: each such case is set aside once, with the reason, the others are decided, and the account says
    of it what the import says."""
    lacking = {
        f"p{number}": (changed(change), reason, code) for number, (change, reason, code) in enumerate(LACKING.values())
    }
    files: dict[str, object] = {f"{name}.json": of(name, made) for name, (made, _, _) in lacking.items()}
    summary = decided(tmp_path, {**files, "whole.json": of("whole")})
    assert (len(LACKING) + 1, 1, len(LACKING)) == (summary.cases, summary.decided, summary.set_aside)
    told = rejects(tmp_path / "out.rejects.parquet")
    assert [(name, "request") for name in lacking] == [(name, predicate) for name, predicate, _ in told]
    assert [] == [name for name, _, why in told if name is None or lacking[name][1] not in why]
    said = {row["case"]: row["not_mapped"][-6:] for row in account(tmp_path) if row["not_mapped"].endswith("]")}
    assert {name: code for name, (_, _, code) in lacking.items()} == said


def test_what_the_user_says_stands_in_for_what_bundles_do_not(tmp_path: Path) -> None:
    """The drug, the kind and the date of the options are those of charts without a request."""
    asked = Given("Xpovio", "initial", day("2024-09-03"))
    decided(tmp_path, {"a.json": changed(lambda resources: resources.pop(CLAIM))}, given=asked)
    assert ["2024-09-03"] == [str(row["date"]) for row in table(tmp_path / "out.parquet").values()]


def test_options_of_bundles_are_none_of_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tables have the request of each case: to say it for all of them is an error."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "request.csv").write_text("case,drug,kind,date\nc1,xpovio,initial,2024-01-01\n")
    arguments = ["batch", str(tmp_path / "in"), "-o", str(tmp_path / "out.parquet"), "--kind", "renewal"]
    assert 1 == cli.main(arguments)
    assert "`--kind` is about bundles" in capsys.readouterr().err


def test_bundles_on_lines_and_exports_are_read(tmp_path: Path) -> None:
    """A file with a bundle on each line has a case for each, and the files of an export are one chart."""
    resources = [each["resource"] for each in of("p3")["entry"]]
    files: dict[str, object] = {
        "two.ndjson": json.dumps(of("p1")) + "\n\n" + json.dumps(of("p2")) + "\n",
        "a.ndjson": "".join(json.dumps(each) + "\n" for each in resources[:4]),
        "b.ndjson": "".join(json.dumps(each) + "\n" for each in resources[4:]),
    }
    decided(tmp_path, files)
    assert ["p1", "p2", "p3"] == sorted(table(tmp_path / "out.parquet"))
    places = {row["case"]: row["place"] for row in account(tmp_path) if row["fact"].startswith("birth_date")}
    assert {"p1": "line 1: Bundle.entry[1].resource.birthDate", "p2": "line 3: Bundle.entry[1].resource.birthDate",
            "p3": "a.ndjson line 2: Patient.birthDate"} == places  # fmt: skip


def test_one_file_of_bundles_is_a_population(tmp_path: Path) -> None:
    """A file is read as a folder with that file alone."""
    bundles = tmp_path / "all.ndjson"
    bundles.write_text(json.dumps(of("p1")) + "\n" + json.dumps(of("p2")) + "\n")
    engine.batch.run(bundles, tmp_path / "out.parquet")
    assert ["p1", "p2"] == sorted(table(tmp_path / "out.parquet"))


def test_bundles_that_cannot_be_read_are_told_all_at_once(tmp_path: Path) -> None:
    """Each is an error with its file, as files of tables are, and nothing is written."""
    files: dict[str, object] = {
        "a.json": of("p1"),
        "b.json": "{",
        "c.json": "[]",
        "d.ndjson": json.dumps(of("p2")) + "\nx\n",
    }
    with pytest.raises(ProgramError) as error:
        decided(tmp_path, files)
    told = [(Path(each.span.file).name, each.code) for each in error.value.diagnostics]
    assert [("b.json", "E109"), ("c.json", "E109"), ("d.ndjson", "E109")] == told
    assert ["in"] == [path.name for path in tmp_path.iterdir()]


def test_bundles_without_a_patient_are_no_population(tmp_path: Path) -> None:
    """Where nothing is requested for anybody there is nothing to decide."""
    with pytest.raises(ProgramError) as error:
        decided(tmp_path, {"a.json": {"resourceType": "Bundle", "type": "collection"}})
    assert ["E401"] == [each.code for each in error.value.diagnostics]
    assert ["in"] == [path.name for path in tmp_path.iterdir()]


def test_nothing_in_a_folder_of_bundles_is_lost(tmp_path: Path) -> None:
    """What is not mapped is in the account: of a case, of a bundle without one, and files and folders that are not read."""
    (tmp_path / "in" / "more").mkdir(parents=True)
    (tmp_path / "in" / "notes.txt").write_text("x")
    bob = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Practitioner", "id": "bob"}}]}
    odd = changed(lambda found: found.append(given(rxnorm("99999999"), name="odd")))
    for name, each in {"a.json": odd, "b.json": bob}.items():
        (tmp_path / "in" / name).write_text(json.dumps(each))
    summary = engine.batch.run(tmp_path / "in", tmp_path / "out.parquet")
    found = [(row["case"], Path(row["file"]).name, row["not_mapped"]) for row in account(tmp_path) if row["not_mapped"]]
    assert ("ann", "a.json", "the vocabulary does not know RxNorm 99999999") in found
    assert ("", "b.json", "it has no patient for whom something is requested") in found
    assert {"more", "notes.txt"} <= {file for _, file, why in found if "is not read" in why}
    assert summary.imported is not None
    assert len(found) == summary.imported.not_mapped


def test_a_chart_is_read_when_it_comes_to_it(tmp_path: Path) -> None:
    """Charts are read one at a time: the first is there before the second is opened."""
    (tmp_path / "a.json").write_text(json.dumps(of("p1")))
    (tmp_path / "b.json").write_text(json.dumps(of("p2")))
    charts = charts_of(str(tmp_path))
    next(charts)
    (tmp_path / "b.json").write_text("{")
    with pytest.raises(ProgramError):
        next(charts)


TEXTS = ('1,"2"', "a\nb", "a\r\nb\r", "\u2028'%s", "'; DROP TABLE cases; --", "x" * 5000)


def test_texts_of_charts_come_through_the_tables(tmp_path: Path) -> None:
    """What stands in a text of a chart, such as the number of a member, neither breaks a table nor changes another fact."""
    files: dict[str, object] = {"plain.json": of("plain")}
    for number, text in enumerate(TEXTS):
        member = {
            "resourceType": "Coverage", "id": "c", "status": "active", "subscriberId": text,
            "beneficiary": {"reference": "Patient/ann"},
        }  # fmt: skip
        files[f"{number}.json"] = of(f"p{number}", changed(lambda found, more=member: found.append(more)))
    summary = decided(tmp_path, files)
    assert (len(files), 0) == (summary.decided, summary.set_aside)
    plain, *others = (list(row.values()) for _, row in sorted(table(tmp_path / "out.parquet").items()))
    assert [plain] * len(TEXTS) == others


def test_the_command_says_where_the_account_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`priorlog batch` prints how much is not mapped, and the file that has it; as JSON, too."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_text(json.dumps(chart()))
    arguments = ["batch", str(tmp_path / "in"), "-o", str(tmp_path / "out.parquet")]
    assert 0 == cli.main(arguments)
    out = capsys.readouterr().out
    assert "0 things in the bundles are not mapped" in out
    assert "out.imported.csv" in out.replace("\n", "")
    assert 0 == cli.main([*arguments, "--format", "json"])
    assert {"not_mapped": 0, "account": str(tmp_path / "out.imported.csv")} == json.loads(capsys.readouterr().out)[
        "imported"
    ]
