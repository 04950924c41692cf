"""Realistic random cases for the Xpovio policy, by seed: `python -m tests.benchmarks.generate N SEED OUT --format pl|csv|parquet`.

Case number i of a seed is the same whatever N is. Of the boundaries that the policy has, each is met often: the 18th
birthday, 60 days after the last dose, counts at and just below their thresholds, days of policy change, brand names,
missing and complete records, facts stated to be false, contradictions. Cases are called as what engines make.
"""

from __future__ import annotations

import argparse
import datetime
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, TypeAlias

from kb.language.syntax import AtomF, Pred
from kb.language.terms import Atom, Const, Date, Int, term_text

Value: TypeAlias = str | int | datetime.date
Row: TypeAlias = tuple[Value, ...]
"""A fact: the predicate (`not_p` for the strong negation of `p`), the case, and the other arguments."""
Random: TypeAlias = Callable[[], float]
Day = datetime.timedelta(1)

COLUMNS: dict[str, tuple[str, ...]] = {
    "request": ("case", "drug", "kind", "date"),
    "birth_date": ("case", "date"),
    "sex": ("case", "sex"),
    "indication": ("case", "condition"),
    "reproductive_potential": ("case",),
    "partner_of_reproductive_potential": ("case",),
    "disease_status": ("case", "status"),
    "prior_therapy": ("case", "line", "agent"),
    "best_response": ("case", "line", "response"),
    "last_dose": ("case", "line", "date"),
    "progression": ("case", "line", "date"),
    "refractory": ("case", "agent"),
    "combination": ("case", "agent"),
    "prophylaxis": ("case", "agent"),
    "agrees_to_monitor": ("case", "what"),
    "contraception_advised": ("case",),
    "disease_progression": ("case",),
    "unacceptable_toxicity": ("case",),
    "regimen": ("case", "mg", "times_per_week"),
    "tablet": ("case", "mg"),
    "quantity": ("case", "tablets", "days"),
    "complete": ("case", "predicate"),
}
"""The columns of each case predicate; those of `not_p` are those of `p`."""

VERSIONS = tuple(datetime.date(*day) for day in ((2019, 7, 1), (2020, 7, 1), (2021, 1, 1), (2021, 5, 1), (2024, 7, 1)))
BRANDS = {
    "carfilzomib": "kyprolis", "ixazomib": "ninlaro", "bortezomib": "velcade", "pomalidomide": "pomalyst",
    "lenalidomide": "revlimid", "thalidomide": "thalomid", "daratumumab": "darzalex",
    "daratumumab_and_hyaluronidase": "darzalex_faspro", "isatuximab": "sarclisa",
}  # fmt: skip
PROTEASOME = ("bortezomib", "carfilzomib", "ixazomib")
IMMUNOMODULATORY = ("lenalidomide", "pomalidomide", "thalidomide")
ANTI_CD38 = ("daratumumab", "daratumumab_and_hyaluronidase", "isatuximab")
CHEMOTHERAPY = ("melphalan", "cyclophosphamide", "t1", "t2", "case")
"""Agents of no class that a policy speaks of, some of them called as what the engine makes."""
LYMPHOMA = ("rituximab", "bendamustine", "polatuzumab_vedotin", "doxorubicin", "gemcitabine", "tafasitamab")
RESPONSES = ("complete_response", "very_good_partial_response", "partial_response", "minimal_response")
NO_RESPONSE = ("stable_disease", "progressive_disease")
ANTIEMETICS = ("ondansetron", "granisetron", "palonosetron", "dolasetron", "olanzapine", "aprepitant", "rolapitant")
MONITORED = ("complete_blood_count", "blood_chemistry", "body_weight")
OTHER_CONDITIONS = ("breast_cancer", "smoldering_multiple_myeloma", "mantle_cell_lymphoma", "liposarcoma")
DOSES = ((80, 2, 20, 96), (60, 2, 20, 72), (40, 2, 40, 24), (100, 1, 50, 24), (80, 1, 40, 24), (60, 1, 60, 12))
CLOSED_OFTEN = ("prior_therapy", "refractory", "combination", "disease_status", "prophylaxis", "agrees_to_monitor")
CLOSED_TOO = ("reproductive_potential", "partner_of_reproductive_potential", "disease_progression", "indication",
              "unacceptable_toxicity", "contraception_advised", "best_response", "progression", "birth_date", "sex")  # fmt: skip


