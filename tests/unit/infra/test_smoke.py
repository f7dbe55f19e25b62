"""A smoke test leaves nothing behind, whatever becomes of it, and says what it could not try."""

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from infra import record
from infra.errors import InfraError
from infra.operating import smoke, smoke_edge, smoke_run
from infra.operating.smoke import Smoke
from infra.operating.smoke_run import NOTES, Failed, Run, clean_leftovers, cleaned, wait_for
from infra.settings import Stack, aws_stack, embedded_stack
from infra.stages import Stage, read_stage

PROD = read_stage("prod")
URL = "https://a.example/api/v1"


@dataclass
class FakeS3:
    objects: dict[str, bytes] = field(default_factory=dict)

    def put_object(self, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803 (boto3's own name)
        self.objects[Key] = Body

    def get_object(self, Bucket: str, Key: str) -> Any:  # noqa: N803
        return {"Body": io.BytesIO(self.objects[Key])}

    def list_objects_v2(self, Bucket: str, Prefix: str) -> Any:  # noqa: N803
        return {"Contents": [{"Key": key} for key in self.objects if key.startswith(Prefix)]}

    def notes(self) -> list[str]:
        return [key.removeprefix(NOTES) for key in self.objects if key.startswith(NOTES)]


@dataclass
class Traces:
    """Stands for the child process: remembers what it was asked, and finds a user."""

    asked: list[Any] = field(default_factory=list)

    def __call__(self, _: Stack, __: Stage, request: Any) -> Any:
        self.asked.append(json.loads(json.dumps(request)))
        return {**request["clean"], "users": [7]} if "clean" in request else "a-token"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> FakeS3:
    fake = FakeS3()
    monkeypatch.setattr(Stack, "client", lambda *_: fake)
    monkeypatch.setattr(smoke_run, "delete_versions", lambda _, __, key: fake.objects.pop(key))
    monkeypatch.setattr(smoke_run, "_INDEX_LAG", 0)
    return fake


@pytest.fixture
def traces(monkeypatch: pytest.MonkeyPatch) -> Traces:
    fake = Traces()
    monkeypatch.setattr(smoke_run, "_traces", fake)
    return fake


def run_on(stack: Stack | None = None) -> Run:
    return Run(stack or aws_stack("prod", {"AWS_REGION": "eu-central-1"}), PROD, URL, "beef")


def test_everybody_of_a_run_has_an_address_of_the_simulator_of_ses() -> None:
    assert run_on().traces["emails"] == [
        "success+smoke-beef-admin@simulator.amazonses.com",
        "success+smoke-beef-buyer@simulator.amazonses.com",
        "success+smoke-beef-shop@simulator.amazonses.com",
        "bounce+smoke-beef-bounce@simulator.amazonses.com",
    ]
    assert len(run_on().password) >= 20
    assert run_on().password != run_on().password


def test_a_run_is_noted_before_it_makes_anything_and_forgotten_when_all_is_deleted(s3: FakeS3, traces: Traces) -> None:
    run = run_on()
    with cleaned(run):
        assert (s3.notes(), traces.asked) == (["beef.json"], [])
        run.settled = True
    assert [request["clean"]["emails"] for request in traces.asked] == [run.traces["emails"]]
    assert s3.notes() == []


@pytest.mark.parametrize("failure", [Failed("x"), KeyError("x"), KeyboardInterrupt()])
def test_a_run_that_fails_is_deleted_too_and_looked_at_again(
    failure: BaseException, s3: FakeS3, traces: Traces
) -> None:
    with pytest.raises(type(failure)), cleaned(run_on()):
        raise failure
    # Its accounts are gone, so the note has the ids by which later writes of its functions are found.
    assert json.loads(s3.objects[f"{NOTES}beef.json"])["traces"]["users"] == [7]
    assert len(traces.asked) == 1


def test_what_failed_first_is_told_even_if_the_deletion_fails_too(
    s3: FakeS3, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise InfraError("AccessDenied")

    monkeypatch.setattr(smoke_run, "_traces", fail)
    with pytest.raises(Failed, match="POST /order"), cleaned(run_on()):
        raise Failed("POST /order: 500")
    assert "AccessDenied; the next run tries again" in capsys.readouterr().err
    assert s3.notes() == ["beef.json"]


@pytest.mark.parametrize(("minutes", "left"), [(1, ["beef.json"]), (21, [])])
def test_what_a_killed_run_left_is_deleted_until_nothing_of_it_can_come(
    minutes: int, left: list[str], s3: FakeS3, traces: Traces
) -> None:
    run = run_on()
    at = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
    s3.objects[f"{NOTES}beef.json"] = json.dumps({"at": at, "traces": run.traces}).encode()
    clean_leftovers(run.stack, PROD)
    assert traces.asked == [{"clean": run.traces}]
    assert s3.notes() == left
    if left:
        noted = json.loads(s3.objects[f"{NOTES}beef.json"])
        assert (noted["at"], noted["traces"]["users"]) == (at, [7])


def test_on_aws_the_token_is_made_since_nobody_can_read_the_mail(traces: Traces) -> None:
    run = run_on()
    assert run.mailed_token("buyer") == "a-token"
    assert traces.asked == [{"token_for": run.email("buyer")}]


def test_a_wait_that_is_too_long_names_what_it_waited_for() -> None:
    with pytest.raises(Failed, match="waited 0 s for the import"):
        wait_for("the import", lambda: None, patience=0.01)


def test_a_dry_run_names_the_steps_and_makes_no_call(
    monkeypatch: pytest.MonkeyPatch, s3: FakeS3, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(record, "fetch", lambda *_: None)
    monkeypatch.setattr(record, "base_url", lambda _: URL)
    monkeypatch.setattr(requests.Session, "request", None)
    smoke.play(aws_stack("prod", {"AWS_REGION": "eu-central-1"}), PROD, dry_run=True)
    lines = capsys.readouterr().err.splitlines()
    assert (lines[0], len(lines)) == (f"dry run on {URL}:", 10)
    assert s3.objects == {}


def test_a_failed_step_is_named_with_what_was_answered() -> None:
    def work() -> None:
        raise Failed("POST /order: 500 {}")

    with pytest.raises(Failed, match="an order is placed: POST /order: 500"):
        smoke._do("an order is placed", work)


def test_bounces_are_not_claimed_to_work_on_a_stage_without_a_configuration_set() -> None:
    plain = Stage("prod", {**PROD.environment, "MAIL_CONFIGURATION_SET": ""}, PROD.timeouts, PROD.policy_files, False)
    test = Smoke(Run(aws_stack("prod", {"AWS_REGION": "x"}), plain, URL, "beef"))
    smoke._bounce(test)
    assert test.untried == ["bounces: the stage has no MAIL_CONFIGURATION_SET"]


def answered(status: int, body: object, **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = json.dumps(body).encode()
    response.headers.update({"Content-Type": "application/json", **headers})
    return response


def refusal(status: int, code: str, **headers: str) -> requests.Response:
    return answered(status, {"Status": False, "code": code, "Errors": "…"}, **headers)


GOOD = {
    ("GET", "/no/such/call"): refusal(404, "no_such_route"),
    ("DELETE", "/shops"): refusal(405, "method_not_allowed", Allow="GET, OPTIONS"),
    ("GET", "/user/details"): refusal(401, "not_authenticated"),
    ("POST", "/user/login"): refusal(413, "body_too_large"),
    ("OPTIONS", "/basket"): answered(200, {}, **{"Access-Control-Allow-Origin": "*"}),
}


@pytest.mark.parametrize(
    ("call", "bad"),
    [
        (("GET", "/no/such/call"), answered(403, {"message": "Missing Authentication Token"})),
        (("DELETE", "/shops"), refusal(405, "method_not_allowed")),
        (("POST", "/user/login"), answered(413, {"message": "Request Too Long"})),
        (("OPTIONS", "/basket"), answered(403, {})),
        (("OPTIONS", "/basket"), answered(200, {})),
    ],
)
def test_an_edge_that_answers_otherwise_fails(
    call: tuple[str, str], bad: requests.Response, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = dict(GOOD)
    run = Run(embedded_stack(tmp_path, 1), read_stage("local"), URL, "beef")
    monkeypatch.setattr(Run, "call", lambda _, method, path, **__: answers[method, path])
    smoke_edge.check(run)
    answers[call] = bad
    with pytest.raises(Failed, match=call[1] if call[0] != "DELETE" else "405 without Allow"):
        smoke_edge.check(run)
