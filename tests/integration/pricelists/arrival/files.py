"""Files in the bucket, and the imports that came of them."""

from typing import Any

import yaml

from chalicelib import aws
from chalicelib.models.imports import Import
from chalicelib.settings import settings
from tests.integration.world import Person


def put(key: str, content: Any) -> str:
    body = yaml.safe_dump(content, allow_unicode=True).encode()
    return str(aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=body)["VersionId"])


def imports_of(shop: Person) -> list[Import]:
    return list(Import.by_owner.query(f"SHOP#{shop.shop_id}"))
