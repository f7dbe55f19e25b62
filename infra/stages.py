"""The configuration of a stage in `.chalice/config.json`, typed."""

import json
from dataclasses import dataclass
from email.headerregistry import Address
from pathlib import Path
from typing import TypedDict, cast

from chalicelib.notifications import addresses
from infra.errors import InfraError
from infra.settings import APP_NAME, PROJECT_ROOT

#: Chalice's default, if the configuration sets no timeout.
_CHALICE_TIMEOUT = 60
#: AWS recommends six times the function's timeout, so that a throttled batch is not delivered twice.
_VISIBILITY_FACTOR = 6
#: Marks values that the operator must choose; `deploy` refuses them.
PLACEHOLDER = "change-me"


#: Processors of Lambda, the usual one first.
ARCHITECTURES = ("x86_64", "arm64")
#: Functions that read a queue, and the variable that names it.
_READERS = {
    "run_import": "IMPORTS_QUEUE",
    "apply_chunk": "CHUNKS_QUEUE",
    "run_export": "EXPORTS_QUEUE",
    "send_mail": "MAIL_QUEUE",
    "mail_feedback": "FEEDBACK_QUEUE",
    "build_index": "SEARCH_QUEUE",
}


class FunctionConfig(TypedDict, total=False):
    """What a function can set, on its own or for all functions of a stage."""

    iam_policy_file: str
    lambda_architecture: str
    lambda_timeout: int
    lambda_memory_size: int
    environment_variables: dict[str, str]


class Throttling(TypedDict):
    """Calls a second that the gateway lets through to the whole stage, and how many at once above that."""

    rate: int
    burst: int


class StageConfig(FunctionConfig, total=False):
    """A stage as `.chalice/config.json` has it."""

    api_gateway_stage: str
    log_retention_in_days: int
    xray: bool
    throttling: Throttling
    lambda_functions: dict[str, FunctionConfig]
    tags: dict[str, str]


class ChaliceConfig(StageConfig):
    """What we read of `.chalice/config.json` (https://aws.github.io/chalice/topics/configfile.html)."""

    stages: dict[str, StageConfig]


def table_variable(name: str) -> str:
    """Return the variable that names the table to use instead of the stack's."""
    return f"TABLE_{name.upper()}"


@dataclass(frozen=True)
class Stage:
    """One stage of the configuration."""

    name: str
    environment: dict[str, str]
    timeouts: dict[str, int]
    policy_files: dict[str, str]
    xray: bool
    architecture: str = "x86_64"
    throttling: Throttling | None = None

    @property
    def bucket(self) -> str:
        """The bucket of price lists, reports and documents."""
        return self.environment["FILES_BUCKET"]

    @property
    def configuration_set(self) -> str:
        """The configuration set of SES that mails are sent with, "" for none."""
        return self.environment.get("MAIL_CONFIGURATION_SET", "")

    @property
    def has_search_domain(self) -> bool:
        """Whether the functions reach a domain of OpenSearch, to fill it or to search in it."""
        return bool(self.environment.get("SEARCH_ENDPOINT"))

    def table(self, name: str) -> str:
        """Return the name in AWS of one of the tables: the stack's, unless the stage was switched to another."""
        return self.environment.get(table_variable(name)) or f"{self.environment['TABLE_PREFIX']}-{name}"

    @property
    def cors_origins(self) -> list[str]:
        """The origins that may call the API and reach files, `*` for all."""
        return [part.strip() for part in self.environment["CORS_ORIGINS"].split(",") if part.strip()]

    @property
    def tags(self) -> dict[str, str]:
        """What every resource of the stage is marked with: costs are split by these."""
        return {"project": APP_NAME, "stage": self.name}

    @property
    def queues(self) -> dict[str, str]:
        """The queue of each function that reads one."""
        return {function: self.environment[variable] for function, variable in _READERS.items()}

    @property
    def workers(self) -> int:
        """The most functions that all queues together run at the same time."""
        return sum(int(value) for name, value in self.environment.items() if name.endswith("_WORKERS"))

    @property
    def sender(self) -> Address:
        """The sender of all mails. Raises InfraError if MAIL_FROM is not an address or ``Name <address>``."""
        given = self.environment["MAIL_FROM"]
        try:
            return addresses.sender(given)
        except ValueError as exc:
            raise InfraError(
                f"MAIL_FROM of stage {self.name} is neither an address nor Name <address>: {given}"
            ) from exc

    def visibility(self, function: str) -> int:
        """Return the visibility timeout, in seconds, of the queue read by the function."""
        return self.timeouts[function] * _VISIBILITY_FACTOR

    def lambda_name(self, function: str) -> str:
        """Return the Lambda name of a Chalice function."""
        base = f"{APP_NAME}-{self.name}"
        return base if function == "api_handler" else f"{base}-{function}"

    def role_name(self, function: str) -> str:
        """Return the name that Chalice gives to the role of a function."""
        return f"{APP_NAME}-{self.name}-{function}"

    def require_complete(self) -> None:
        """Raise InfraError if the operator has not set everything, or a value that the functions would refuse."""
        if self.placeholders():
            raise InfraError(f"set {', '.join(self.placeholders())} of stage {self.name} in .chalice/config.json")
        _ = self.sender
        endpoint = self.environment.get("SEARCH_ENDPOINT", "")
        if (endpoint or self.environment.get("SEARCH_ENGINE") == "opensearch") and not endpoint.startswith("https://"):
            raise InfraError(
                f"SEARCH_ENDPOINT of stage {self.name} is not the https address of a domain: {endpoint or 'empty'}"
            )

    def placeholders(self) -> list[str]:
        """Return the variables that still contain a placeholder, and queues that the stage does not name."""
        unnamed = {variable for variable in _READERS.values() if not self.environment.get(variable)}
        return sorted(unnamed | {key for key, value in self.environment.items() if PLACEHOLDER in value})


