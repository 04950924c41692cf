"""The service as its clients see it: a process on a free port, asked by httpx, by sockets, and by a browser.

Needs the `test` extra (`fastapi`, `uvicorn`, `httpx`); skips without it.
"""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from explain import api
from explain.cli.entry import main
from tests.explain.serving import ROOT, Serving, serving

httpx = pytest.importorskip("httpx", reason="httpx is not installed")
pytest.importorskip("fastapi", reason="fastapi is not installed")
from explain.service.pool import Pool  # noqa: E402
from explain.service.replies import Reply  # noqa: E402
from explain.service.settings import Settings  # noqa: E402
from explain.service.work import Opening, ReviewQuestion  # noqa: E402 # after it is known to be there

pytestmark = pytest.mark.heavy

CASES = sorted((ROOT / "examples" / "cases").glob("*.pl"))
(OPEN,) = (ROOT / "examples" / "cases").glob("03_*.pl")
OPEN_NAME = "rrmm_second_pi_open"
RECORDS = ROOT / "examples" / "fhir" / "renewal.json"
TEXT, FHIR = {"content-type": "text/plain"}, {"content-type": "application/fhir+json"}
TOKEN = "correct-horse-battery-staple"
STRICT_SECONDS, STRICT_BYTES = 3, 100_000
REQUEST = "request(c, selinexor, initial, 2024-09-03).\n"
ORDER_SIGN = "/cds-services/priorlog-order-sign"
COVERAGE_INFORMATION = "http://hl7.org/fhir/us/davinci-crd/StructureDefinition/ext-coverage-information"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The service as it is started without options."""
    with serving(tmp_path_factory.mktemp("serve") / "log", "--processes", "2") as running:
        yield running


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A service that waits for little, with a token, by a payer who authorizes what meets the criteria."""
    limits = ("--processes", "1", "--max-seconds", str(STRICT_SECONDS), "--max-bytes", str(STRICT_BYTES))
    with serving(tmp_path_factory.mktemp("strict") / "log", *limits, "--token", TOKEN, "--authorizes") as running:
        yield running


@pytest.fixture
def client(server: Serving) -> Iterator[Any]:
    with httpx.Client(base_url=server.address, timeout=120) as asking:
        yield asking


