"""Examples of how price lists are read and what they change, about the import of the other examples."""

from chalicelib.json_types import Json, JsonObject

IMPORT = 5544332211009988
_UNDERSTOOD: JsonObject = {
    **{"sheet": "Прайс", "header_row": 5, "prices": []},
    "columns": [
        {"letter": "C", "label": "Цена опт, руб", "role": "price", "understood": True, "examples": ["1 100,00"]},
    ],
}
_SETTLED: JsonObject = {
    "columns": [{"label": "Цена опт, руб", "letter": "C", "field": "price"}],
    **{"stock": {"available": 5}, "no_stock": 0, "mode": "merge"},
}
_FORMAT: JsonObject = {
    **{"version": 1, **_SETTLED, "sheet": None, "header_row": None, "price_type": None, "approved": 1},
    "understood": {"import_id": IMPORT, "tables": [_UNDERSTOOD]},
}
_MOVED: JsonObject = {"id": "42", "name": "Чайник", "was": 990, "now": 99, "percent": -90}
_CHANGES: JsonObject = {
    **{"prices": [_MOVED], "names": [], "vanishing": [], "categories": [{"name": "Чайники", "goods": 12}]},
    **{"totals": {"prices": 1, "names": 0, "vanishing": 0, "categories": 1, "sales": 2200}, "file": None},
}
#: What a report calls the plan that waits for a decision.
QUESTION = "9f2c41d07ab3e658"
_DECIDES: JsonObject = {"question": QUESTION}
#: What a report has of its changes and its tables.
SHOWN: JsonObject = {
    "examples": {"prices": [_MOVED], "names": [], "vanishing": [], "categories": []},
    "preview": None,
}
#: The bodies and the answers of these calls, by the names of their views.
BODIES: dict[str, JsonObject] = {
    "partner_format_change": {"version": 0, **_SETTLED},
    "admin_shop_format_change": {"version": 0, **_SETTLED},
    **{f"{who}_import_{what}": _DECIDES for who in ("partner", "admin") for what in ("approve", "reject")},
}
ANSWERS: dict[str, Json] = {
    **dict.fromkeys(("partner_import_changes", "admin_import_changes"), _CHANGES),
    **dict.fromkeys(("partner_format", "partner_format_change", "admin_shop_format"), _FORMAT),
    "admin_shop_format_change": _FORMAT,
}
