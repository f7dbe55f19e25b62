"""Alarms: whatever can stop rings within minutes, says so to somebody, and has a row in the runbook."""

import re
from typing import Any

import pytest

from infra.resources import parameters
from infra.settings import PROJECT_ROOT
from infra.stages import read_stage
from infra.template import load_template

PROD = read_stage("prod")
STEM = "retail-orders-prod"
VALUES = {**parameters(PROD), "Stage": "prod"}
RUNBOOK = PROJECT_ROOT / "docs" / "operations.md"
COLUMNS = 5


def named(value: Any) -> str:
    """Return a text of the template as it is in the production stage."""
    if isinstance(value, dict) and "Ref" in value:
        return VALUES[value["Ref"]]
    text = value["Sub"] if isinstance(value, dict) else value
    return re.sub(r"\$\{(\w+)\}", lambda found: VALUES[found[1]], text)


ALARMS: dict[str, dict[str, Any]] = {
    named(item["Properties"]["AlarmName"]): dict(item["Properties"])
    for item in load_template()["Resources"].values()
    if item["Type"] == "AWS::CloudWatch::Alarm"
}
QUEUES = {name: item for name, item in load_template()["Resources"].items() if item["Type"] == "AWS::SQS::Queue"}


def watched(metric: str) -> dict[str, int]:
    """Return what alarms of this metric watch, each with its threshold."""
    found = {}
    for alarm in ALARMS.values():
        if alarm.get("MetricName") == metric:
            value = alarm["Dimensions"][0]["Value"]
            found[value.get("GetAtt", "").removesuffix(".QueueName") or named(value)] = alarm["Threshold"]
    return found


def summed(alarm: str) -> set[tuple[str, str]]:
    """Return metric and name of all that an alarm on a sum watches."""
    metrics = [one["MetricStat"]["Metric"] for one in ALARMS[alarm]["Metrics"] if "MetricStat" in one]
    return {(one["MetricName"], named(one["Dimensions"][0]["Value"])) for one in metrics}


def rows() -> dict[str, list[str]]:
    """Return the rows of the runbook: alarm to its meaning, where to look, what to do, when it is over."""
    section = RUNBOOK.read_text("utf-8").split("\n## Alarms\n")[1].split("\n## ")[0]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in section.splitlines() if "| `" in line]
    return {row[0].strip("`"): row[1:] for row in cells}


def test_every_dead_letter_queue_rings_at_its_first_message() -> None:
    letters = {name: 0 for name in QUEUES if name.endswith("DeadLetters")}
    assert len(letters) == 7
    assert watched("ApproximateNumberOfMessagesVisible") == letters


def test_every_queue_rings_within_half_an_hour_of_waiting() -> None:
    # A message that fails comes back after the visibility timeout only: the fifth failure of an import is hours away.
    ages = watched("ApproximateAgeOfOldestMessage")
    assert ages.keys() == {name for name in QUEUES if not name.endswith("DeadLetters")}
    assert all(600 <= age <= 1800 for age in ages.values())


def test_functions_without_a_queue_ring_at_errors_since_nothing_keeps_their_events() -> None:
    assert watched("Errors") == {STEM: 0, f"{STEM}-pricelist_dropped": 0, f"{STEM}-sweep": 0}


def test_functions_that_may_not_start_ring_whichever_they_are() -> None:
    assert summed(f"{STEM}-throttles") == {("Throttles", PROD.lambda_name(name)) for name in PROD.timeouts}


def test_every_table_rings_when_it_refuses() -> None:
    tables = [item for item in load_template()["Resources"].values() if item["Type"] == "AWS::DynamoDB::Table"]
    names = {named(item["Properties"]["TableName"]) for item in tables}
    assert summed(f"{STEM}-table-throttles") == {
        (metric, name) for metric in ("ReadThrottleEvents", "WriteThrottleEvents") for name in names
    }


def test_a_sweeper_that_does_not_run_rings_although_it_reports_nothing() -> None:
    alarm = ALARMS[f"{STEM}-sweep-missing"]
    assert (alarm["MetricName"], alarm["ComparisonOperator"], alarm["Threshold"]) == (
        "Invocations",
        "LessThanThreshold",
        1,
    )
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["Period"] * alarm["EvaluationPeriods"] <= 900


def test_what_clients_get_is_watched_by_the_name_that_the_api_has() -> None:
    watching = [alarm for alarm in ALARMS.values() if alarm.get("Namespace") == "AWS/ApiGateway"]
    assert {alarm["MetricName"] for alarm in watching} == {"5XXError", "Latency"}
    app = (PROJECT_ROOT / "app.py").read_text("utf-8")
    assert 'app_name=f"retail-orders-{settings().stage}"' in app
    assert {named(alarm["Dimensions"][0]["Value"]) for alarm in watching} == {STEM}


def test_ses_rings_before_it_reviews_the_account() -> None:
    # Reviews begin at 5 % and 0.1 %: https://docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html
    rates = {alarm["MetricName"]: alarm for alarm in ALARMS.values() if alarm.get("Namespace") == "AWS/SES"}
    assert rates["Reputation.BounceRate"]["Threshold"] < 0.05
    assert rates["Reputation.ComplaintRate"]["Threshold"] < 0.001
    assert all(
        alarm["Dimensions"] == [{"Name": "ses:configuration-set", "Value": {"Ref": "MailConfigurationSet"}}]
        for alarm in rates.values()
    )


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_is_reported_when_it_begins_and_when_it_ends(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == ALARMS[name]["OKActions"] == [{"Ref": "AlarmTopic"}]


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_has_a_row_in_the_runbook(name: str) -> None:
    row = rows()[name.removeprefix(f"{STEM}-")]
    assert len(row) == COLUMNS - 1
    assert all(len(cell) > 10 for cell in row), row


def test_the_runbook_has_no_alarm_that_does_not_exist() -> None:
    assert {f"{STEM}-{name}" for name in rows()} == set(ALARMS)
