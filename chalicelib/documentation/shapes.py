"""The parts of an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0), as far as ours uses them."""

from typing import Literal, NotRequired, TypedDict

from chalicelib.json_types import Json, JsonObject, JsonSchema

REF = "#/components/schemas/{model}"
Schemas = dict[str, JsonSchema]


class Media(TypedDict):
    """A body in one encoding."""

    schema: JsonSchema
    example: NotRequired[Json]


# "in" is a keyword of Python.
Parameter = TypedDict(
    "Parameter",
    {
        "name": str,
        "in": Literal["query", "path", "header"],
        "required": bool,
        "description": str,
        "schema": JsonSchema,
        "example": NotRequired[Json],
        "style": NotRequired[Literal["form"]],
        "explode": NotRequired[bool],
    },
)


class Header(TypedDict):
    """A header of a response."""

    schema: JsonSchema
    description: str


class Response(TypedDict):
    """What a call may answer with one status."""

    description: str
    headers: dict[str, Header]
    content: dict[str, Media]


class RequestBody(TypedDict):
    """What a call accepts, by its encoding."""

    required: bool
    description: str
    content: dict[str, Media]


Operation = TypedDict(
    "Operation",
    {
        "operationId": str,
        "summary": str,
        "description": str,
        "tags": list[str],
        "parameters": list[Parameter],
        "responses": dict[str, Response],
        "security": list[dict[str, list[str]]],
        "x-roles": NotRequired[list[str]],
        "requestBody": NotRequired[RequestBody],
    },
)
# By path and method.
Paths = dict[str, dict[str, Operation]]


class Components(TypedDict):
    """What other parts refer to."""

    schemas: Schemas
    securitySchemes: dict[str, JsonObject]
