"""The base URL itself, which is handed out as the server of the description."""

import pytest

from tests.integration.world import World


@pytest.mark.parametrize("path", ["", "/"])
def test_the_base_url_says_where_to_read_on(shared_world: World, path: str) -> None:
    answer = shared_world.send("GET", path, headers={"host": "h.example", "x-forwarded-proto": "https"})
    assert answer.status == 200
    assert answer.body == {"docs": "https://h.example/v1/docs", "openapi": "https://h.example/v1/openapi.json"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_else_is_done_at_the_base_url(shared_world: World, method: str) -> None:
    answer = shared_world.send(method, "", b"{}", {"Content-Type": "application/json"})
    assert (answer.status, answer.body["code"]) == (404, "no_such_route")