@pytest.fixture
def hurried(strict: Serving) -> Iterator[Any]:
    """What asks the strict service, and shows the token."""
    shown = {"authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=strict.address, timeout=120, headers=shown) as asking:
        yield asking
        assert 200 == asking.get("/health").status_code, "the service stands"
        assert 200 == asking.post("/explain", json={"goal": "drug_class(bortezomib, Class)"}).status_code


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What the command line prints as JSON."""
    main([*arguments, "--format", "json"])
    return json.loads(capsys.readouterr().out)


def name_of(case: Path) -> str:
    return str(case.relative_to(ROOT))


def codes(response: Any) -> list[str]:
    return [each["code"] for each in response.json()]


# --- what the command line says, over HTTP -----------------------------------------------------------------------------


def test_reviews_are_those_of_the_command_line(
    client: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each example case is reviewed as `priorlog review --format json` reviews it."""
    monkeypatch.chdir(ROOT)
    expected = told(capsys, "review", *map(name_of, CASES))
    found = []
    for case in CASES:
        found += client.post("/review", params={"name": name_of(case)}, content=case.read_bytes(), headers=TEXT).json()
    assert expected == found


def test_a_bundle_is_reviewed_as_it_is_imported(
    client: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A bundle gives the review of the case file that `priorlog import` makes of it."""
    case = tmp_path / "ana.pl"
    assert 0 == main(["import", "fhir", str(RECORDS), "-o", str(case)])
    capsys.readouterr()
    (expected,) = told(capsys, "review", str(case))
    (found,) = client.post("/review", content=RECORDS.read_bytes(), headers=FHIR).json()
    for key in ("case", "determination", "missing", "authorization", "kind", "date"):
        assert expected[key] == found[key]


def test_what_a_bundle_does_not_say_can_be_said(client: Any) -> None:
    """Without its claim a bundle is refused, until drug, kind and date are given."""
    records = json.loads(RECORDS.read_text(encoding="utf-8"))
    records["entry"] = [each for each in records["entry"] if each["resource"]["resourceType"] != "Claim"]
    refused = client.post("/review", json=records, headers=FHIR)
    assert (422, ["E401"]) == (refused.status_code, codes(refused))
    given = {"drug": "Xpovio", "kind": "renewal", "date": "2024-09-03"}
    (review,) = client.post("/review", json=records, headers=FHIR, params=given).json()
    assert ("renewal", "2024-09-03") == (review["kind"], review["date"])


def test_a_review_is_a_page_where_that_is_accepted(client: Any) -> None:
    """A browser is sent the report that `review -o report.html` writes, and no browser may run anything in it."""
    headers = {**TEXT, "accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    found = client.post("/review", content=OPEN.read_bytes(), headers=headers)
    assert found.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert "More information needed" in found.text


@pytest.mark.parametrize(
    ("asked", "options"),
    [
        ({"ask": "why"}, ["why"]),
        ({"ask": "whynot", "every": True}, ["whynot", "--all"]),
        ({"ask": "missing"}, ["missing"]),
    ],
    ids=["why", "whynot", "missing"],
)
def test_explanations_are_those_of_the_command_line(
    client: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    asked: dict[str, object],
    options: list[str],
) -> None:
    """Why, why not and what is missing are what the commands of these names print as JSON."""
    monkeypatch.chdir(ROOT)
    goal, case = f"meets_criteria({OPEN_NAME})", name_of(OPEN)
    expected = told(capsys, *options, goal, "--case", case)
    body = {"goal": goal, "case": OPEN.read_text(encoding="utf-8"), "name": case, **asked}
    assert expected == client.post("/explain", json=body).json()


def test_an_interview_keeps_nothing(client: Any) -> None:
    """Each answer gives back the case file with it at its end; with the last one the criteria are met, and nothing is asked."""
    case, questions = OPEN.read_text(encoding="utf-8"), []
    question = client.post("/next-question", json={"case": case}).json()["question"]
    while question is not None:
        questions.append(question["text"])
        body = {"case": case, "answer": question["choices"][0], "who": "Dr. Example"}
        reply = client.post("/answer", json=body).json()
        case, question = reply["case"], reply["question"]
    assert ["To which drugs is the disease refractory?"] == questions
    assert case.startswith(OPEN.read_text(encoding="utf-8"))
    assert "Dr. Example" in case
    (review,) = client.post("/review", content=case.encode(), headers=TEXT).json()
    assert "meets_criteria" == review["determination"]


def test_the_questionnaire_is_that_of_the_command_line(
    client: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an interview would ask is the FHIR Questionnaire that the command writes, but for the day that it is made on."""
    monkeypatch.chdir(ROOT)
    main(["interview", name_of(OPEN), "--format", "questionnaire"])
    expected = json.loads(capsys.readouterr().out)
    made = client.post("/questionnaire", json={"case": OPEN.read_text(encoding="utf-8"), "name": name_of(OPEN)})
    assert "application/fhir+json" == made.headers["content-type"]
    assert {**expected, "date": None} == {**made.json(), "date": None}


def test_an_answer_that_says_nothing_is_refused(client: Any) -> None:
    """An answer with a name that nothing knows is an error with what was meant, as in an interview."""
    body = {"case": OPEN.read_text(encoding="utf-8"), "answer": "carfilzomab"}
    refused = client.post("/answer", json=body)
    assert (422, ["E410"]) == (refused.status_code, codes(refused))
    assert "carfilzomib" in refused.json()[0]["message"]


@pytest.mark.parametrize(
    "query",
    [
        "asof=2020-01-01",
        "closed_world=true",
        "as_of=2024-09-03T00:00:00",
        "as_of=0",
        "as_of=20240903",
        "as_of=2020-01-01&as_of=2024-09-03",
        "kind=renewal",
        "date=2020-01-01",
    ],
)
def test_what_a_review_would_pass_over_is_refused(client: Any, query: str) -> None:
    """Of the address no parameter is passed over, read as another day than it names, or taken for a case file that says it itself."""
    refused = client.post(f"/review?{query}", content=OPEN.read_bytes(), headers=TEXT)
    assert (422, ["E502"]) == (refused.status_code, codes(refused))
    assert query.partition("=")[0] in refused.json()[0]["message"]


def test_a_review_as_of_another_day(client: Any) -> None:
    """`as_of` reviews as if the request bore that date."""
    response = client.post("/review?as_of=2020-02-03", content=OPEN.read_bytes(), headers=TEXT)
    assert ["2020-02-03"] == [each["date"] for each in response.json()]


def test_what_can_be_asked_is_described(client: Any) -> None:
    """The OpenAPI description has each address, and names the members of a review; the policies are listed."""
    described = client.get("/openapi.json").json()
    assert {
        "/review",
        "/explain",
        "/next-question",
        "/questionnaire",
        "/answer",
        "/policies",
        "/health",
        "/cds-services",
        ORDER_SIGN,
    } == {*described["paths"]}
    assert {"determination", "criteria", "missing"} <= {*described["components"]["schemas"]["Review"]["properties"]}
    assert [("xpovio", ["selinexor"])] == [(each["name"], each["drugs"]) for each in client.get("/policies").json()]


# --- many at once ------------------------------------------------------------------------------------------------------


def test_fifty_at_once(client: Any) -> None:
    """Of fifty requests at once none is lost, and each is told what one alone is told."""
    cases = [(CASES * 3)[number] for number in range(50)]

    def reviewed(case: Path) -> bytes:
        response = client.post("/review", content=case.read_bytes(), headers=TEXT)
        assert 200 == response.status_code
        return bytes(response.content)

    expected = {case: reviewed(case) for case in CASES}
    with ThreadPoolExecutor(50) as pool:
        assert [expected[case] for case in cases] == list(pool.map(reviewed, cases))


@dataclass(frozen=True)
class Slow:
    """What takes its time over each question, and ends its process over one."""

    def __call__(self) -> Callable[[object], Reply]:
        return self.reply

    @staticmethod
    def reply(question: object) -> Reply:
        if question == "die":
            os._exit(9)
        time.sleep(0.5)
        return Reply(200, str(question).encode())


def replies(questions: list[str], *, most_waiting: int, is_gone: bool = False) -> list[Reply]:
    """The replies of one process to questions that are asked at once."""

    async def gone() -> bool:
        return is_gone

    async def asked() -> list[Reply]:
        pool = Pool(Slow(), Settings(processes=1, most_waiting=most_waiting))
        await pool.start()
        try:
            return await asyncio.gather(*(pool.ask(each, gone) for each in questions))
        finally:
            pool.close()

    return asyncio.run(asked())


def test_where_too_many_wait_it_is_said_when_to_come_back() -> None:
    """Of three questions at once, where one may wait, the third is told to come again."""
    found = replies(["1", "2", "3"], most_waiting=1)
    assert [(200, b"1"), (200, b"2")] == [(each.status, each.body) for each in found[:2]]
    assert (429, (("retry-after", "5"),)) == (found[2].status, found[2].headers)


def test_a_process_that_ends_is_replaced() -> None:
    """A process that dies over a question costs that question alone."""
    found = replies(["1", "die", "2"], most_waiting=5)
    assert [200, 503, 200] == [each.status for each in found]
    assert b"E503" in found[1].body


def test_nothing_is_worked_on_for_nobody() -> None:
    """A question whose asker has gone by the time of its turn is dropped."""
    assert [503] == [each.status for each in replies(["1"], most_waiting=5, is_gone=True)]


# --- what goes wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"foo(", TEXT, 422, "E101"),
        (b"\0\1\2", TEXT, 422, "E107"),
        (b"\xff\xfe", TEXT, 422, "E107"),
        (b"", TEXT, 422, "E401"),
        (b"sex(c, male).", TEXT, 422, "E401"),
        (b":- facts(prior_therapy/3, '/etc/passwd').", TEXT, 422, "E405"),
        (b"p(" + b"f(" * 20_000 + b"a" + b")" * 20_000 + b").", TEXT, 422, "E101"),
        (b"{", FHIR, 422, "E109"),
        (b"[]", FHIR, 422, "E109"),
        (b'{"resourceType":"Bundle","entry":' + b"[" * 40_000 + b"]" * 40_000 + b"}", FHIR, 422, "E109"),
        (b'{"resourceType": "Bundle", "resourceType": "Bundle"}', FHIR, 422, "E109"),
        (b'{"resourceType": "Bundle"}', FHIR, 422, "E401"),
        (b"<xml/>", {"content-type": "application/xml"}, 415, "E502"),
        (b"x" * (STRICT_BYTES + 1), TEXT, 413, "E107"),
    ],
    ids=["syntax", "nul", "no-text", "empty", "no-request", "reads-a-file", "deep-case", "no-json", "no-resource", "deep-json", "twice", "nothing", "xml", "large"],
)  # fmt: skip
def test_bodies_that_cannot_be_read(hurried: Any, body: bytes, headers: dict[str, str], status: int, code: str) -> None:
    """What is malformed, too deep or too large is told as the command line tells it, and the service stands."""
    refused = hurried.post("/review", content=body, headers=headers)
    assert (status, code) == (refused.status_code, codes(refused)[0])
    assert "Traceback" not in refused.text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{" * 50_000, "JSON"),
        (b"[" * 40_000 + b"]" * 40_000, ""),
        (b'{"case": ""}', "`body.goal`"),
        (b'{"goal": 1}', "`body.goal`"),
        (b'{"goal": "p", "file": "/etc/passwd"}', "`body.file`"),
        (b'{"goal": "p", "case": "\\ud800"}', "`body.case`"),
        (b'{"goal": "p", "name": "\\ud800"}', "`body.name`"),
    ],
    ids=["no-json", "deep-json", "no-goal", "no-text", "unknown", "half-a-character", "half-a-name"],
)
def test_requests_that_are_not_as_described(hurried: Any, body: bytes, said: str) -> None:
    """A request that is not of its type says which member is wrong."""
    refused = hurried.post("/explain", content=body, headers={"content-type": "application/json"})
    assert (422, ["E502"]) == (refused.status_code, codes(refused))
    assert said in refused.json()[0]["message"]