LIKE_THE_ENGINES = (
    "c", "t", "r", "f", "b", "n", "w", "_", "p$new", "case", "select", "null", "true", "mod", "is", "T", "'t1'", "every_constant",
    "a:x", "number",
)  # fmt: skip
"""How the names of cases begin, which are those of aliases, columns, tables, marks, and keywords too."""


def name_of(number: int) -> str:
    """The name of case number so many, which no other case has.

    >>> name_of(0), name_of(1), name_of(9), name_of(29)
    ('c0', 't1', 'case', 'case29')
    """
    start = LIKE_THE_ENGINES[number % len(LIKE_THE_ENGINES)]
    is_whole = len(start) > 1 and number < len(LIKE_THE_ENGINES)
    return start if is_whole else f"{start}{number}"


def rows(n: int, seed: int, start: int = 0) -> Iterator[list[Row]]:
    """The facts of cases number `start` to `start + n - 1`, a list for each case; the request comes first."""
    for number in range(start, start + n):
        yield _case(name_of(number), random.Random(seed * 1_000_003 + number).random)


def cases(n: int, seed: int, start: int = 0) -> Iterator[list[AtomF]]:
    """As `rows`, but as facts of the language."""
    for case in rows(n, seed, start):
        yield [atom(row) for row in case]


def atom(row: Row) -> AtomF:
    """The fact that a row stands for."""
    name = str(row[0])
    positive = name.removeprefix("not_")
    return AtomF(Pred(positive, len(row) - 1, name != positive), tuple(map(_constant, row[1:])))


def _constant(value: Value) -> Const:
    if isinstance(value, int):
        return Int(value)
    return Date(value) if isinstance(value, datetime.date) else Atom(value)


# --- one case ------------------------------------------------------------------------------------------------------


def _pick(rnd: Random, items: Sequence[Value]) -> Value:
    return items[int(rnd() * len(items))]


def _case(name: str, rnd: Random) -> list[Row]:
    gaps = _gaps(rnd)
    renewal = rnd() < 0.3
    date = _request_date(rnd)
    drug = "selinexor" if rnd() < 0.6 else "xpovio"
    if rnd() < 0.01:
        drug = "lenalidomide"
    use = rnd()
    facts: list[Row] = []
    _patient(facts, name, date, rnd)
    if use < 0.3:
        _combined_myeloma(facts, name, date, rnd)
    elif use < 0.76:
        _heavily_treated_myeloma(facts, name, date, rnd)
    elif use < 0.95:
        _lymphoma(facts, name, date, rnd)
    else:
        facts.append(("indication", name, _pick(rnd, OTHER_CONDITIONS)))
        facts += [("prior_therapy", name, line, _pick(rnd, CHEMOTHERAPY)) for line in (1, 2)]
    _supportive_care(facts, name, rnd)
    if renewal:
        for predicate in ("disease_progression", "unacceptable_toxicity"):
            facts.append((predicate if rnd() < 0.08 else "not_" + predicate, name))
    _dispensing(facts, name, rnd)
    if gaps:
        facts = [fact for fact in facts if rnd() >= gaps]
    twist = rnd()
    if twist < 0.12:
        _deny(facts, rnd)
    elif twist < 0.15:
        _contradict(facts, rnd)
    if gaps and rnd() < 0.45:
        closed = CLOSED_OFTEN if rnd() < 0.6 else CLOSED_OFTEN + CLOSED_TOO
        facts += [("complete", name, predicate) for predicate in closed if rnd() < 0.8]
    return list(dict.fromkeys([("request", name, drug, "renewal" if renewal else "initial", date), *facts]))


