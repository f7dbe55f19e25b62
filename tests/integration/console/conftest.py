"""A browser for tests of the console."""

import pytest

from tests.integration.console.browser import Browser
from tests.integration.world import World


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser()
