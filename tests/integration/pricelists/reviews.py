"""A shop whose next list would take most of its goods off sale, and the link that decides on it."""

from tests.integration.world import World, good, price_list

MANY = [good(number) for number in range(1, 13)]
FEW = price_list(*MANY[:4])


def mailed_link(world: World, to: str) -> str:
    mail = next(m for m in reversed(world.mails()) if to in m["to"])
    return next(line for line in mail["text"].splitlines() if "/review?" in line)


def on_sale(world: World) -> int:
    return len(world.call("GET", "/products").body)