def _gaps(rnd: Random) -> float:
    """The share of facts that is not documented."""
    kind = rnd()
    return 0.0 if kind < 0.45 else 0.06 if kind < 0.75 else 0.2 if kind < 0.97 else 0.7


def _request_date(rnd: Random) -> datetime.date:
    if rnd() < 0.3:
        day = VERSIONS[int(rnd() * len(VERSIONS))]
        return day + Day * (int(rnd() * 5) - 2 if rnd() < 0.7 else int(rnd() * 31))
    return datetime.date(2020, 1, 1) + Day * int(rnd() * 2190)


def _patient(facts: list[Row], name: str, date: datetime.date, rnd: Random) -> None:
    kind = rnd()
    if kind < 0.08:
        year = date.year - 18
        birth = (
            datetime.date(year, date.month, min(date.day, 28))
            if (date.month, date.day) == (2, 29)
            else date.replace(year=year)
        )
        birth += Day * (int(rnd() * 3) - 1)
    elif kind < 0.09:
        birth = datetime.date(date.year - 18 - (date.year - 18) % 4, 2, 29)
    elif kind < 0.12:
        birth = date - Day * (365 * 2 + int(rnd() * 5400))
    else:
        birth = date - Day * (7000 + int(rnd() * 25000))
    facts.append(("birth_date", name, birth))
    female = rnd() < 0.5
    facts.append(("sex", name, "female" if female else "male"))
    fertility = "reproductive_potential" if female else "partner_of_reproductive_potential"
    if rnd() < 0.3:
        facts.append((fertility, name))
        if rnd() < 0.85:
            facts.append(("contraception_advised" if rnd() < 0.85 else "not_contraception_advised", name))
    else:
        facts.append(("not_" + fertility, name))
        if rnd() < 0.2:
            facts.append(("contraception_advised", name))


def _named(agent: str, rnd: Random) -> str:
    return BRANDS[agent] if agent in BRANDS and rnd() < 0.25 else agent


def _lines(facts: list[Row], name: str, lines: Sequence[Sequence[str]], rnd: Random) -> None:
    for number, agents in enumerate(lines, 1):
        for agent in agents:
            facts.append(("prior_therapy", name, number, _named(agent, rnd)))


def _combined_myeloma(facts: list[Row], name: str, date: datetime.date, rnd: Random) -> None:
    facts.append(("indication", name, "multiple_myeloma"))
    lines = [(str(_pick(rnd, IMMUNOMODULATORY)), "dexamethasone"), (str(_pick(rnd, ANTI_CD38)),)]
    _lines(facts, name, lines[: int(rnd() * 2.9)], rnd)
    if rnd() < 0.5:
        facts.append(("disease_status", name, "relapsed"))
    facts.append(("combination", name, _named("bortezomib", rnd)))
    if rnd() < 0.93:
        facts.append(("combination", name, "dexamethasone"))
    if rnd() < 0.3:
        _outcome(facts, name, 1, date, rnd)


def _heavily_treated_myeloma(facts: list[Row], name: str, date: datetime.date, rnd: Random) -> None:
    facts.append(("indication", name, "multiple_myeloma"))
    proteasome, immuno = _shuffled(PROTEASOME, rnd), _shuffled(IMMUNOMODULATORY, rnd)
    cd38 = str(_pick(rnd, ANTI_CD38))
    lines = [
        (proteasome[0], immuno[0], "dexamethasone"), (cd38, immuno[1]), (proteasome[1], "dexamethasone"),
        (str(_pick(rnd, CHEMOTHERAPY)),), (str(_pick(rnd, CHEMOTHERAPY)), "prednisone"),
    ]  # fmt: skip
    count = 4 if rnd() < 0.5 else 3 if rnd() < 0.4 else 5
    _lines(facts, name, lines[:count], rnd)
    refractory = [*proteasome[: 2 if rnd() < 0.85 else 1], *immuno[: 2 if rnd() < 0.85 else 1], cd38]
    by_definition = rnd() < 0.4
    if by_definition:
        _outcome(facts, name, 1, date, rnd)
        refractory = [agent for agent in refractory if agent not in lines[0]]
    for agent in refractory:
        if rnd() < 0.95:
            facts.append(("refractory", name, _named(agent, rnd)))
    if rnd() < 0.6:
        facts.append(("disease_status", name, _pick(rnd, ("relapsed", "refractory"))))
    if rnd() < 0.94:
        facts.append(("combination", name, "dexamethasone"))


