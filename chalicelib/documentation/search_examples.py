"""Examples of the calls about what searches know."""

from chalicelib.json_types import Json, JsonObject

_WORDS = ["болгарка", "УШМ", "угловая шлифмашина"]
_KEPT: JsonObject = {
    "version": 3,
    "groups": [{"words": [*_WORDS], "one_way": False}, {"words": ["обувь", "кроссовки"], "one_way": True}],
    "changed_at": "2026-11-23T10:15:00.000Z",
    "changed_by": 4408812953627700,
}
#: The bodies and the answers of these calls, by the names of their views.
BODIES: dict[str, JsonObject] = {
    "admin_synonyms_replace": {
        "version": 2,
        "groups": [{"words": [*_WORDS]}, {"words": ["обувь", "кроссовки"], "one_way": True}],
    },
}
ANSWERS: dict[str, Json] = dict.fromkeys(("admin_synonyms", "admin_synonyms_replace"), _KEPT)
