"""A web server, and a shop that may fetch from it."""

import dataclasses
from collections.abc import Iterator

import pytest

from chalicelib.pricelists import job
from chalicelib.settings import settings
from tests.integration.pricelists.arrival.site import HOST, Site
from tests.integration.world import Person, World


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    made.thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


@pytest.fixture
def shop(world: World, monkeypatch: pytest.MonkeyPatch) -> Person:
    opened = dataclasses.replace(settings(), url_import_allow=(HOST,))
    monkeypatch.setattr(job, "settings", lambda: opened)
    return world.person("shop@a.example", "shop")
