"""The Xpovio policy written by hand for one engine at a time: two-valued (what is not stated is false), the determination
alone, and no conflicts. Each is written as one who knows the engine would: they are what `priorlog batch` is held against.

Facts about one case meet in one word of bits, so that each file is read once and grouped once.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

AGENTS = {
    "bortezomib": 0, "velcade": 0, "carfilzomib": 1, "kyprolis": 1, "ixazomib": 2, "ninlaro": 2,
    "pomalidomide": 3, "pomalyst": 3, "lenalidomide": 4, "revlimid": 4, "thalidomide": 5, "thalomid": 5,
    "daratumumab": 6, "darzalex": 6, "daratumumab_and_hyaluronidase": 7, "darzalex_faspro": 7,
    "isatuximab": 8, "sarclisa": 8,
}  # fmt: skip
ANTIEMETICS = (
    "dolasetron", "granisetron", "ondansetron", "palonosetron", "olanzapine", "aprepitant", "fosaprepitant",
    "rolapitant", "metoclopramide", "prochlorperazine", "promethazine",
)  # fmt: skip
# Bits of a case: 0-8 refractory to an agent, 9 to any; then as named; from 32 the numbers of prior lines.
ANY, STATUS, BORTEZOMIB, DEXAMETHASONE, ANTIEMETIC, BLOOD, CHEMISTRY, WEIGHT, ADVISED = range(9, 18)
FERTILE, PARTNER, PROGRESSED, TOXIC, FEMALE, MALE, MYELOMA, LYMPHOMA, OTHER = range(18, 27)
LINES = 32
BITS = {
    "disease_status": [("status", {"relapsed": STATUS, "refractory": STATUS})],
    "combination": [("agent", {"bortezomib": BORTEZOMIB, "velcade": BORTEZOMIB, "dexamethasone": DEXAMETHASONE})],
    "prophylaxis": [("agent", dict.fromkeys(ANTIEMETICS, ANTIEMETIC))],
    "agrees_to_monitor": [
        ("what", {"complete_blood_count": BLOOD, "blood_chemistry": CHEMISTRY, "body_weight": WEIGHT})
    ],
    "sex": [("sex", {"female": FEMALE, "male": MALE})],
}
FLAGS = {
    "contraception_advised": ADVISED, "reproductive_potential": FERTILE, "partner_of_reproductive_potential": PARTNER,
    "disease_progression": PROGRESSED, "unacceptable_toxicity": TOXIC,
}  # fmt: skip
CONDITIONS = {
    "multiple_myeloma": MYELOMA,
    "diffuse_large_b_cell_lymphoma": LYMPHOMA,
    "dlbcl_arising_from_follicular_lymphoma": LYMPHOMA,
}


def files(folder: Path, name: str) -> str:
    """The Parquet files of a predicate, as a glob."""
    return str(folder / name / "*.parquet") if (folder / name).is_dir() else str(folder / f"{name}.parquet")


def has(folder: Path, name: str) -> bool:
    return (folder / name).is_dir() or (folder / f"{name}.parquet").exists()


# --- DuckDB --------------------------------------------------------------------------------------------------------


def _choice(column: str, bits: dict[str, int], other: int | None = None) -> str:
    whens = " ".join(f"WHEN '{name}' THEN {1 << bit}" for name, bit in bits.items())
    return f"CASE {column} {whens} ELSE {0 if other is None else 1 << other} END::BIGINT"


def duckdb_sql(folder: Path, output: Path) -> str:
    """One statement that reads the population and writes case and determination."""

    def table(name: str, columns: str) -> str:
        return f"(SELECT {columns} FROM read_parquet('{files(folder, name)}'))"

    agent = f"({_choice('agent', AGENTS)} | {1 << ANY})"
    parts = [f'SELECT "case", {agent} AS bits FROM {table("refractory", "*")}'] if has(folder, "refractory") else []
    for name, columns in BITS.items():
        for column, bits in columns:
            if has(folder, name):
                parts.append(f'SELECT "case", {_choice(column, bits)} FROM {table(name, "*")}')
    for name, bit in FLAGS.items():
        if has(folder, name):
            parts.append(f'SELECT "case", {1 << bit}::BIGINT FROM {table(name, "*")}')
    parts.append(f'SELECT "case", {_choice("condition", CONDITIONS, OTHER)} FROM {table("indication", "*")}')
    parts.append(f'SELECT "case", 1::BIGINT << (line + {LINES}) FROM {table("prior_therapy", "*")}')
    parts.append(f'SELECT t."case", {agent} FROM {table("prior_therapy", "*")} t SEMI JOIN failed USING ("case", line)')
    early = (
        f'SELECT "case", line FROM {table("last_dose", "*")} l JOIN {table("progression", "*")} p USING ("case", line) '
        "WHERE p.date - l.date <= 60"
    )
    failed = f"SELECT \"case\", line FROM {table('best_response', '*')} WHERE response IN ('stable_disease', 'progressive_disease')"
    if has(folder, "last_dose") and has(folder, "progression"):
        failed += f" UNION ALL {early}"
    return f"""
