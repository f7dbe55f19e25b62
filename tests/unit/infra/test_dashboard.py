"""The dashboard shows what exists: every metric is of a resource of the template, every log line is written."""

import json
import re
from typing import Any

import pytest

from infra.resources import parameters
from infra.settings import PROJECT_ROOT
from infra.stages import read_stage
from infra.template import load_template

PROD = read_stage("prod")
VALUES = {**parameters(PROD), "Stage": "prod", "AWS::Region": "eu-central-1"}
RESOURCES: dict[str, Any] = dict(load_template()["Resources"])


def resolved(text: str) -> str:
    return re.sub(r"\$\{([\w:]+)\}", lambda found: VALUES[found[1]], text)


BODY = json.loads(resolved(RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Sub"]))
WIDGETS: list[Any] = [widget["properties"] for widget in BODY["widgets"]]
METRICS = [metric for one in WIDGETS for metric in one.get("metrics", []) if isinstance(metric[0], str)]
QUERIES = [one["query"] for one in WIDGETS if "query" in one]


def names(kind: str, key: str) -> set[str]:
    """Return the names of all resources of a type, as they are in production."""
    found = [one["Properties"][key] for one in RESOURCES.values() if one["Type"] == kind]
    return {resolved(name["Sub"]) if "Sub" in name else VALUES[name["Ref"]] for name in found}


EXISTING = {
    ("AWS/SQS", "QueueName"): names("AWS::SQS::Queue", "QueueName"),
    ("AWS/DynamoDB", "TableName"): names("AWS::DynamoDB::Table", "TableName"),
    ("AWS/Lambda", "FunctionName"): {PROD.lambda_name(function) for function in PROD.timeouts},
    ("AWS/ApiGateway", "ApiName"): {PROD.lambda_name("api_handler")},
    ("RetailOrders", "Stage"): {PROD.name},
    ("AWS/SES", "ses:configuration-set"): names("AWS::SES::ConfigurationSet", "Name"),
}
#: Metrics of the whole account: SES counts mails and Lambda executions at once without saying whose.
OF_THE_ACCOUNT = {("AWS/SES", name) for name in ("Send", "Delivery", "Bounce", "Complaint", "Reject")} | {
    ("AWS/Lambda", "ConcurrentExecutions")
}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: " ".join(str(part) for part in metric[1:4]))
def test_every_metric_is_of_something_that_exists(metric: list[Any]) -> None:
    namespace, name, *rest = [part for part in metric if isinstance(part, str)]
    if not rest:
        assert (namespace, name) in OF_THE_ACCOUNT
        return
    dimension, value = rest
    assert value in EXISTING[namespace, dimension]


@pytest.mark.parametrize("where", EXISTING)
def test_everything_that_exists_is_shown(where: tuple[str, str]) -> None:
    shown = {metric[3] for metric in METRICS if (metric[0], metric[2]) == where}
    assert shown == EXISTING[where]


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_finds_a_line_that_its_function_writes(query: str) -> None:
    source, filtered, counted = [part.strip() for part in query.split(" | ")]
    assert source.removeprefix("SOURCE '/aws/lambda/").rstrip("'") in EXISTING["AWS/Lambda", "FunctionName"]
    [message] = re.findall(r"message = '([^']+)'", filtered)
    [field] = re.findall(r"sum\((\w+)\)|by (\w+)$", counted)
    calls = re.findall(rf'log\.info\("{message}", extra=\{{.*', _sources())
    assert calls
    assert any("".join(field) in call or "**took" in call for call in calls)
    assert f'"{"".join(field)}": ' in _sources()


def _sources() -> str:
    return "\n".join(file.read_text("utf-8") for file in sorted((PROJECT_ROOT / "chalicelib").rglob("*.py")))


def test_the_dashboard_shows_what_an_operator_is_asked_about() -> None:
    shown = {metric[1] for metric in METRICS}
    assert shown >= {
        *("Count", "4XXError", "5XXError", "Latency"),
        *("ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"),
        *("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "ReadThrottleEvents", "WriteThrottleEvents"),
        *("Reputation.BounceRate", "Reputation.ComplaintRate", "Send", "Bounce"),
    }


def test_widgets_do_not_cover_each_other() -> None:
    places = [(one["x"], one["y"]) for one in BODY["widgets"]]
    assert len(set(places)) == len(places)
    assert all(one["x"] + one["width"] <= 24 for one in BODY["widgets"])
