"""A shop with a 1C that reaches the service through the test client."""

import io
from collections.abc import Mapping
from zipfile import ZipFile

from chalicelib import aws
from chalicelib.accounts.passwords import hash_password
from chalicelib.models.accounts import EmailLock, User
from chalicelib.models.exchange import Exchange
from chalicelib.settings import settings
from tests.clients.one_c import Heard, OneC
from tests.integration.world import PASSWORD, Person, World

OFFERS = "<КоммерческаяИнформация><ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу><Количество>3</Количество></КоммерческаяИнформация>"
IMPORT = "<КоммерческаяИнформация><Каталог/></КоммерческаяИнформация>"
PARTS = {"import.xml": IMPORT.encode(), "offers.xml": OFFERS.encode("windows-1251")}


def sends(world: World, method: str, path: str, headers: Mapping[str, str], content: bytes) -> Heard:
    answer = world.client.http.request(method, f"/v1{path}", headers={**headers}, body=content)
    return Heard(answer.status_code, answer.headers["Content-Type"], answer.body.decode())


def one_c(world: World, person: Person, **settings_of_1c: object) -> OneC:
    """The 1C of somebody who has a password to type into its settings."""
    lock = EmailLock.at(person.email)
    lock.user_id = person.user_id
    lock.save()
    User.at(person.user_id).update(actions=[User.password_hash.set(hash_password(PASSWORD))])

    def send(method: str, path: str, headers: Mapping[str, str], content: bytes) -> Heard:
        return sends(world, method, path, headers, content)

    return OneC(send, person.email, PASSWORD, **settings_of_1c)  # type: ignore[arg-type]


def work(world: World) -> None:
    """What happens while 1C waits: the queues are drained, and S3 reports the files that have arrived."""
    world.pump()
    s3, bucket = aws.client("s3"), settings().files_bucket
    for found in s3.list_objects_v2(Bucket=bucket, Prefix="incoming/").get("Contents", []):
        if "upload-" in found["Key"] and found["Key"] not in _reported(world):
            _reported(world).add(found["Key"])
            world.arrive(found["Key"])


def _reported(world: World) -> set[str]:
    return vars(world).setdefault("reported_files", set())  # type: ignore[no-any-return]


def stored_files(prefix: str) -> list[str]:
    found = aws.client("s3").list_objects_v2(Bucket=settings().files_bucket, Prefix=prefix)
    return [one["Key"] for one in found.get("Contents", [])]


def content_of(key: str) -> bytes:
    return aws.client("s3").get_object(Bucket=settings().files_bucket, Key=key)["Body"].read()


def exchanges() -> list[Exchange]:
    return list(Exchange.scan(Exchange.sk == Exchange.SK))


def bundles(shop: Person) -> list[dict[str, bytes]]:
    """The parts of each list that was stored."""
    found = []
    for key in stored_files(f"incoming/{shop.shop_id}/"):
        with ZipFile(io.BytesIO(content_of(key))) as archive:
            found.append({name: archive.read(name) for name in archive.namelist()})
    return found