COPY (
WITH failed AS ({failed}),
facts AS (SELECT "case", bit_or(bits) AS b FROM ({" UNION ALL ".join(parts)}) GROUP BY "case"),
wide AS (
  SELECT r."case", r.drug, r.kind, r.date, coalesce(f.b, 0) AS b, bit_count(coalesce(f.b, 0) >> {LINES}) AS lines,
    (year(r.date) - 18) * 10000 + month(r.date) * 100 + day(r.date)
      >= year(d.date) * 10000 + month(d.date) * 100 + day(d.date) AS adult
  FROM {table("request", "*")} r
  LEFT JOIN facts f USING ("case") LEFT JOIN {table("birth_date", "*")} d USING ("case")
),
judged AS (
  SELECT *, drug IN ('selinexor', 'xpovio') AND date >= DATE '2019-07-01' AS in_force,
    b & {1 << OTHER} <> 0 OR b & {1 << LYMPHOMA} <> 0 AND date < DATE '2020-07-01' AS uncovered,
    b & {1 << MYELOMA} <> 0 AND date >= DATE '2021-01-01' AND (kind = 'renewal' OR lines >= 1)
      AND b & {1 << BORTEZOMIB | 1 << DEXAMETHASONE} = {1 << BORTEZOMIB | 1 << DEXAMETHASONE}
    OR b & {1 << MYELOMA} <> 0 AND b & {1 << STATUS | 1 << ANY} <> 0 AND b & {1 << DEXAMETHASONE} <> 0
      AND (kind = 'renewal' OR lines >= 4 AND bit_count(b & 7) >= 2 AND bit_count(b & 56) >= 2 AND b & 448 <> 0)
    OR b & {1 << LYMPHOMA} <> 0 AND date >= DATE '2020-07-01' AND b & {1 << STATUS} <> 0
      AND (kind = 'renewal' OR lines >= 2) AS diagnosed,
    b & {7 << BLOOD} = {7 << BLOOD} AND b & {1 << ANTIEMETIC} <> 0 AS cared,
    b & {1 << ADVISED} <> 0 OR date < DATE '2021-05-01'
      OR NOT (b & {1 << FEMALE | 1 << FERTILE} = {1 << FEMALE | 1 << FERTILE}
              OR b & {1 << MALE | 1 << PARTNER} = {1 << MALE | 1 << PARTNER}) AS settled,
    kind = 'initial' OR b & {1 << PROGRESSED | 1 << TOXIC} = 0 AS stable
  FROM wide
)
SELECT "case", CASE WHEN NOT in_force THEN 'no_policy_in_force' WHEN uncovered THEN 'investigational'
  WHEN coalesce(adult, false) AND diagnosed AND cared AND settled AND stable THEN 'meets_criteria'
  ELSE 'criteria_not_met' END AS determination
FROM judged
) TO '{output}' (FORMAT parquet)
"""


def run_duckdb(folder: Path, output: Path) -> None:
    import duckdb

    with duckdb.connect() as db:
        db.execute("SET preserve_insertion_order = false")
        db.execute(duckdb_sql(folder, output))


# --- Polars --------------------------------------------------------------------------------------------------------


def run_polars(folder: Path, output: Path) -> None:
    """The same in Polars, lazily, on its streaming engine."""
    import polars as pl

    def scan(name: str) -> Any:
        return pl.scan_parquet(files(folder, name))

    def bits(column: str, of: dict[str, int], other: int = 0) -> Any:
        names = {name: 1 << bit for name, bit in of.items()}
        return pl.col(column).replace_strict(names, default=other, return_dtype=pl.Int64).alias("b")

    case = pl.col("case")
    agent = (bits("agent", AGENTS) | (1 << ANY)).alias("b")
    failed = [
        scan("best_response")
        .filter(pl.col("response").is_in(["stable_disease", "progressive_disease"]))
        .select("case", "line")
    ]
    if has(folder, "last_dose") and has(folder, "progression"):
        both = scan("last_dose").join(scan("progression"), on=["case", "line"], suffix="_p")
        failed.append(both.filter((pl.col("date_p") - pl.col("date")).dt.total_days() <= 60).select("case", "line"))
    prior = scan("prior_therapy")
    parts = [
        scan("refractory").select(case, agent),
        scan("indication").select(case, bits("condition", CONDITIONS, 1 << OTHER)),
        prior.select(case, pl.lit(2, dtype=pl.Int64).pow(pl.col("line") + LINES).cast(pl.Int64).alias("b")),
        prior.join(pl.concat(failed), on=["case", "line"], how="semi").select(case, agent),
    ]
    for name, columns in BITS.items():
        parts += [scan(name).select(case, bits(column, of)) for column, of in columns if has(folder, name)]
    for name, bit in FLAGS.items():
        if has(folder, name):
            parts.append(scan(name).select(case, pl.lit(1 << bit, dtype=pl.Int64).alias("b")))
    facts = pl.concat(parts).group_by("case").agg(pl.col("b").bitwise_or())
    wide = scan("request").join(facts, on="case", how="left").join(
        scan("birth_date").rename({"date": "birth"}), on="case", how="left"
    ).with_columns(pl.col("b").fill_null(0))  # fmt: skip
    b, date, renewal = pl.col("b"), pl.col("date"), pl.col("kind") == "renewal"
    lines = (b & ~((1 << LINES) - 1)).bitwise_count_ones()

    def all_of(*flags: int) -> Any:
        mask = sum(1 << flag for flag in flags)
        return (b & mask) == mask

    def some_of(*flags: int) -> Any:
        return (b & sum(1 << flag for flag in flags)) != 0

    def day(column: Any) -> Any:
        return column.dt.year().cast(pl.Int64) * 10000 + column.dt.month().cast(pl.Int64) * 100 + column.dt.day()

    def since(year: int, month: int) -> Any:
        return date >= pl.date(year, month, 1)

    adult = (day(date) - 180000 >= day(pl.col("birth"))).fill_null(False)
    heavily = (
        (lines >= 4) & ((b & 7).bitwise_count_ones() >= 2) & ((b & 56).bitwise_count_ones() >= 2) & ((b & 448) != 0)
    )
    diagnosed = (
        (all_of(MYELOMA, BORTEZOMIB, DEXAMETHASONE) & since(2021, 1) & (renewal | (lines >= 1)))
        | (all_of(MYELOMA, DEXAMETHASONE) & some_of(STATUS, ANY) & (renewal | heavily))
        | (all_of(LYMPHOMA, STATUS) & since(2020, 7) & (renewal | (lines >= 2)))
    )
    settled = some_of(ADVISED) | ~since(2021, 5) | ~(all_of(FEMALE, FERTILE) | all_of(MALE, PARTNER))
    meets = (
        adult
        & diagnosed
        & all_of(BLOOD, CHEMISTRY, WEIGHT, ANTIEMETIC)
        & settled
        & (~renewal | ~some_of(PROGRESSED, TOXIC))
    )
    determination = (
        pl.when(~(pl.col("drug").is_in(["selinexor", "xpovio"]) & since(2019, 7)))
        .then(pl.lit("no_policy_in_force"))
        .when(some_of(OTHER) | (some_of(LYMPHOMA) & ~since(2020, 7)))
        .then(pl.lit("investigational"))
        .when(meets)
        .then(pl.lit("meets_criteria"))
        .otherwise(pl.lit("criteria_not_met"))
    )
    wide.select(case, determination.alias("determination")).collect(engine="streaming").write_parquet(output)


# --- clingo --------------------------------------------------------------------------------------------------------

CLINGO = """
agent(G, G) :- class(G, _).  agent(B, G) :- brand(B, G).
failed(C, L) :- best_response(C, L, stable_disease).
failed(C, L) :- best_response(C, L, progressive_disease).
failed(C, L) :- last_dose(C, L, A), progression(C, L, B), B - A <= 60.
resists(C, A) :- refractory(C, A).
resists(C, A) :- prior_therapy(C, L, A), failed(C, L).
resistant(C) :- resists(C, _).
resists_generic(C, G) :- resists(C, A), agent(A, G).
combined(C, bortezomib) :- combination(C, velcade).
combined(C, A) :- combination(C, A).
lines(C, N) :- request(C, _, _, _), N = #count { L : prior_therapy(C, L, _) }.
covered(C, F) :- request(C, selinexor, _, D), policy_day(xpovio, F), D >= F.
covered(C, F) :- request(C, xpovio, _, D), policy_day(xpovio, F), D >= F.
myeloma(C) :- indication(C, multiple_myeloma).
lymphoma(C) :- indication(C, diffuse_large_b_cell_lymphoma).
lymphoma(C) :- indication(C, dlbcl_arising_from_follicular_lymphoma).
status(C) :- disease_status(C, relapsed).  status(C) :- disease_status(C, refractory).
diagnosed(C) :- myeloma(C), request(C, _, K, D), myeloma_day(F), D >= F, combined(C, bortezomib), combined(C, dexamethasone), lines(C, N), enough(K, 1, N).
enough(renewal, 1..4, 0..60).  enough(initial, M, N) :- M = 1..4, N = M..60.
pretreated(C) :- request(C, _, renewal, _).
pretreated(C) :- lines(C, N), N >= 4, 2 <= #count { P : resists_generic(C, P), class(P, proteasome) },
  2 <= #count { I : resists_generic(C, I), class(I, immuno) }, resists_generic(C, G), class(G, cd38).
