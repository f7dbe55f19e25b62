"""What a shop's delivery costs: a tariff is a price and the sum of goods from which delivery is free. All kopecks."""


def delivery_cost(goods_sum: int, price: int, free_from: int | None) -> int:
    """Return the cost of delivering goods of this sum; ``free_from`` None means that delivery is never free."""
    return 0 if free_from is not None and goods_sum >= free_from else price


def missing_to_free(goods_sum: int, price: int, free_from: int | None) -> int | None:
    """Return how much more has to be bought until delivery is free: 0 if it is, None if it never will be."""
    if price == 0:
        return 0
    return None if free_from is None else max(0, free_from - goods_sum)