def read_config(root: Path = PROJECT_ROOT) -> ChaliceConfig:
    """Return the parsed configuration file."""
    return cast(ChaliceConfig, json.loads((root / ".chalice" / "config.json").read_text(encoding="utf-8")))


def read_stage(name: str, root: Path = PROJECT_ROOT) -> Stage:
    """Return the stage. Per-function values follow Chalice's order: function, stage, shared function, default.

    Raises InfraError if the configuration has no such stage.
    """
    config = read_config(root)
    if name not in config["stages"]:
        raise InfraError(f"no stage {name!r} in .chalice/config.json; the stages are {', '.join(config['stages'])}")
    stage = config["stages"][name]
    shared = config["lambda_functions"]

    def timeout(function: str) -> int:
        found = (source.get("lambda_timeout") for source in _sources(config, stage, function))
        return next((seconds for seconds in found if seconds is not None), _CHALICE_TIMEOUT)

    def policy_file(function: str) -> str:
        found = (source.get("iam_policy_file") for source in _sources(config, stage, function))
        return next((name for name in found if name is not None), "")

    return Stage(
        name=name,
        environment=dict(stage["environment_variables"]),
        timeouts={function: timeout(function) for function in shared},
        policy_files={function: policy_file(function) for function in shared},
        xray=bool(stage.get("xray", False)),
        architecture=_architecture(stage, config),
        throttling=stage.get("throttling"),
    )


def configured_stage(name: str) -> Stage:
    """Return the stage, for commands that reach it: the name of a placeholder may be somebody else's bucket.

    Raises InfraError if there is no such stage, or if the operator has not set everything.
    """
    stage = read_stage(name)
    stage.require_complete()
    return stage


def _architecture(stage: StageConfig, config: ChaliceConfig) -> str:
    """Return the processor of all functions: they share one package. Raises InfraError if Lambda has no such one."""
    chosen = stage.get("lambda_architecture", config.get("lambda_architecture", ARCHITECTURES[0]))
    if chosen not in ARCHITECTURES:
        raise InfraError(f"lambda_architecture is {chosen}; Lambda has {' and '.join(ARCHITECTURES)}")
    return chosen


def _sources(config: ChaliceConfig, stage: StageConfig, function: str) -> list[FunctionConfig]:
    own = stage.get("lambda_functions", {}).get(function, FunctionConfig())
    return [own, stage, config["lambda_functions"][function], config]
