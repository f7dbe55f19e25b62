"""infra/resources.yaml: what AWS would refuse or lose silently."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from chalicelib.models.mails import Mail
from infra.resources import parameters
from infra.stages import Stage, read_config, read_stage
from infra.template import TEMPLATE, load_template, template_body, ttl_attributes

STAGES = list(read_config()["stages"])
ON_AWS = {"If": ["OnAws", True, False]}
QUEUE_READERS = {
    "ImportsVisibility": "run_import",
    "ChunksVisibility": "apply_chunk",
    "ExportsVisibility": "run_export",
    "MailVisibility": "send_mail",
    "FeedbackVisibility": "mail_feedback",
    "SearchVisibility": "build_index",
}


def resources(kind: str) -> dict[str, dict[str, Any]]:
    return {name: item for name, item in load_template()["Resources"].items() if item["Type"] == f"AWS::{kind}"}


def work_queues() -> dict[str, dict[str, Any]]:
    return {name: item["Properties"] for name, item in resources("SQS::Queue").items() if "DeadLetters" not in name}


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> Stage:
    return read_stage(request.param)


def test_every_queue_has_a_dead_letter_queue_of_its_own() -> None:
    targets = {name: queue["RedrivePolicy"] for name, queue in work_queues().items()}
    assert targets == {
        name: {"deadLetterTargetArn": {"GetAtt": f"{name}DeadLetters.Arn"}, "maxReceiveCount": 5}
        for name in ("Imports", "Chunks", "Exports", "Mail", "Feedback", "Search")
    }


def test_a_dead_letter_queue_takes_the_messages_of_its_own_queue_only() -> None:
    letters = {name: item["Properties"] for name, item in resources("SQS::Queue").items() if "DeadLetters" in name}
    arn = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:"
    allowed = {name: queue["RedriveAllowPolicy"] for name, queue in letters.items()}
    own = {
        f"{name}DeadLetters": {
            "redrivePermission": "byQueue",
            "sourceQueueArns": [{"Sub": arn + "${" + queue["QueueName"]["Ref"] + "}"}],
        }
        for name, queue in work_queues().items()
    }
    assert allowed == {**own, "DroppedDeadLetters": {"redrivePermission": "denyAll"}}


def test_a_mail_fails_for_good_with_the_attempt_after_which_its_message_is_put_aside() -> None:
    assert work_queues()["Mail"]["RedrivePolicy"]["maxReceiveCount"] == Mail.MAX_ATTEMPTS


def test_queue_hides_a_message_six_times_as_long_as_its_function_may_run(stage: Stage) -> None:
    given = parameters(stage)
    for name, reader in QUEUE_READERS.items():
        assert int(given[name]) >= 6 * stage.timeouts[reader]
        assert int(given[name]) <= load_template()["Parameters"][name]["MaxValue"]


def test_queues_use_the_visibility_they_are_given() -> None:
    used = {queue["VisibilityTimeout"]["Ref"] for queue in work_queues().values()}
    assert used == set(QUEUE_READERS)


def test_queues_are_encrypted() -> None:
    assert all(queue["Properties"]["SqsManagedSseEnabled"] for queue in resources("SQS::Queue").values())


def test_parameters_are_those_of_the_template(stage: Stage) -> None:
    assert parameters(stage).keys() == load_template()["Parameters"].keys()


def test_a_stage_configured_before_there_were_configuration_sets_still_deploys() -> None:
    prod = read_stage("prod")
    environment = {name: value for name, value in prod.environment.items() if name != "MAIL_CONFIGURATION_SET"}
    assert parameters(replace(prod, environment=environment))["MailConfigurationSet"] == ""


def test_tables_and_bucket_outlive_the_stack_but_not_a_creation_that_failed() -> None:
    kept = {**resources("DynamoDB::Table"), **resources("S3::Bucket")}
    assert len(kept) == 6
    assert {item["DeletionPolicy"] for item in kept.values()} == {"RetainExceptOnCreate"}
    assert {item["UpdateReplacePolicy"] for item in kept.values()} == {"Retain"}


def test_tables_can_be_restored_and_are_encrypted_on_aws() -> None:
    for table in resources("DynamoDB::Table").values():
        spec = table["Properties"]
        assert spec["PointInTimeRecoverySpecification"] == {
            "PointInTimeRecoveryEnabled": {"If": ["OnAws", True, False]}
        }
        assert spec["SSESpecification"] == {"SSEEnabled": {"If": ["OnAws", True, False]}}


def test_tables_cannot_be_deleted_on_aws_once_they_have_been_created() -> None:
    for table in resources("DynamoDB::Table").values():
        assert table["Properties"]["DeletionProtectionEnabled"] == {"If": ["Protected", True, False]}
    onaws, asked = load_template()["Conditions"]["Protected"]["And"]  # type: ignore[index]
    assert (onaws, asked) == ({"Condition": "OnAws"}, {"Equals": [{"Ref": "ProtectTables"}, "true"]})


def test_tables_declare_exactly_the_attributes_that_are_keys() -> None:
    for name, table in resources("DynamoDB::Table").items():
        spec = table["Properties"]
        schemas = [spec["KeySchema"], *(index["KeySchema"] for index in spec.get("GlobalSecondaryIndexes", []))]
        keys = {key["AttributeName"] for schema in schemas for key in schema}
        assert keys == {attribute["AttributeName"] for attribute in spec["AttributeDefinitions"]}, name


def test_projected_attributes_stay_within_what_dynamodb_allows() -> None:
    for table in resources("DynamoDB::Table").values():
        indexes = table["Properties"].get("GlobalSecondaryIndexes", [])
        projected = [len(index["Projection"].get("NonKeyAttributes", [])) for index in indexes]
        assert max(projected, default=0) <= 20
        assert sum(projected) <= 100


def test_expiring_tables_are_named() -> None:
    assert ttl_attributes("x") == {"x-accounts": "expires_at", "x-baskets": "expires_at", "x-jobs": "expires_at"}


def test_template_fits_into_a_call() -> None:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    # Templates on the way hold the indexes of the version before as well: four of 20 attributes took 1,400 bytes.
    assert len(template_body().encode()) <= 51_200 - 2_000


def test_template_has_no_aliases_which_cloudformation_refuses() -> None:
    tokens = yaml.scan(TEMPLATE.read_text(encoding="utf-8"))
    assert not [token for token in tokens if isinstance(token, yaml.AliasToken | yaml.AnchorToken)]


def test_bucket_is_private_and_versioned() -> None:
    [bucket] = resources("S3::Bucket").values()
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "BucketEncryption" in bucket["Properties"]


@pytest.mark.parametrize(
    ("origins", "parameter"),
    [("*", "*"), ("https://a.example, https://b.example,", "https://a.example,https://b.example"), ("", "")],
)
def test_pages_that_may_call_the_api_may_use_the_links_and_forms_it_hands_out(origins: str, parameter: str) -> None:
    prod = read_stage("prod")
    stage = replace(prod, environment={**prod.environment, "CORS_ORIGINS": origins})
    assert parameters(stage)["CorsOrigins"] == parameter
    [bucket] = resources("S3::Bucket").values()
    condition, rules, without = bucket["Properties"]["CorsConfiguration"]["If"]
    [rule] = rules["CorsRules"]
    assert (condition, without) == ("HasCors", {"Ref": "AWS::NoValue"})
    assert rule["AllowedOrigins"] == {"Ref": "CorsOrigins"}
    # A form is posted, a link is read.
    assert set(rule["AllowedMethods"]) == {"GET", "HEAD", "POST"}
    assert "ETag" in rule["ExposedHeaders"]


def test_bucket_speaks_tls_only() -> None:
    [policy] = resources("S3::BucketPolicy").values()
    [statement] = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
