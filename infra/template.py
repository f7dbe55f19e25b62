"""Reads infra/resources.yaml; intrinsic functions become one-entry dicts (`!Ref X` is `{"Ref": "X"}`)."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict, cast

import yaml

TEMPLATE = Path(__file__).with_name("resources.yaml")


class Resource(TypedDict):
    """A resource of the template; what its properties may be depends on its type."""

    Type: str
    Properties: Mapping[str, object]


class Template(TypedDict):
    """What we read of a CloudFormation template."""

    Parameters: dict[str, dict[str, object]]
    Conditions: dict[str, object]
    Resources: dict[str, Resource]
    Outputs: dict[str, dict[str, object]]


class _Expiry(TypedDict):
    AttributeName: str


class _Table(TypedDict):
    """What we read of the properties of a table."""

    TableName: dict[str, str]
    TimeToLiveSpecification: NotRequired[_Expiry]


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags."""


def _intrinsic(loader: yaml.SafeLoader | yaml.CSafeLoader, tag: str, node: yaml.Node) -> dict[str, object]:
    if isinstance(node, yaml.ScalarNode):
        return {tag: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {tag: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {tag: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)


class _LongForm(yaml.CSafeLoader):
    """YAML whose short tags become the functions that templates in JSON have."""


#: The only tags that are no functions.
_NOT_FUNCTIONS = frozenset({"Ref", "Condition"})


def _function(loader: _LongForm, tag: str, node: yaml.Node) -> dict[str, object]:
    [(name, value)] = _intrinsic(loader, tag, node).items()
    if name in _NOT_FUNCTIONS:
        return {name: value}
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{name}": value}


_LongForm.add_multi_constructor("!", _function)


def long_form(body: str | Mapping[str, object]) -> Template:
    """Return a template in YAML or JSON, or one that boto3 has parsed, as JSON can hold it: `{"Fn::Sub": …}`."""
    if isinstance(body, str):
        return cast(Template, yaml.load(body, _LongForm))  # noqa: S506 (a CSafeLoader)
    return cast(Template, json.loads(json.dumps(body)))


@cache
def template_body() -> str:
    """Return the template as CloudFormation gets it, which takes 51,200 bytes at most.

    It is JSON without spaces, and without what parameters mean: only readers of the file need that.
    """
    template = long_form(TEMPLATE.read_text(encoding="utf-8"))
    for parameter in template["Parameters"].values():
        parameter.pop("Description", None)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::CloudWatch::Dashboard":
            # JSON in a text, whose line breaks and indentation would count.
            body = cast("dict[str, dict[str, str]]", resource["Properties"])["DashboardBody"]
            body["Fn::Sub"] = _compact(json.loads(body["Fn::Sub"]))
    return _compact(template)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@cache
def load_template() -> Template:
    """Return the template, read only once. Callers share the dict and must not change it."""
    return parse_template(TEMPLATE.read_text(encoding="utf-8"))


def parse_template(body: str) -> Template:
    """Return a template written in YAML."""
    return cast(Template, yaml.load(body, _Loader))  # noqa: S506 (a SafeLoader)


def table_names(table_prefix: str) -> list[str]:
    """Return the names of all tables."""
    return [_name(table, table_prefix) for table in _tables()]


def ttl_attributes(table_prefix: str) -> dict[str, str]:
    """Return the tables whose items expire: table name to the attribute with the time."""
    return {
        _name(table, table_prefix): spec["AttributeName"]
        for table in _tables()
        if (spec := table.get("TimeToLiveSpecification"))
    }


def _tables() -> list[_Table]:
    resources = load_template()["Resources"].values()
    return [cast(_Table, resource["Properties"]) for resource in resources if "Table" in resource["Type"]]


def _name(table: _Table, table_prefix: str) -> str:
    return table["TableName"]["Sub"].replace("${TablePrefix}", table_prefix)
