"""Reads infra/resources.yaml; intrinsic functions become one-entry dicts (`!Ref X` is `{"Ref": "X"}`)."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).with_name("resources.yaml")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags."""


def _intrinsic(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {tag: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {tag: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {tag: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)


@cache
def load_template() -> dict[str, Any]:
    """Return the template, read only once. Callers share the dict and must not change it."""
    template: dict[str, Any] = yaml.load(TEMPLATE.read_text(encoding="utf-8"), _Loader)  # noqa: S506 (a SafeLoader)
    return template


def ttl_attributes(table_prefix: str) -> dict[str, str]:
    """Return the tables whose items expire: table name to the attribute with the time."""
    tables = (item["Properties"] for item in load_template()["Resources"].values() if "Table" in item["Type"])
    return {
        table["TableName"]["Sub"].replace("${TablePrefix}", table_prefix): spec["AttributeName"]
        for table in tables
        if (spec := table.get("TimeToLiveSpecification"))
    }