@pytest.mark.parametrize(
    ("goal", "statuses"),
    [
        ("between(1, 1000000000000, X)", {422}),
        ("between(1, 1000000, X), between(1, 1000000, Y), X = Y", {422, 503}),
        ("(" * 20_000 + "true", {422}),
    ],
    ids=["too-many-values", "too-long", "too-deep"],
)
def test_goals_that_do_not_end(hurried: Any, goal: str, statuses: set[int]) -> None:
    """A goal that does not come to an end is given up by its steps or by its time, and said so."""
    began = time.monotonic()
    refused = hurried.post("/explain", json={"goal": goal})
    assert refused.status_code in statuses
    assert codes(refused)[0] in {"E501", "E101"}
    assert time.monotonic() - began < STRICT_SECONDS + 30


def test_a_case_that_takes_too_long(hurried: Any) -> None:
    """A small body that makes much work is ended, and the next question is answered."""
    text = REQUEST + "".join(f"refractory(c, x{number}).\n-refractory(c, x{number}).\n" for number in range(1_900))
    refused = hurried.post("/review", content=text.encode(), headers=TEXT)
    assert (503, ["E501"]) == (refused.status_code, codes(refused))


def test_a_large_body_that_does_not_say_so(hurried: Any) -> None:
    """A body of unstated length is cut off where it becomes too large."""
    pieces = (b"x" * 1_000 for _ in range(STRICT_BYTES // 1_000 + 2))
    refused = hurried.post("/review", content=pieces, headers=TEXT)
    assert (413, ["E107"]) == (refused.status_code, codes(refused))


@pytest.mark.parametrize("sent", ["body", "head"])
def test_what_is_slow_is_not_waited_for(strict: Serving, hurried: Any, sent: str) -> None:
    """Where the body does not arrive the reply is 408; where not even the head does, the connection is closed."""
    head = f"POST /review HTTP/1.1\r\nHost: localhost:{strict.port}\r\nAuthorization: Bearer {TOKEN}\r\n"
    rest = "Content-Type: text/plain\r\nContent-Length: 100\r\n\r\nsex(" if sent == "body" else "Content-"
    with socket.create_connection(("127.0.0.1", strict.port), timeout=30) as connection:
        connection.sendall((head + rest).encode())
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert (b"HTTP/1.1 408 " in received) is (sent == "body")
    assert (received == b"") is (sent == "head")


def test_whoever_goes_away_is_not_waited_for(strict: Serving, hurried: Any) -> None:
    """Clients that leave in the middle of a body leave the service standing."""
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", strict.port), timeout=30) as connection:
            connection.sendall(
                f"POST /review HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 100\r\n\r\nx".encode()
            )


def test_names_are_shown_and_not_run(client: Any) -> None:
    """Markup in names, sources and comments of a case is text on a page."""
    text = (
        f"% </textarea><script>alert(1)</script>\n:- source('<img src=x onerror=alert(1)>').\n{REQUEST}"
        "prior_therapy(c, 1, '\"><script>alert(1)</script>').\n"
    )
    for page in (
        client.post("/review", content=text.encode(), headers={**TEXT, "accept": "text/html"}).text,
        client.post("/", files={"case": (None, text)}).text,
        client.post("/", files={"case": (None, f"{text}<script>alert(2)</script>")}).text,
    ):
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page


# --- who may ask -------------------------------------------------------------------------------------------------------


def test_others_need_a_token(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that other machines can reach is not listened on without a token, nor with one that is soon guessed."""
    monkeypatch.delenv("PRIORLOG_TOKEN", raising=False)
    assert 1 == main(["serve", "--host", "0.0.0.0", "--port", "0"])
    assert "PRIORLOG_TOKEN" in capsys.readouterr().err
    assert 1 == main(["serve", "--host", "0.0.0.0", "--port", "0", "--token", "secret"])
    assert "fewer than 16" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        (None, 401),
        ("Bearer", 401),
        (f"Bearer {TOKEN}x", 401),
        (f"Digest {TOKEN}", 401),
        ("Basic !", 401),
        (f"Bearer {TOKEN}", 200),
        (f"Basic {base64.b64encode(f'anybody:{TOKEN}'.encode()).decode()}", 200),
    ],
)
def test_a_token_is_shown_by_a_program_or_as_a_password(strict: Serving, shown: str | None, status: int) -> None:
    """Without the token nothing is answered but whether the service stands."""
    headers = {} if shown is None else {"authorization": shown}
    assert status == httpx.get(f"{strict.address}/policies", headers=headers).status_code
    assert 200 == httpx.get(f"{strict.address}/health").status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "rebound.example:80"}, 403),
        ({"origin": "https://other.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"host": "["}, 403),
        ({"host": "localhost"}, 200),
    ],
)
def test_pages_of_other_sites_may_not_ask(client: Any, headers: dict[str, str], status: int) -> None:
    """A name that is bound to this machine by another site, and a page of another site, are refused."""
    assert status == client.get("/policies", headers=headers).status_code


def test_a_proxy_passes_its_own_name_on(hurried: Any) -> None:
    """Who shows the token may call the service by any name, as a proxy before it does."""
    assert 200 == hurried.get("/policies", headers={"host": "pa.example", "origin": "https://pa.example"}).status_code


def test_the_log_has_no_facts(server: Serving, client: Any) -> None:
    """Of what a patient's request says, in its address, its query or its body, nothing is in the log."""
    client.post("/review", params={"name": "zebra.pl"}, content=b"zebra(c", headers=TEXT)
    client.post("/explain", json={"goal": "zebra(", "case": "zebra"})
    client.get("/zebra/zebra?zebra=1")
    deadline = time.monotonic() + 10
    while "GET - 404" not in server.log.read_text(encoding="utf-8") and time.monotonic() < deadline:
        time.sleep(0.1)
    log = server.log.read_text(encoding="utf-8")
    assert "POST /review 422" in log
    assert "GET - 404" in log
    assert "zebra" not in log


# --- CDS Hooks ---------------------------------------------------------------------------------------------------------


def hook(*, with_claim: bool, **order: object) -> dict[str, Any]:
    """A request for `order-sign`, formed as the example of Da Vinci CRD, about the order in the example records."""
    entries = json.loads(RECORDS.read_text(encoding="utf-8"))["entry"]
    by_key = {f"{each['resource']['resourceType']}/{each['resource']['id']}": each for each in entries}
    draft = copy.deepcopy(by_key.pop("MedicationRequest/selinexor"))
    draft["resource"] |= {"status": "draft", **order}
    left_out = () if with_claim else ("Claim/request",)
    patient, coverage = (by_key.pop(each)["resource"] for each in ("Patient/ana", "Coverage/member"))
    rest = [each for key, each in by_key.items() if key not in left_out]
    return {
        "hook": "order-sign",
        "hookInstance": "d5a80646-7ef5-4edf-ade9-72407ca28c76",
        "fhirServer": "https://example.org/fhir",
        "fhirAuthorization": {
            "access_token": "opaque",
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": "",
            "subject": "cds",
        },
        "context": {
            "userId": "Practitioner/hall",
            "patientId": "ana",
            "draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": [draft]},
        },
        "prefetch": {
            "patient": patient,
            "coverage": {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": coverage}]},
            "conditions": None,
            "others": {"resourceType": "Bundle", "type": "searchset", "entry": rest},
        },
    }


def information(response: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The order that a hook updates without its coverage information, and that."""
    (action,) = response.json()["systemActions"]
    resource = action["resource"]
    (found,) = [each for each in resource["extension"] if each["url"] == COVERAGE_INFORMATION]
    others = [each for each in resource["extension"] if each is not found]
    values = {each["url"]: next(value for key, value in each.items() if key != "url") for each in found["extension"]}
    order = {key: value for key, value in resource.items() if key != "extension"}
    return order | ({"extension": others} if others else {}), values


def test_hooks_are_discovered(client: Any) -> None:
    """CDS Hooks finds the service for `order-sign`, with what it asks to be sent along."""
    (service,) = client.get("/cds-services").json()["services"]
    assert ("order-sign", "priorlog-order-sign") == (service["hook"], service["id"])
    assert "Patient/{{context.patientId}}" == service["prefetch"]["patient"]


def test_an_order_that_needs_more(client: Any) -> None:
    """The card names what is met and what is needed; the order says that authorization and documents are needed, and asks which."""
    sent = hook(with_claim=False, extension=[{"url": "https://example.org/own", "valueBoolean": True}])
    found = client.post(ORDER_SIGN, json=sent)
    (card,) = found.json()["cards"]
    assert ("Xpovio (selinexor): more information needed", "warning") == (card["summary"], card["indicator"])
    assert "Is the drug requested for multiple myeloma?" in card["detail"]
    assert "which the order does not say" in card["detail"]
    order, values = information(found)
    assert sent["context"]["draftOrders"]["entry"][0]["resource"] == order, "nothing else of the order is changed"
    medication_request = pytest.importorskip(
        "fhir.resources.R4B.medicationrequest", reason="fhir.resources is not installed"
    )
    medication_request.MedicationRequest.model_validate(found.json()["systemActions"][0]["resource"])
    expected = {
        "covered": "conditional",
        "pa-needed": "auth-needed",
        "doc-needed": "clinical",
        "doc-purpose": "withpa",
        "info-needed": "OTH",
    }
    assert expected.items() <= values.items()
    assert {"reference": "Coverage/member"} == values["coverage"]
    assert "urn:priorlog:questionnaire:ana" == values["questionnaire"]
    assert "satisfied-pa-id" not in values


def test_an_order_that_meets_the_criteria(client: Any, hurried: Any) -> None:
    """Where the criteria are met no document is needed; that authorization is satisfied is said only by who authorizes it."""
    sent = hook(with_claim=True)
    found = client.post(ORDER_SIGN, json=sent)
    assert "info" == found.json()["cards"][0]["indicator"]
    _, values = information(found)
    assert ("conditional", "auth-needed") == (values["covered"], values["pa-needed"])
    assert not {"doc-needed", "questionnaire", "satisfied-pa-id"} & {*values}
    _, authorized = information(hurried.post(ORDER_SIGN, json=sent))
    assert ("conditional", "satisfied") == (authorized["covered"], authorized["pa-needed"])
    assert authorized["satisfied-pa-id"]


@pytest.mark.parametrize(
    "changed",
    [
        {"medicationReference": None, "medicationCodeableConcept": {"text": "aspirin"}},
        {"medicationReference": None},
        {"subject": {"reference": "Patient/somebody-else"}},
        {"doNotPerform": True},
        {"status": "cancelled"},
        {"modifierExtension": [{"url": "https://example.org/negated", "valueBoolean": True}]},
    ],
    ids=["no-policy", "no-drug", "other-patient", "not-to-be-given", "cancelled", "changed"],
)
def test_orders_of_which_nothing_is_known(client: Any, changed: dict[str, object]) -> None:
    """Of an order that no policy is about, of somebody else, or not to give a drug, nothing is said."""
    found = client.post(ORDER_SIGN, json=hook(with_claim=False, **changed))
    assert (200, {"cards": [], "systemActions": []}) == (found.status_code, found.json())


@pytest.mark.parametrize("kind", [None, 1, [], {"coding": []}])
def test_records_of_a_hook_that_are_none(client: Any, kind: object) -> None:
    """What comes along and is no resource is passed over, and the order is reviewed."""
    sent = hook(with_claim=False)
    sent["prefetch"]["more"] = {"resourceType": kind, "id": "x"}
    found = client.post(ORDER_SIGN, json=sent)
    assert (200, 1) == (found.status_code, len(found.json()["cards"]))


@pytest.mark.parametrize(("day", "is_today"), [("2024-09-02T10:00:00Z", False), ("2024-09", True), (None, True)])
def test_the_day_of_an_order_that_does_not_say_it(client: Any, day: str | None, *, is_today: bool) -> None:
    """An order that is not dated to the day is reviewed as one of today, and the card says so."""
    (card,) = client.post(ORDER_SIGN, json=hook(with_claim=False, authoredOn=day)).json()["cards"]
    assert is_today == ("today, as the order does not say the day" in card["detail"])
    assert is_today != ("dated 2024-09-02." in card["detail"])


def test_a_hook_that_is_none(client: Any) -> None:
    """A request for another hook, or without orders, says what is wrong with it."""
    other = client.post(ORDER_SIGN, json={**hook(with_claim=False), "hook": "patient-view"})
    assert (422, True) == (other.status_code, "`body.hook`" in other.json()[0]["message"])
    without = client.post(ORDER_SIGN, json={**hook(with_claim=False), "context": {"patientId": "ana"}})
    assert (422, True) == (without.status_code, "`body.context.draftOrders`" in without.json()[0]["message"])


# --- what is kept ------------------------------------------------------------------------------------------------------


def test_a_program_keeps_no_case() -> None:
    """A case that is stated beside a program leaves nothing in it, however many are."""
    program = api.load()
    before = dict(program.workspace.sources.texts)
    program.with_text(OPEN.read_text(encoding="utf-8")).only_case().review()
    assert before == program.workspace.sources.texts
    assert () == program.cases


def test_the_rules_are_told_what_day_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that stands overnight reviews with the new day, as a command that is started then does."""
    question = ReviewQuestion(OPEN.read_bytes(), "case.pl")
    answer = Opening(api.load())()
    days = []
    for seconds in ("1764374400", "1764460800"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
        days.append(json.loads(answer(question).body)[0]["reviewed_on"])
    assert ["2025-11-29", "2025-11-30"] == days


# --- the page ----------------------------------------------------------------------------------------------------------

PHONE, DESKTOP = 375, 1280


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


def violations(page: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:100]}" for each in found for node in each["nodes"]]


def tab_to(page: Any, control: str) -> None:
    """Tabs to the control that is called so."""
    for _ in range(30):
        page.keyboard.press("Tab")
        said = "(at => at.innerText || at.value || at.closest('label')?.innerText || '')(document.activeElement).trim()"
        if page.evaluate(said) == control:
            return
    raise AssertionError(f"no way to {control} by the Tab key")


def pressed(page: Any, key: str) -> None:
    """Presses a key that sends the page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def sound(page: Any) -> bool:
    """Whether nothing of a page is wider than the window, and axe finds nothing."""
    assert [] == violations(page)
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone", "desktop"])
def test_a_case_is_reviewed_by_the_keyboard_alone(browser: Any, server: Serving, width: int, scheme: str) -> None:
    """From an empty page to criteria that are met and the case file in hand, at each width, without a script and without a mouse."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, accept_downloads=True)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(server.address)
    assert sound(page)
    page.keyboard.insert_text(OPEN.read_text(encoding="utf-8"))
    tab_to(page, "Review")
    pressed(page, "Enter")
    assert page.title().startswith("More information needed")
    assert sound(page)
    tab_to(page, "carfilzomib")
    page.keyboard.press("Space")
    tab_to(page, "Answer")
    pressed(page, "Space")
    assert page.title().startswith("Meets criteria")
    assert "nothing more is asked" in page.locator("main").inner_text()
    assert sound(page)
    tab_to(page, "Download the case file")
    with page.expect_download() as downloading:
        page.keyboard.press("Enter")
    text = Path(downloading.value.path()).read_text(encoding="utf-8")
    assert text.startswith(OPEN.read_text(encoding="utf-8").rstrip())
    assert f"refractory({OPEN_NAME}, carfilzomib)." in text
    assert {f"{server.address}/"} == {*asked}
    assert [] == complaints
    assert 0 == page.locator("script, link, img, iframe, object").count()
    context.close()


@pytest.mark.browser
def test_the_page_tells_what_is_wrong(browser: Any, server: Serving, tmp_path: Path) -> None:
    """A file that is no case is told of where a reader of the screen hears it; the text stays to be mended."""
    wrong = tmp_path / "wrong.pl"
    wrong.write_text("request(c, selinexor\n", encoding="utf-8")
    page = browser.new_page(viewport={"width": PHONE, "height": 900})
    page.goto(server.address)
    page.set_input_files("#file", wrong)
    page.locator("button", has_text="Review").focus()
    pressed(page, "Enter")
    assert "bracket" in page.locator("[role=alert]").inner_text()
    assert "wrong" == page.evaluate("document.activeElement.id")
    assert "request(c, selinexor\n" == page.input_value("#text")
    assert sound(page)
    page.close()


@pytest.mark.browser
def test_a_bundle_becomes_a_case_on_the_page(browser: Any, server: Serving) -> None:
    """A bundle that is chosen is reviewed, and its case file stands in the page."""
    page = browser.new_page()
    page.goto(server.address)
    page.set_input_files("#file", RECORDS)
    page.locator("button", has_text="Review").focus()
    pressed(page, "Enter")
    assert page.title().startswith("Meets criteria")
    assert "request(ana, " in page.input_value("#text")
    page.close()


@pytest.mark.browser
def test_the_enter_key_answers_no_question_by_itself(browser: Any, server: Serving) -> None:
    """In a field beside the buttons for yes and no, Enter does not choose one of them."""
    (case,) = (ROOT / "examples" / "cases").glob("11_*.pl")
    page = browser.new_page()
    page.goto(server.address)
    page.fill("#text", case.read_text(encoding="utf-8"))
    page.locator("button", has_text="Review").focus()
    pressed(page, "Enter")
    assert page.locator("button", has_text="Yes").is_visible()
    page.focus("#who")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    assert page.title().startswith("More information needed")
    page.locator("button", has_text="Yes").focus()
    pressed(page, "Enter")
    assert not page.title().startswith("Not reviewed")
    page.close()