diagnosed(C) :- myeloma(C), status(C), combined(C, dexamethasone), pretreated(C).
diagnosed(C) :- myeloma(C), resistant(C), combined(C, dexamethasone), pretreated(C).
diagnosed(C) :- lymphoma(C), request(C, _, K, D), lymphoma_day(F), D >= F, status(C), lines(C, N), enough(K, 2, N).
cared(C) :- prophylaxis(C, A), antiemetic(A), agrees_to_monitor(C, complete_blood_count), agrees_to_monitor(C, blood_chemistry), agrees_to_monitor(C, body_weight).
needed(C) :- sex(C, female), reproductive_potential(C).
needed(C) :- sex(C, male), partner_of_reproductive_potential(C).
settled(C) :- contraception_advised(C).
settled(C) :- request(C, _, _, _), not needed(C).
settled(C) :- request(C, _, _, D), contraception_day(F), D < F.
unstable(C) :- request(C, _, renewal, _), disease_progression(C).
unstable(C) :- request(C, _, renewal, _), unacceptable_toxicity(C).
uncovered(C) :- covered(C, _), indication(C, _), not myeloma(C), not lymphoma(C).
uncovered(C) :- covered(C, _), lymphoma(C), request(C, _, _, D), lymphoma_day(F), D < F.
meets(C) :- covered(C, _), not uncovered(C), adult(C), diagnosed(C), cared(C), settled(C), not unstable(C).
#defined best_response/3. #defined last_dose/3. #defined progression/3. #defined refractory/2. #defined prior_therapy/3.
#defined combination/2. #defined prophylaxis/2. #defined contraception_advised/1. #defined reproductive_potential/1.
#defined partner_of_reproductive_potential/1. #defined disease_progression/1. #defined unacceptable_toxicity/1.
#defined adult/1. #defined disease_status/2. #defined agrees_to_monitor/2. #defined indication/2. #defined sex/2.
"""

PROLOG = """
:- discontiguous diagnosed/3.
:- style_check(-singleton).
agent(G, G) :- class(G, _).
agent(B, G) :- brand(B, G).
failed(C, L) :- best_response(C, L, stable_disease).
failed(C, L) :- best_response(C, L, progressive_disease).
failed(C, L) :- last_dose(C, L, A), progression(C, L, B), B - A =< 60.
resists(C, A) :- refractory(C, A).
resists(C, A) :- prior_therapy(C, L, A), failed(C, L).
of_class(C, Class, G) :- resists(C, A), agent(A, G), class(G, Class).
at_least(K, T, Goal) :- findall(T, Goal, All), sort(All, Distinct), length(Distinct, N), N >= K.
combined(C, A) :- combination(C, A).
combined(C, bortezomib) :- combination(C, velcade).
lymphoma(C) :- indication(C, diffuse_large_b_cell_lymphoma).
lymphoma(C) :- indication(C, dlbcl_arising_from_follicular_lymphoma).
status(C) :- disease_status(C, relapsed).
status(C) :- disease_status(C, refractory).
enough(renewal, _, _).
enough(initial, C, K) :- at_least(K, L, prior_therapy(C, L, _)).
pretreated(renewal, _).
pretreated(initial, C) :- at_least(4, L, prior_therapy(C, L, _)), at_least(2, G, of_class(C, proteasome, G)),
    at_least(2, G, of_class(C, immuno, G)), of_class(C, cd38, _).
