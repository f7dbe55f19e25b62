"""A price list too large for a call: the form to the bucket and back, and the policy of that page alone."""

import base64
import json
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import yaml

from chalicelib import aws
from chalicelib.console.screens import partner_large
from chalicelib.settings import settings
from tests.forms import Reader
from tests.integration.console.browser import Browser
from tests.integration.world import World, good, price_list

PUBLIC = "https://orders.example/api/v1"


def test_a_large_list_goes_to_the_bucket_by_a_form_of_its_own_and_its_import_is_shown(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partner_large, "settings", lambda: replace(settings(), public_url=PUBLIC))
    shop = world.person("shop@a.example", "shop")
    browser.holding(shop.token)
    assert "partner/imports/large" in browser.get("partner/imports").html
    page = browser.get("partner/imports/large")
    reader = Reader()
    reader.feed(page.html)
    form = next(one for one in reader.forms if settings().files_bucket in one.action)
    bucket = "{0.scheme}://{0.netloc}".format(urlsplit(form.action))
    policy = page.headers["Content-Security-Policy"]
    assert f"form-action 'self' {bucket} https://orders.example;" in policy
    elsewhere = browser.get("partner/imports").headers["Content-Security-Policy"]
    assert policy.replace(f" {bucket} https://orders.example", "") == elsewhere

    # Signed: one beginning of keys, below the shop's own prefix; the size; the way back. Nothing of ours goes along.
    sent = form.fields["success_action_redirect"].partition("?sent=")[2]
    number = sent.partition(".")[0]
    key = f"incoming/{shop.shop_id}/direct-{number}/"
    signed = json.loads(base64.b64decode(form.fields["policy"]))["conditions"]
    assert ["starts-with", "$key", key] in signed
    assert ["content-length-range", 1, 400_000_000] in signed
    assert {"success_action_redirect": f"{PUBLIC}/console/partner/imports/large?sent={sent}"} in signed
    assert form.fields["key"] == key + "${filename}"
    assert {"csrf", "dry_run"} & form.fields.keys() == set()

    back = f"partner/imports/large?sent={sent}&bucket=b&key=k&etag=e"
    assert "data-poll" in browser.get(back).html
    # What never arrived is not waited for any longer than the form was valid.
    for late in (f"{number}.1", number, "x"):
        given_up = browser.get(f"partner/imports/large?sent={late}")
        assert "data-poll" not in given_up.html
        assert "отправьте файл ещё раз" in given_up.words
    stored = key + "Прайс ноябрь.yaml"
    content = yaml.safe_dump(price_list(good(1))).encode()
    aws.client("s3").put_object(Bucket=settings().files_bucket, Key=stored, Body=content)
    import_id = world.arrive(stored)
    shown = browser.get(back)
    assert shown.address.endswith(f"/partner/imports/{import_id}")
    assert "Прайс-лист Прайс ноябрь.yaml" in shown.words
    other = world.person("other@a.example", "shop")
    assert "data-poll" in Browser().holding(other.token).get(back).html