def _lymphoma(facts: list[Row], name: str, date: datetime.date, rnd: Random) -> None:
    kind = "diffuse_large_b_cell_lymphoma" if rnd() < 0.7 else "dlbcl_arising_from_follicular_lymphoma"
    facts.append(("indication", name, kind))
    if rnd() < 0.9:
        facts.append(("disease_status", name, _pick(rnd, ("relapsed", "refractory"))))
    lines = [tuple(_shuffled(LYMPHOMA, rnd)[:2]) for _ in range(3)]
    _lines(facts, name, lines[: 2 if rnd() < 0.65 else 1 if rnd() < 0.4 else 3], rnd)
    if rnd() < 0.4:
        _outcome(facts, name, 2, date, rnd)


def _shuffled(items: Sequence[str], rnd: Random) -> list[str]:
    return sorted(items, key=lambda _: rnd())


def _outcome(facts: list[Row], name: str, line: int, date: datetime.date, rnd: Random) -> None:
    """How a prior line ended: by response, or by progression around 60 days after its last dose."""
    if rnd() < 0.5:
        facts.append(("best_response", name, line, _pick(rnd, NO_RESPONSE if rnd() < 0.7 else RESPONSES)))
    else:
        last = date - Day * (200 + int(rnd() * 900))
        facts.append(("best_response", name, line, _pick(rnd, RESPONSES)))
        facts.append(("last_dose", name, line, last))
        after = 58 + int(rnd() * 5) if rnd() < 0.6 else int(rnd() * 150) - 20
        facts.append(("progression", name, line, last + Day * after))


def _supportive_care(facts: list[Row], name: str, rnd: Random) -> None:
    facts.append(("prophylaxis", name, _pick(rnd, ANTIEMETICS) if rnd() < 0.96 else "ginger"))
    facts += [("agrees_to_monitor", name, what) for what in MONITORED if rnd() < 0.985]


def _dispensing(facts: list[Row], name: str, rnd: Random) -> None:
    mg, times, tablet, tablets = DOSES[int(rnd() * len(DOSES))]
    facts.append(("regimen", name, mg, times))
    facts.append(("tablet", name, tablet if rnd() < 0.96 else 25))
    kind = rnd()
    amount = (tablets, 84) if kind < 0.7 else (96 + int(rnd() * 3) - 1, 84) if kind < 0.9 else (32 + int(rnd() * 2), 28)
    facts.append(("quantity", name, *amount))


def _deny(facts: list[Row], rnd: Random) -> None:
    """Turns one to three facts into their strong negations."""
    for _ in range(1 + int(rnd() * 3)):
        if facts:
            index = int(rnd() * len(facts))
            facts[index] = _opposite(facts[index])


def _contradict(facts: list[Row], rnd: Random) -> None:
    """States one fact, or refractoriness by another name, for and against."""
    against = [fact for fact in facts if fact[0] == "prior_therapy" and rnd() < 0.3]
    if against and rnd() < 0.5:
        facts.append(("not_refractory", against[0][1], against[0][3]))
    elif facts:
        facts.append(_opposite(facts[int(rnd() * len(facts))]))


def _opposite(fact: Row) -> Row:
    name = str(fact[0])
    return (name[4:] if name.startswith("not_") else "not_" + name, *fact[1:])


# --- writing -------------------------------------------------------------------------------------------------------