diagnosed(C, K, D) :- indication(C, multiple_myeloma), D >= 20210101, combined(C, bortezomib), combined(C, dexamethasone),
    enough(K, C, 1).
diagnosed(C, K, D) :- indication(C, multiple_myeloma), (status(C) ; resists(C, _)), combined(C, dexamethasone),
    pretreated(K, C).
diagnosed(C, K, D) :- lymphoma(C), D >= 20200701, status(C), enough(K, C, 2).
cared(C) :- prophylaxis(C, A), antiemetic(A), agrees_to_monitor(C, complete_blood_count),
    agrees_to_monitor(C, blood_chemistry), agrees_to_monitor(C, body_weight).
needed(C) :- sex(C, female), reproductive_potential(C).
needed(C) :- sex(C, male), partner_of_reproductive_potential(C).
settled(C, _) :- contraception_advised(C).
settled(_, D) :- D < 20210501.
settled(C, _) :- \\+ needed(C).
unstable(C, renewal) :- disease_progression(C).
unstable(C, renewal) :- unacceptable_toxicity(C).
covered(C, _) :- indication(C, multiple_myeloma).
covered(C, D) :- lymphoma(C), D >= 20200701.
decided(C, no_policy_in_force) :- request(C, Drug, _, D), ( \\+ memberchk(Drug, [selinexor, xpovio]) ; D < 20190701 ), !.
decided(C, investigational) :- request(C, _, _, D), indication(C, _), \\+ covered(C, D), !.
decided(C, meets_criteria) :- request(C, _, K, D), birth_date(C, B), D - B >= 180000, once(diagnosed(C, K, D)),
    once(cared(C)), once(settled(C, D)), \\+ unstable(C, K), !.
