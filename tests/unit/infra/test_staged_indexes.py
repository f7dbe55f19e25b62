"""A change of several indexes becomes updates that AWS accepts: one index of a table at a time."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from infra.data_stack import DataStack
from infra.settings import aws_stack
from infra.staged_indexes import staged_templates, steps
from infra.template import long_form, template_body

TEXT = template_body()
VALUES = {"AlarmEmail": "", "ProtectTables": "true"}


def index(name: str, key: str = "shop_key", *projected: str) -> Any:
    projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": projected} if projected else {}
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "Projection": projection or {"ProjectionType": "KEYS_ONLY"},
    }


def named(have: list[Any], want: list[Any]) -> list[tuple[str, str]]:
    return [(step.kind, step.index["IndexName"]) for step in steps(have, want)]


def test_new_indexes_come_first_and_unwanted_ones_go_last() -> None:
    have, want = [index("a"), index("b")], [index("b"), index("c"), index("d")]
    assert named(have, want) == [("add", "c"), ("add", "d"), ("remove", "a")]


@pytest.mark.parametrize("changed", [index("a", "sold_key"), index("a", "shop_key", "name")])
def test_an_index_that_changed_is_removed_and_added(changed: Any) -> None:
    assert named([index("a")], [changed]) == [("remove", "a"), ("add", "a")]


def test_the_order_of_projected_attributes_changes_nothing() -> None:
    assert named([index("a", "shop_key", "name", "price")], [index("a", "shop_key", "price", "name")]) == []


class StrictCloudFormation:
    """A stack whose tables take one new or removed index an update, and exactly the attributes that are keys.

    It is killed before the update of the number ``kill``.
    """

    def __init__(self, body: str, kill: int = 0) -> None:
        self.body, self.kill, self.updates = body, kill, 0

    def describe_stacks(self, **_: Any) -> Any:
        return {"Stacks": [{"StackStatus": "UPDATE_COMPLETE", "EnableTerminationProtection": True}]}

    def get_template(self, **_: Any) -> Any:
        # boto3 parses what was sent as JSON.
        return {"TemplateBody": json.loads(self.body) if self.body.startswith("{") else self.body}

    def update_stack(self, TemplateBody: str, **_: Any) -> None:  # noqa: N803 (boto3's own name)
        assert len(TemplateBody.encode()) <= 51_200
        if self.updates + 1 == self.kill:
            raise KeyboardInterrupt
        if TemplateBody == self.body:
            raise refused("No updates are to be performed.")
        before, after = long_form(self.body), long_form(TemplateBody)
        for name in ("CatalogueTable", "OrdersTable", "JobsTable"):
            self._require_one(table(before, name), table(after, name))
        self.body, self.updates = TemplateBody, self.updates + 1

    def _require_one(self, before: Any, after: Any) -> None:
        old, new = ({one["IndexName"]: one for one in t.get("GlobalSecondaryIndexes", [])} for t in (before, after))
        if any(old[name] != new[name] for name in old.keys() & new.keys()):
            raise refused("Cannot update GSI's properties other than Provisioned Throughput")
        if len(old.keys() ^ new.keys()) > 1:
            raise refused("Cannot perform more than one GSI creation or deletion in a single update")
        keys = {part["AttributeName"] for t in (after, *new.values()) for part in t["KeySchema"]}
        if keys != {one["AttributeName"] for one in after["AttributeDefinitions"]}:
            raise refused("Number of attributes in KeySchema does not exactly match number in AttributeDefinitions")


def refused(message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "UpdateStack")


def table(template: Any, name: str) -> Any:
    return template["Resources"][name]["Properties"]


def earlier() -> str:
    """The template as a version before had it: two indexes fewer, one of another shape, one since removed."""
    template: Any = copy.deepcopy(long_form(TEXT))
    catalogue, orders = table(template, "CatalogueTable"), table(template, "OrdersTable")
    kept = [one for one in catalogue["GlobalSecondaryIndexes"] if one["IndexName"] not in ("by_product", "by_sold")]
    kept[0]["Projection"]["NonKeyAttributes"] = ["offer_id"]
    catalogue["GlobalSecondaryIndexes"] = [*kept, index("by_age", "age_key")]
    gone = ("product_key", "sold_key")
    catalogue["AttributeDefinitions"] = [
        *(one for one in catalogue["AttributeDefinitions"] if one["AttributeName"] not in gone),
        {"AttributeName": "age_key", "AttributeType": "S"},
    ]
    orders["GlobalSecondaryIndexes"] = orders["GlobalSecondaryIndexes"][:2]
    orders["AttributeDefinitions"] = [
        one for one in orders["AttributeDefinitions"] if one["AttributeName"] != "state_key"
    ]
    return json.dumps(template)


def deploy(aws: Any, functions: Callable[[], None] = lambda: None) -> None:
    stack = DataStack(aws, aws_stack("prod", {"AWS_REGION": "eu-central-1"}), lambda _: None)
    stack.apply(VALUES, {}, lambda: None)
    functions()
    stack.drop_indexes(VALUES, {})


def indexes_of(body: str) -> set[str]:
    return {one["IndexName"] for one in table(long_form(body), "CatalogueTable")["GlobalSecondaryIndexes"]}


def test_aws_refuses_the_change_as_a_whole() -> None:
    with pytest.raises(ClientError, match=r"GSI"):
        StrictCloudFormation(earlier()).update_stack(TEXT)


def test_a_change_of_several_indexes_is_deployed_in_steps() -> None:
    aws = StrictCloudFormation(earlier())
    deploy(aws)
    # Two added, one replaced, one removed; the one of another table goes along with the first.
    assert (aws.updates, aws.body) == (5, TEXT)


def test_while_functions_change_the_indexes_of_both_versions_are_there() -> None:
    aws, seen = StrictCloudFormation(earlier()), list[set[str]]()
    deploy(aws, lambda: seen.append(indexes_of(aws.body)))
    assert seen == [indexes_of(earlier()) | indexes_of(TEXT)]
    assert "by_age" in seen[0] - indexes_of(aws.body)


def test_a_deployment_that_died_before_its_functions_were_done_still_drops_no_index() -> None:
    aws = StrictCloudFormation(earlier())
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            deploy(aws, interrupted)
        assert "by_age" in indexes_of(aws.body)
    deploy(aws)
    assert aws.body == TEXT


def interrupted() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("kill", [1, 3, 5])
def test_a_change_that_was_killed_between_two_steps_continues_with_the_next(kill: int) -> None:
    aws = StrictCloudFormation(earlier(), kill)
    with pytest.raises(KeyboardInterrupt):
        deploy(aws)
    aws.kill = 0
    deploy(aws)
    assert (aws.updates, aws.body) == (5, TEXT)


def test_a_template_whose_indexes_stay_is_deployed_as_it_is() -> None:
    other = yaml.safe_dump(yaml.safe_load('{"Resources": {}}'))
    assert staged_templates(other, TEXT) == staged_templates(TEXT, TEXT) == [TEXT]
