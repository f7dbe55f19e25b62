"""The partitions and sort keys of the catalogue's lists."""

# More digits than the highest price in kopecks that can be stored.
PRICE_DIGITS = 15


def price_bound(price: int) -> str:
    """Return the prefix of the ``price_key`` of every offer at this price; these sort as the prices do."""
    return f"{price:0{PRICE_DIGITS}d}"


def price_place(price: int, offer_id: int) -> str:
    """Return the place of an offer among others in the order of prices."""
    return f"{price_bound(price)}#{offer_id}"


def offer_of(pk: str) -> int:
    """Return the id of the offer with this partition key of the table, for keys in wire form."""
    return int(pk.removeprefix("OFFER#"))


def product_partition(product_id: int) -> str:
    """Return the partition of ``by_product`` that holds the offers of a product."""
    return f"PRODUCT#{product_id}"


def sold_partition(shop_id: int) -> str:
    """Return the partition of ``by_sold`` that holds the offers a shop has sold since its last list."""
    return f"SOLD#{shop_id}"


def shop_shard(shop_id: int, shard: int) -> str:
    """Return the partition of ``by_shop`` that holds one shard of a shop's offers."""
    return f"SHOP#{shop_id}#{shard}"


def category_shard(category_id: int, shard: int) -> str:
    """Return the partition of ``by_category`` that holds one shard of a category's offers."""
    return f"CATEGORY#{category_id}#{shard}"


def listing_shard(shard: int) -> str:
    """Return the partition of ``by_listing`` that holds one shard of all offers."""
    return f"LISTING#{shard}"


def listed_keys(
    *,
    offer_id: int,
    shop: tuple[int, int],
    category: tuple[int, int],
    listing_shards: int,
    product_id: int,
    name: str,
    price: int,
) -> dict[str, str]:
    """Return the index keys of an offer on sale. Shop and category are (id, number of shards of its list)."""
    return {
        "list_key": f"1#{name[:60].casefold()}#{offer_id}",
        "shop_key": shop_shard(shop[0], offer_id % shop[1]),
        "category_key": category_shard(category[0], offer_id % category[1]),
        "listing_key": listing_shard(offer_id % listing_shards),
        "price_key": price_place(price, offer_id),
        "product_key": product_partition(product_id),
    }