decided(_, criteria_not_met).
main :- forall(request(C, _, _, _), (decided(C, What), writeq(C), write(' '), writeln(What))).
"""
SOUFFLE = """
.decl class(g: symbol, of: symbol)  .decl brand(b: symbol, g: symbol)  .decl antiemetic(a: symbol)
INPUTS
.decl agent(a: symbol, g: symbol)
agent(G, G) :- class(G, _).
agent(B, G) :- brand(B, G).
.decl failed(c: symbol, l: number)
failed(C, L) :- best_response(C, L, "stable_disease") ; best_response(C, L, "progressive_disease").
failed(C, L) :- last_dose(C, L, A), progression(C, L, B), B - A <= 60.
.decl resists(c: symbol, a: symbol)
resists(C, A) :- refractory(C, A) ; prior_therapy(C, L, A), failed(C, L).
.decl of_class(c: symbol, class: symbol, g: symbol)
of_class(C, K, G) :- resists(C, A), agent(A, G), class(G, K).
.decl line(c: symbol, l: number)
line(C, L) :- prior_therapy(C, L, _).
.decl enough(c: symbol, kind: symbol, wanted: number)
enough(C, "renewal", M) :- request(C, _, "renewal", _), M = range(1, 5).
enough(C, "initial", M) :- request(C, _, "initial", _), M = range(1, 5), count : { line(C, _) } >= M.
.decl combined(c: symbol, a: symbol)
combined(C, A) :- combination(C, A).
combined(C, "bortezomib") :- combination(C, "velcade").
.decl lymphoma(c: symbol)
lymphoma(C) :- indication(C, "diffuse_large_b_cell_lymphoma") ; indication(C, "dlbcl_arising_from_follicular_lymphoma").
.decl status(c: symbol)
status(C) :- disease_status(C, "relapsed") ; disease_status(C, "refractory").
.decl pretreated(c: symbol)
pretreated(C) :- request(C, _, "renewal", _).
pretreated(C) :- enough(C, _, 4), 2 <= count : { of_class(C, "proteasome", _) }, 2 <= count : { of_class(C, "immuno", _) },
  of_class(C, "cd38", _).
