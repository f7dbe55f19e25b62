"""DynamoDB's wire form, as boto3's stubs describe it: for annotations only, nothing of it exists at run time."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

    AttributeMap = dict[str, AttributeValueTypeDef]
    Operation = TransactWriteItemTypeDef
