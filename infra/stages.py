"""The configuration of a stage in `.chalice/config.json`, typed."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.errors import InfraError
from infra.settings import APP_NAME, PROJECT_ROOT

#: Chalice's default, if the configuration sets no timeout.
_CHALICE_TIMEOUT = 60
#: AWS recommends six times the function's timeout, so that a throttled batch is not delivered twice.
_VISIBILITY_FACTOR = 6
#: Marks values that the operator must choose; `deploy` refuses them.
PLACEHOLDER = "change-me"


@dataclass(frozen=True)
class Stage:
    """One stage of the configuration."""

    name: str
    environment: dict[str, str]
    timeouts: dict[str, int]
    policy_files: dict[str, str]
    xray: bool

    @property
    def bucket(self) -> str:
        """The bucket of price lists, reports and documents."""
        return self.environment["FILES_BUCKET"]

    def visibility(self, function: str) -> int:
        """Return the visibility timeout, in seconds, of the queue read by the function."""
        return self.timeouts[function] * _VISIBILITY_FACTOR

    def lambda_name(self, function: str) -> str:
        """Return the Lambda name of a Chalice function."""
        base = f"{APP_NAME}-{self.name}"
        return base if function == "api_handler" else f"{base}-{function}"

    def placeholders(self) -> list[str]:
        """Return the variables that still contain a placeholder."""
        return sorted(key for key, value in self.environment.items() if PLACEHOLDER in value)


def read_config(root: Path = PROJECT_ROOT) -> dict[str, Any]:
    """Return the parsed configuration file."""
    config: dict[str, Any] = json.loads((root / ".chalice" / "config.json").read_text(encoding="utf-8"))
    return config


def read_stage(name: str, root: Path = PROJECT_ROOT) -> Stage:
    """Return the stage. Per-function values follow Chalice's order: function, stage, shared function, default.

    Raises InfraError if the configuration has no such stage.
    """
    config = read_config(root)
    if name not in config["stages"]:
        raise InfraError(f"no stage {name!r} in .chalice/config.json; the stages are {', '.join(config['stages'])}")
    stage = config["stages"][name]
    shared = config["lambda_functions"]

    def value(function: str, key: str, default: Any) -> Any:
        own = stage.get("lambda_functions", {}).get(function, {})
        for source in (own, stage, shared[function], config):
            if source.get(key) is not None:
                return source[key]
        return default

    return Stage(
        name=name,
        environment=dict(stage["environment_variables"]),
        timeouts={function: int(value(function, "lambda_timeout", _CHALICE_TIMEOUT)) for function in shared},
        policy_files={function: value(function, "iam_policy_file", "") for function in shared},
        xray=bool(stage.get("xray", False)),
    )