.decl diagnosed(c: symbol)
diagnosed(C) :- indication(C, "multiple_myeloma"), request(C, _, K, D), D >= 20210101, combined(C, "bortezomib"),
  combined(C, "dexamethasone"), enough(C, K, 1).
diagnosed(C) :- indication(C, "multiple_myeloma"), (status(C) ; resists(C, _)), combined(C, "dexamethasone"), pretreated(C).
diagnosed(C) :- lymphoma(C), request(C, _, K, D), D >= 20200701, status(C), enough(C, K, 2).
.decl needed(c: symbol)
needed(C) :- sex(C, "female"), reproductive_potential(C) ; sex(C, "male"), partner_of_reproductive_potential(C).
.decl settled(c: symbol)
settled(C) :- contraception_advised(C) ; request(C, _, _, _), !needed(C) ; request(C, _, _, D), D < 20210501.
.decl unstable(c: symbol)
unstable(C) :- request(C, _, "renewal", _), (disease_progression(C) ; unacceptable_toxicity(C)).
.decl in_force(c: symbol)
in_force(C) :- request(C, G, _, D), D >= 20190701, (G = "selinexor" ; G = "xpovio").
.decl uncovered(c: symbol)
uncovered(C) :- in_force(C), indication(C, I), I != "multiple_myeloma", !lymphoma(C).
uncovered(C) :- in_force(C), lymphoma(C), request(C, _, _, D), D < 20200701.
.decl decided(c: symbol, what: symbol)
.output decided
decided(C, "no_policy_in_force") :- request(C, _, _, _), !in_force(C).
decided(C, "investigational") :- uncovered(C).
decided(C, "meets_criteria") :- in_force(C), !uncovered(C), request(C, _, _, D), birth_date(C, B), D - B >= 180000,
  diagnosed(C), prophylaxis(C, A), antiemetic(A), agrees_to_monitor(C, "complete_blood_count"),
  agrees_to_monitor(C, "blood_chemistry"), agrees_to_monitor(C, "body_weight"), settled(C), !unstable(C).
