"""What a deployment leaves beside functions and routes."""

import pytest
import requests

from infra.preflight import preflight
from infra.record import rest_api
from tests.e2e.conftest import RunningStack
from tests.e2e.service import Service, good, price_list

PAGE = "https://shop.example"


def test_a_page_may_post_the_upload_form_and_read_the_link_of_a_file(stack: RunningStack) -> None:
    service = Service(stack)
    _, token = service.account("shop")
    form = service.call("POST", "/partner/uploads", token).json()
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}
    allowed = requests.options(form["url"], headers=asked, timeout=30)
    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"] in ("*", PAGE)) == (200, True)
    list_file = {"file": ("list.yaml", price_list(good(1)))}
    sent = requests.post(form["url"], data=form["fields"], files=list_file, headers={"Origin": PAGE}, timeout=30)
    assert (sent.status_code, sent.headers["Access-Control-Allow-Origin"] in ("*", PAGE)) == (204, True)
    [rule] = stack.client("s3").get_bucket_cors(Bucket=stack.bucket)["CORSRules"]
    assert (rule["AllowedOrigins"], sorted(rule["AllowedMethods"])) == (["*"], ["GET", "HEAD", "POST"])


@pytest.mark.needs("mail quota")
def test_a_deployed_stage_passes_its_preflight(stack: RunningStack) -> None:
    findings = preflight(stack.stack, stack.stage)
    assert {one.check: one.text for one in findings if one.level != "ok"}.keys() == {"alarms"}
    assert len(findings) == 9


def test_costs_can_be_split_by_stage(stack: RunningStack) -> None:
    # CloudFormation passes the tags of a stack on to its resources; the emulator keeps them with the stack.
    [data] = stack.client("cloudformation").describe_stacks(StackName=stack.stack.name)["Stacks"]
    tags = {tag["Key"]: tag["Value"] for tag in data["Tags"]}
    assert tags | {"project": "retail-orders", "stage": "local"} == tags
    functions = stack.client("lambda")
    arn = functions.get_function_configuration(FunctionName=stack.stage.lambda_name("send_mail"))["FunctionArn"]
    tags = functions.list_tags(Resource=arn)["Tags"]
    assert tags | {"project": "retail-orders", "stage": "local"} == tags


def test_the_api_is_named_after_its_stage(stack: RunningStack) -> None:
    apis = stack.client("apigateway").get_rest_apis(limit=500)["items"]
    assert [api["name"] for api in apis] == ["retail-orders-local"]


def test_the_gateway_lets_through_what_the_stage_is_set_to(stack: RunningStack) -> None:
    deployed = stack.client("apigateway").get_stage(restApiId=rest_api(stack.stack), stageName="api")
    limits = deployed["methodSettings"]["*/*"]
    assert stack.stage.throttling is not None
    assert (limits["throttlingRateLimit"], limits["throttlingBurstLimit"]) == (
        stack.stage.throttling["rate"],
        stack.stage.throttling["burst"],
    )
