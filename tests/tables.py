"""The tables of infra/resources.yaml, made straight in DynamoDB or what stands for it."""

from typing import Any

from chalicelib.dynamo.connection import connection
from chalicelib.settings import settings
from infra.template import load_template

TEMPLATE = load_template()


def create_tables() -> None:
    """Make every table, with the names that the settings of the tests give them."""
    dynamodb = connection().client
    for resource in TEMPLATE["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            properties: dict[str, Any] = resource["Properties"]
            name = properties["TableName"]["Sub"].replace("${TablePrefix}", settings().table_prefix)
            indexes = properties.get("GlobalSecondaryIndexes")
            dynamodb.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=properties["AttributeDefinitions"],
                KeySchema=properties["KeySchema"],
                **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
            )