def write_pl(every: Iterable[list[Row]], file: Path) -> None:
    """Writes cases as one `.pl` file."""
    with file.open("w", encoding="utf-8") as out:
        for case in every:
            for row in case:
                name = str(row[0])
                positive = name.removeprefix("not_")
                args = ", ".join(term_text(_constant(value)) for value in row[1:])
                out.write(f"{'-' if positive != name else ''}{positive}({args}).\n")
            out.write("\n")


def write_csv(every: Iterable[list[Row]], folder: Path) -> dict[str, int]:
    """Writes cases as a folder of CSV files, one for each predicate that has facts; gives the number of rows of each."""
    folder.mkdir(parents=True, exist_ok=True)
    outs: dict[str, IO[str]] = {}
    counts: dict[str, int] = {}
    waiting: dict[str, list[str]] = {}
    try:
        for number, case in enumerate(every, 1):
            for row in case:
                waiting.setdefault(str(row[0]), []).append(",".join(map(str, row[1:])))
            if number % 20_000 == 0:
                _flush(folder, outs, counts, waiting)
        _flush(folder, outs, counts, waiting)
    finally:
        for out in outs.values():
            out.close()
    return counts


def _flush(folder: Path, outs: dict[str, IO[str]], counts: dict[str, int], waiting: dict[str, list[str]]) -> None:
    for name, lines in waiting.items():
        if name not in outs:
            outs[name] = (folder / f"{name}.csv").open("w", encoding="utf-8")
            outs[name].write(",".join(COLUMNS[name.removeprefix("not_")]) + "\n")
        outs[name].write("\n".join(lines) + "\n")
        counts[name] = counts.get(name, 0) + len(lines)
    waiting.clear()


def write_parquet(every: Iterable[list[Row]], folder: Path, *, chunk: int = 250_000) -> dict[str, int]:
    """Writes cases as a folder of Parquet files, one for each predicate that has facts, of `chunk` cases at a time."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    remaining = iter(every)
    parts: dict[str, list[Path]] = {}
    with tempfile.TemporaryDirectory(dir=folder) as scratch, duckdb.connect() as db:
        db.execute("SET threads = 1")
        for number in range(sys.maxsize):
            batch = list(islice(remaining, chunk))
            if not batch:
                break
            for name, count in write_csv(batch, Path(scratch) / "csv").items():
                part = Path(scratch) / f"{name}_{number:04}.parquet"
                source = db.read_csv(
                    str(Path(scratch) / "csv" / f"{name}.csv"), dtype=column_types(name), header=True, quotechar='"'
                )
                source.write_parquet(str(part), compression="zstd")
                parts.setdefault(name, []).append(part)
                counts[name] = counts.get(name, 0) + count
            for file in (Path(scratch) / "csv").iterdir():
                file.unlink()
        for name, files in parts.items():
            if len(files) == 1:
                files[0].rename(folder / f"{name}.parquet")
            else:
                (folder / name).mkdir(exist_ok=True)
                for index, file in enumerate(files):
                    file.rename(folder / name / f"part_{index:04}.parquet")
    return counts


def column_types(name: str) -> dict[str, str]:
    """The database's type of each column of a predicate."""
    kinds = dict.fromkeys(("line", "mg", "times_per_week", "tablets", "days"), "BIGINT") | {"date": "DATE"}
    return {column: kinds.get(column, "VARCHAR") for column in COLUMNS[name.removeprefix("not_")]}


def main() -> None:
    """Writes a population."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.generate", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("n", type=int, help="the number of cases")
    parser.add_argument("seed", type=int)
    parser.add_argument("out", type=Path, help="a .pl file, or a folder for CSV or Parquet files")
    parser.add_argument("--format", choices=("pl", "csv", "parquet"), default="parquet")
    asked = parser.parse_args()
    every = rows(asked.n, asked.seed)
    if asked.format == "pl":
        write_pl(every, asked.out)
    else:
        counts = (write_csv if asked.format == "csv" else write_parquet)(every, asked.out)
        print(f"{asked.n:,} cases, {sum(counts.values()):,} facts")


if __name__ == "__main__":
    main()
