"""What a supplier's principal is allowed."""

import json
import sys

import pytest

from infra import __main__ as command_line
from infra.access import shop_access
from infra.stages import read_stage


def test_a_shop_may_put_files_below_its_own_prefix_and_nothing_else() -> None:
    [statement] = json.loads(shop_access("files", 17))["Statement"]
    assert statement["Resource"] == "arn:aws:s3:::files/incoming/17/*"
    assert statement["Action"] == ["s3:PutObject", "s3:AbortMultipartUpload"]
    assert "Principal" not in statement


def test_of_a_bucket_the_policy_names_the_principal() -> None:
    arn = "arn:aws:iam::123456789012:user/supplier"
    [statement] = json.loads(shop_access("files", 17, arn))["Statement"]
    assert statement["Principal"] == {"AWS": arn}


def test_the_command_prints_the_policy_for_the_bucket_of_the_stage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["infra", "shop-access", "--shop", "17"])
    assert command_line.main() == 0
    [statement] = json.loads(capsys.readouterr().out)["Statement"]
    assert statement["Resource"] == f"arn:aws:s3:::{read_stage('local').bucket}/incoming/17/*"


def test_there_is_no_policy_for_the_placeholder_of_a_bucket(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["infra", "shop-access", "--stage", "prod", "--shop", "17"])
    assert command_line.main() == 1
    assert "set FILES_BUCKET" in capsys.readouterr().err


@pytest.mark.parametrize("shop", ["*", "0", "17/../18", "-1", "x"])
def test_refuses_an_invalid_shop(monkeypatch: pytest.MonkeyPatch, shop: str) -> None:
    monkeypatch.setattr(sys, "argv", ["infra", "shop-access", f"--shop={shop}"])
    assert command_line.main() == 1
