"""The partitions of AWS: regions in China, for governments and in the European sovereign cloud have names apart."""

import re
from functools import cache
from typing import NamedTuple, TypedDict, cast

from botocore.loaders import Loader

from infra.errors import InfraError


class Partition(NamedTuple):
    """What ARNs of the partition begin with (``arn:<name>:``), and what its hosts end with."""

    name: str
    dns_suffix: str


class _Outputs(TypedDict):
    dnsSuffix: str


class _Known(TypedDict):
    """An entry of botocore's ``partitions.json``."""

    id: str
    regionRegex: str
    outputs: _Outputs


@cache
def partition_of(region: str) -> Partition:
    """Return the partition of the region, which may be newer than botocore.

    Raises InfraError if no partition has regions of such a name.
    """
    known = cast(list[_Known], Loader().load_data("partitions")["partitions"])
    for one in known:
        if re.match(one["regionRegex"], region):
            return Partition(one["id"], one["outputs"]["dnsSuffix"])
    raise InfraError(f"AWS has no region {region}: set AWS_REGION")
