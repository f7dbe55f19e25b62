"""What a shop's delivery costs: its tariff is a price, and the sum of goods from which it is free. All kopecks."""


def delivery_cost(goods_sum: int, price: int, free_from: int | None) -> int:
    """What delivering goods of this sum costs; ``free_from`` None means that it is never free."""
    return 0 if free_from is not None and goods_sum >= free_from else price


def missing_to_free(goods_sum: int, price: int, free_from: int | None) -> int | None:
    """How much more has to be bought until delivery is free: 0 where it is, None where it never will be."""
    if price == 0:
        return 0
    return None if free_from is None else max(0, free_from - goods_sum)
