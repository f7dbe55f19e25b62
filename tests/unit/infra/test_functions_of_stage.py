"""A teardown finds what Chalice deployed for the stage, and nothing else."""

from dataclasses import dataclass
from typing import Any

import pytest

from infra import record
from infra.operating import functions
from infra.settings import Stack, aws_stack
from infra.stages import read_stage


@dataclass
class Named:
    """An account in which others have named things alike, in pages as AWS answers."""

    names: list[str]

    def get_paginator(self, name: str) -> Any:
        return self

    def paginate(self, **_: str) -> Any:
        shown = [{"Name": one, "FunctionName": one, "RoleName": one, "logGroupName": one} for one in self.names]
        return [dict.fromkeys(("Rules", "Functions", "Roles", "logGroups"), shown)]


def test_what_others_have_named_alike_is_not_of_the_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {
        "rules of the clock": ["retail-orders-prod-sweep-event"],
        "functions": ["retail-orders-prod", "retail-orders-prod-sweep"],
        "roles of functions": ["retail-orders-prod-api_handler"],
        "logs of functions": ["/aws/lambda/retail-orders-prod", "/aws/lambda/retail-orders-prod-sweep"],
    }
    others = ["retail-orders-prod2", "retail-orders-prod-deploy", "retail-orders", "/aws/lambda/retail-orders-prod2"]
    monkeypatch.setattr(Stack, "client", lambda *_: Named([one for names in own.values() for one in names] + others))
    monkeypatch.setattr(record, "apis_of", lambda *_: [])
    monkeypatch.setattr(record, "mappings_of", lambda *_: [])
    prod = read_stage("prod")
    found = {kind: names for kind, names, _ in functions.of_stage(aws_stack("prod", {"AWS_REGION": "x"}), prod)}
    # A function and a role may have the same name.
    assert found == {
        **own,
        "REST API": [],
        "queue mappings": [],
        "roles of functions": ["retail-orders-prod-sweep", "retail-orders-prod-api_handler"],
    }
