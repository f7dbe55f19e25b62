"""The commands that look after a deployed stage. Teardown is in test_deploy_again.py, on a stack of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import pytest

from infra import builds
from infra.operating import smoke, smoke_run
from infra.operating.drift import drift
from infra.operating.redrive import DeadLetters
from infra.operating.rollback import rollback
from infra.operating.smoke_run import wait_for
from infra.settings import PROJECT_ROOT
from tests.e2e.conftest import RunningStack
from tests.e2e.service import Service


def items(stack: RunningStack) -> Iterator[str]:
    """Everything in the tables, as text."""
    dynamodb = stack.client("dynamodb")
    for table in dynamodb.list_tables()["TableNames"]:
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            yield from (f"{table} {item['pk']['S']} {item['sk']['S']} {item}" for item in page["Items"])


def files(stack: RunningStack) -> set[str]:
    pages = stack.client("s3").get_paginator("list_object_versions").paginate(Bucket=stack.bucket)
    return {one["Key"] for page in pages for one in page.get("Versions", []) + page.get("DeleteMarkers", [])}


def kill_smoke_at(stack: RunningStack, words: str) -> None:
    """Start a smoke test and kill it when it has begun the step with these words."""
    command = [sys.executable, "-m", "infra", "smoke", "--stage", "local"]
    environment = {**os.environ, "STACK_DIR": str(stack.stack.state_dir)}
    said = []
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if words in line:
                os.killpg(process.pid, signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL, said


@pytest.mark.needs("direct calls")
def test_a_smoke_test_passes_and_leaves_nothing_of_itself_or_of_one_that_was_killed(
    stack: RunningStack, capsys: pytest.CaptureFixture[str]
) -> None:
    before, lists = {line.partition(" {")[0] for line in items(stack)}, files(stack)
    kill_smoke_at(stack, "the waybill is downloaded")
    assert [line for line in items(stack) if "Smoke test" in line]
    smoke.play(stack.stack, stack.stage)
    told = capsys.readouterr()
    assert f"smoke test of {stack.base_url}: passed" in told.out
    assert "not tried: that SES reports a bounce" in told.out

    def nothing_left() -> bool:
        """Of the run that passed, there is nothing at once; functions of the killed one may still have been at work."""
        smoke_run.clean_leftovers(stack.stack, stack.stage)
        made = {line.partition(" {")[0] for line in items(stack)} - before
        # Counts of calls, which expire, the counter of order numbers, and what lists and the index of everything keep.
        shared = (" THROTTLE#", " COUNTER#orders ", " LISTING ", " DIRECTORY#", " SEARCH")
        stored = {key for key in files(stack) - lists if not key.startswith(("deployment/", "search/"))}
        return not {line for line in made if not any(mark in line for mark in shared)} | stored

    wait_for("the killed run's functions", nothing_left)
    # The note of the killed run stays until none of its functions can be at work any more; its own is gone.
    assert len([key for key in files(stack) - lists if key.startswith(smoke_run.NOTES)]) == 1


@pytest.mark.needs("moves of dead letters")
def test_a_dead_letter_gets_to_its_function_again(stack: RunningStack) -> None:
    service = Service(stack)
    email, _ = service.account()
    admin = f"redrive-{token_hex(4)}@admin.example"
    stack.create_admin(admin, "correct horse 9")
    token = service.login(admin)
    [user] = service.ok("GET", "/admin/users", token, params={"email": email})["results"]
    sqs = stack.client("sqs")
    letters = DeadLetters(stack.stack, stack.stage, "feedback")
    recipients = [{"emailAddress": email}]
    bounce = {"bounceType": "Permanent", "timestamp": "2026-11-29T12:00:00Z", "bouncedRecipients": recipients}
    notice = json.dumps({"eventType": "Bounce", "bounce": bounce, "mail": {"messageId": "m"}})
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=letters.name)["QueueUrl"], MessageBody=notice)
    looked = letters.look()
    assert (looked.waiting, list(looked.kinds)) == (1, ["bounce, eventType=Bounce, mail"])
    assert letters.move() == 1

    def quiet() -> Any:
        return service.ok("GET", f"/admin/users/{user['id']}", token)["mail_quiet"]

    assert wait_for("the notice", quiet)["reason"].startswith("Permanent")
    assert letters.look().lines() == ["empty"]


@pytest.mark.needs("drift detection")
def test_a_change_by_hand_is_named(stack: RunningStack) -> None:
    sqs = stack.client("sqs")
    name = stack.stage.environment["EXPORTS_QUEUE"]
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    was = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    assert drift(stack.stack) == []
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "33"})
    try:
        [line] = drift(stack.stack)
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=was)
    assert (name in line, line.endswith(f"/VisibilityTimeout: {was['VisibilityTimeout']} became 33")) == (True, True)


@pytest.mark.needs("direct calls")
def test_a_rollback_brings_code_and_settings_of_the_build_before(stack: RunningStack) -> None:
    before, project = builds.kept(stack.stack, stack.stage)["builds"][0], stack.stack.project_dir
    functions, api = stack.client("lambda"), stack.stage.lambda_name("api_handler")
    # A later build whose setting stops the API, deployed by hand: `chalice deploy` takes its time.
    config = json.loads((project / ".chalice" / "config.json").read_text(encoding="utf-8"))
    config["stages"]["local"]["environment_variables"]["TABLE_PREFIX"] = "nowhere"
    (project / ".chalice" / "config.json").write_text(json.dumps(config), encoding="utf-8")
    builds.keep(stack.stack, stack.stage, project)
    variables = functions.get_function_configuration(FunctionName=api)["Environment"]["Variables"]
    broken = {"Variables": {**variables, "TABLE_PREFIX": "nowhere"}}
    functions.update_function_configuration(FunctionName=api, Environment=broken)
    code = functions.get_function_configuration(FunctionName=api)["CodeSha256"]
    assert Service(stack).call("GET", "/shops").status_code == 500
    assert rollback(stack.stack, stack.stage) == stack.base_url
    # On a loaded machine it takes longer than an idle connection lives.
    assert Service(stack).call("GET", "/shops").status_code == 200
    now = functions.get_function_configuration(FunctionName=api)
    assert (now["Environment"]["Variables"], now["CodeSha256"]) == (variables, code)
    assert builds.kept(stack.stack, stack.stage)["builds"][0]["id"] == before["id"]
