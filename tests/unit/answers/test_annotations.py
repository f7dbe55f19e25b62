"""Every view says by its annotation what it answers, in types that the API description can show."""

from typing import Any, get_args, get_origin, get_type_hints

import pytest
from typing_extensions import is_typeddict

from chalicelib.answers.administration import MailAbout
from chalicelib.models.mails import About
from chalicelib.routes import DECLARED, Reply


def described(answer: Any) -> bool:
    """Whether it is a TypedDict, a page of HTML in a Reply, or made of such."""
    origin, parts = get_origin(answer), get_args(answer)
    if origin is Reply:
        return parts == (str,) or described(parts[0])
    if is_typeddict(origin or answer):
        return all(map(described, parts))
    return bool(parts) and all(map(described, parts))


def test_every_view_is_annotated_with_a_described_answer() -> None:
    offenders = [route.view_name for route in DECLARED if not described(get_type_hints(route.view).get("return"))]
    assert offenders == []


def test_a_mail_is_described_with_all_that_it_may_be_about() -> None:
    assert get_type_hints(MailAbout).keys() == get_type_hints(About).keys()


@pytest.mark.parametrize("answer", [None, Any, dict, dict[str, Any], list[Any], str, Reply[Any], list[dict[str, int]]])
def test_a_loose_annotation_is_an_offender(answer: Any) -> None:
    assert not described(answer)
