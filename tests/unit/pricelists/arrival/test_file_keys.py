"""Keys of price lists in the bucket say whose they are, and which import waits for them."""

import pytest

from chalicelib.pricelists.arrival.file_keys import FileKey, direct_key, named_key, parse, upload_key


def test_the_key_of_an_upload_names_its_shop_and_its_import() -> None:
    assert parse(upload_key(7, 42)) == FileKey(7, "upload-42", 42)


def test_the_key_of_a_direct_upload_names_its_shop_only() -> None:
    assert parse(direct_key(7, 42)) == FileKey(7, "direct-42", None)


def test_a_file_that_a_page_sent_is_called_as_its_sender_called_it() -> None:
    assert parse(named_key(7, 42) + "прайс.xlsx") == FileKey(7, "прайс.xlsx", None)
    assert parse(named_key(7, 42) + "прайс.xlsx".encode().decode("latin-1")) == FileKey(7, "прайс.xlsx", None)
    assert parse(named_key(7, 42) + "café.xlsx") == FileKey(7, "café.xlsx", None)
    assert parse(named_key(7, 42) + "upload-43") == FileKey(7, "upload-43", None)
    assert parse(named_key(7, 42)) == FileKey(7, "direct-42/", None)


@pytest.mark.parametrize(
    ("key", "parsed"),
    [
        ("incoming/7/upload-42.yaml", FileKey(7, "upload-42.yaml", 42)),
        ("incoming/7/upload-0", FileKey(7, "upload-0", None)),
        ("incoming/7/upload-42.tar.gz", FileKey(7, "upload-42.tar.gz", None)),
        ("incoming/7/прайс/ноябрь\n.yaml", FileKey(7, "прайс/ноябрь\n.yaml", None)),
        ("incoming/7/", None),
        ("incoming/0/list.yaml", None),
        ("incoming/shop/list.yaml", None),
        ("plans/7/list.yaml", None),
        ("a/incoming/7/list.yaml", None),
    ],
)
def test_any_other_key(key: str, parsed: FileKey | None) -> None:
    assert parse(key) == parsed