"""
PREDICATES = [
    "request/4",
    "birth_date/2",
    "sex/2",
    "indication/2",
    "reproductive_potential/1",
    "partner_of_reproductive_potential/1",
    "disease_status/2",
    "prior_therapy/3",
    "best_response/3",
    "last_dose/3",
    "progression/3",
    "refractory/2",
    "combination/2",
    "prophylaxis/2",
    "agrees_to_monitor/2",
    "contraception_advised/1",
    "disease_progression/1",
    "unacceptable_toxicity/1",
]
CLASSES = ("proteasome", "immuno", "cd38")


def knowledge() -> list[str]:
    """The drug facts that the Prolog and clingo programs share."""
    generics = [name for name in AGENTS if list(AGENTS.values()).index(AGENTS[name]) == list(AGENTS).index(name)]
    lines = [f"class({name}, {CLASSES[AGENTS[name] // 3]})." for name in generics]
    by_bit = {AGENTS[name]: name for name in generics}
    lines += [f"brand({name}, {by_bit[bit]})." for name, bit in AGENTS.items() if name not in generics]
    return lines + [f"antiemetic({name})." for name in ANTIEMETICS]


def write_facts(folder: Path, file: Path) -> None:
    """The facts of a population as Prolog and clingo read them: days as numbers, and as year, month, day in a row where
    ages and dates of versions are compared; the program's own knowledge is added."""
    import duckdb

    with duckdb.connect() as db, file.open("w") as out:
        for each in PREDICATES:
            name, arity = each.split("/")
            if not has(folder, name):
                continue
            columns = [
                row[0] for row in db.execute(f"DESCRIBE SELECT * FROM read_parquet('{files(folder, name)}')").fetchall()
            ]
            ymd = "(year(date) * 10000 + month(date) * 100 + day(date))"
            as_day = ymd if name in ("request", "birth_date") else "(date - DATE '1970-01-01')"
            shown = ", ".join(as_day if column == "date" else f'"{column}"' for column in columns)
            cursor = db.execute(
                f"SELECT concat('{name}(', concat_ws(', ', {shown}), ').') FROM read_parquet('{files(folder, name)}')"
            )
            while rows := cursor.fetchmany(100_000):
                out.write("\n".join(row[0] for row in rows) + "\n")
            assert len(columns) == int(arity)
        out.write("\n".join(knowledge()) + "\n")


def write_souffle(folder: Path, program: Path, facts: Path) -> None:
    """The program for Soufflé, and a population's facts as the tab-separated files that it reads."""
    import duckdb

    facts.mkdir()
    inputs = []
    with duckdb.connect() as db:
        for each in PREDICATES:
            name = each.split("/")[0]
            source = f"read_parquet('{files(folder, name)}')"
            rows = db.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
            ymd = "year(date) * 10000 + month(date) * 100 + day(date)"
            as_day = ymd if name in ("request", "birth_date") else "date - DATE '1970-01-01'"
            shown = ", ".join(as_day if row[0] == "date" else f'"{row[0]}"' for row in rows)
            db.execute(
                f"COPY (SELECT {shown} FROM {source}) TO '{facts / name}.facts' (FORMAT csv, DELIMITER '\t', HEADER false)"
            )
            kinds = ("symbol" if row[1] == "VARCHAR" else "number" for row in rows)
            inputs.append(f".decl {name}({', '.join(f'a{i}: {kind}' for i, kind in enumerate(kinds))})  .input {name}")
    known = "\n".join(re.sub(r"([a-z_][a-z0-9_]*)(?=[,)])", r'"\1"', line) for line in knowledge())
    program.write_text(SOUFFLE.replace("INPUTS", "\n".join(inputs)) + known)


CLINGO_DAYS = """
policy_day(xpovio, 20190701). myeloma_day(20210101). lymphoma_day(20200701). contraception_day(20210501).
adult(C) :- request(C, _, _, D), birth_date(C, B), D - B >= 180000.
decided(C, investigational) :- uncovered(C).
decided(C, meets_criteria) :- meets(C).
decided(C, no_policy_in_force) :- request(C, _, _, _), not covered(C, _).
#show decided/2.
"""
