"""infra/aws/search-domain.yaml: a domain that only the functions of its stage reach, and they only if there is one."""

import json
from dataclasses import replace
from typing import Any

import pytest

from infra.errors import InfraError
from infra.policies import Place, narrow_policy
from infra.settings import PROJECT_ROOT
from infra.stages import read_stage
from infra.template import parse_template

PLACE = Place(account="123456789012", region="eu-central-1")
ENDPOINT = "https://search-retail-orders-prod-x.eu-central-1.es.amazonaws.com"
PROD = read_stage("prod")
TEMPLATE: Any = parse_template((PROJECT_ROOT / "infra/aws/search-domain.yaml").read_text("utf-8"))
DOMAIN = TEMPLATE["Resources"]["Domain"]["Properties"]


def calls(endpoint: str) -> dict[str, list[dict[str, Any]]]:
    """The statements about OpenSearch in the policy of each function of a stage with this domain."""
    stage = replace(PROD, environment={**PROD.environment, "SEARCH_ENDPOINT": endpoint})
    found = {}
    for function, file in stage.policy_files.items():
        policy = narrow_policy(json.loads((PROJECT_ROOT / ".chalice" / file).read_text("utf-8")), stage, PLACE)
        own = [dict(one) for one in policy["Statement"] if any(action.startswith("es:") for action in one["Action"])]
        found |= {function: own} if own else {}
    return found


def test_functions_call_the_domain_of_their_stage_and_none_without_one() -> None:
    assert calls("") == {}
    allowed = calls(ENDPOINT)
    arns = {arn for statements in allowed.values() for one in statements for arn in one["Resource"]}
    assert arns == {"arn:aws:es:eu-central-1:123456789012:domain/retail-orders-prod/*"}
    actions = {function: {action for one in own for action in one["Action"]} for function, own in allowed.items()}
    assert actions["search"] == {"es:ESHttpGet", "es:ESHttpPost"}
    assert actions["sweep"] == {"es:ESHttpGet"}


def test_domain_lets_in_just_the_functions_that_call_it() -> None:
    [statement] = DOMAIN["AccessPolicies"]["Statement"]
    assert statement["Principal"] == {"AWS": {"Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    [(operator, about)] = statement["Condition"].items()
    assert (operator, list(about)) == ("ArnEquals", ["aws:PrincipalArn"])
    roles = {arn["Sub"].partition(":role/")[2].replace("${Stage}", "prod") for arn in about["aws:PrincipalArn"]}
    allowed = calls(ENDPOINT)
    assert roles == {PROD.role_name(function) for function in allowed}
    actions = {action for own in allowed.values() for one in own for action in one["Action"]}
    assert set(statement["Action"]) == actions


def test_domain_is_encrypted_at_rest_between_its_nodes_and_to_its_callers() -> None:
    assert DOMAIN["EncryptionAtRestOptions"] == DOMAIN["NodeToNodeEncryptionOptions"] == {"Enabled": True}
    assert DOMAIN["DomainEndpointOptions"]["EnforceHTTPS"]
    assert DOMAIN["DomainEndpointOptions"]["TLSSecurityPolicy"].startswith("Policy-Min-TLS-1-2")


@pytest.mark.parametrize("endpoint", ["", "http://search.example", "search.example"])
def test_stage_that_searches_in_a_domain_needs_its_address(endpoint: str) -> None:
    complete = {name: value.replace("change-me", "acme") for name, value in PROD.environment.items()}
    stage = replace(PROD, environment={**complete, "SEARCH_ENGINE": "opensearch", "SEARCH_ENDPOINT": endpoint})
    with pytest.raises(InfraError, match="SEARCH_ENDPOINT of stage prod"):
        stage.require_complete()
    replace(
        PROD, environment={**complete, "SEARCH_ENGINE": "opensearch", "SEARCH_ENDPOINT": ENDPOINT}
    ).require_complete()
