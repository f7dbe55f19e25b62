"""Asking for exports, and what is in their files."""

import csv
import io
import json
from typing import Any

import requests

from chalicelib import aws
from chalicelib.models.exports import Export, ExportQuota
from chalicelib.settings import settings
from tests.integration.world import Person

PATHS = {"shop": "/partner/exports", "buyer": "/order/exports", "administrator": "/admin/exports"}


def path_of(person: Person) -> str:
    if person.shop_id:
        return PATHS["shop"]
    return PATHS["administrator" if person.email.startswith("admin") else "buyer"]


def start(person: Person, **asked: Any) -> int:
    answer = person.post(path_of(person), asked)
    assert answer.status == 202, answer.body
    return int(answer.body["export_id"])


def state(person: Person, export_id: int) -> Any:
    answer = person.get(f"{path_of(person)}/{export_id}")
    assert answer.status == 200, answer.body
    return answer.body


def fetch(person: Person, export_id: int) -> requests.Response:
    """The file behind a new link."""
    return requests.get(state(person, export_id)["url"], timeout=5)


def exported(person: Person, **asked: Any) -> bytes:
    """The file of an export that is made now."""
    export_id = start(person, **asked)
    person.world.pump()
    assert state(person, export_id)["status"] == "done"
    return fetch(person, export_id).content


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def orders_in(content: bytes) -> set[int]:
    return {json.loads(line)["id"] for line in content.splitlines()}


def stored(export_id: int) -> Export:
    return Export.get(Export.at(export_id).pk, Export.SK, consistent_read=True)


def unfinished(person: Person) -> int:
    owner = f"shop:{person.shop_id}" if person.shop_id else f"user:{person.user_id}"
    return ExportQuota.get(ExportQuota.at(owner).pk, ExportQuota.SK, consistent_read=True).unfinished


def keys(export_id: int) -> list[str]:
    found = aws.client("s3").list_objects_v2(Bucket=settings().files_bucket, Prefix=f"exports/{export_id}/")
    return [one["Key"] for one in found.get("Contents", [])]
