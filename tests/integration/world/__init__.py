"""The service in one process: routes through Chalice's test client, AWS by moto, queues drained when a test says so.

``World`` combines the modules beside this one; each is named after what it makes. Tests import from here.
"""

from tests.integration.world.calls import Answer
from tests.integration.world.lists import BEFORE_ALL_FILES, good, price_list, stock, stored_import
from tests.integration.world.people import CONTACT, PASSWORD, People, Person

__all__ = (
    "BEFORE_ALL_FILES",
    "CONTACT",
    "PASSWORD",
    "Answer",
    "Person",
    "World",
    "good",
    "price_list",
    "stock",
    "stored_import",
)


class World(People):
    """The doors of the service, and what went out of it."""
