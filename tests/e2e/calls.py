"""Records the AWS calls of a deployment: those of this process, and those of the Chalice process that it starts."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from botocore.client import BaseClient
from botocore.model import OperationModel

_RECORDING = Path(__file__).parent / "recording"
_ROOT = Path(__file__).parents[2]


class Call(NamedTuple):
    """One call of AWS, as boto3 names service, operation and parameters."""

    service: str
    operation: str
    parameters: dict[str, Any]


def record_to(file: str) -> Callable[..., Any]:
    """Append every call of this process to the file from now on; return what made requests before."""
    # Past the hooks that change parameters.
    before = BaseClient._convert_to_request_dict

    def noted(client: BaseClient, api_params: Any, operation_model: OperationModel, *more: Any, **named: Any) -> Any:
        call = [operation_model.service_model.service_name, operation_model.name, api_params]
        with Path(file).open("a", encoding="utf-8") as calls:
            calls.write(json.dumps(call, default=lambda _: "…") + "\n")
        return before(client, api_params, operation_model, *more, **named)

    BaseClient._convert_to_request_dict = noted
    return before


@contextmanager
def recorded_calls(file: Path) -> Iterator[None]:
    """Record to the file what this process and a Chalice process call meanwhile."""
    environment = {"AWS_CALLS": str(file), "PYTHONPATH": f"{_RECORDING}{os.pathsep}{_ROOT}"}
    kept = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    before = record_to(str(file))
    try:
        yield
    finally:
        BaseClient._convert_to_request_dict = before
        for name, value in kept.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def read_calls(file: Path) -> list[Call]:
    """Return the recorded calls."""
    return [Call(*json.loads(line)) for line in file.read_text("utf-8").splitlines()]
