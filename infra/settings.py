"""The stack that a command works with, as an immutable value. The environment is read only here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from infra.errors import InfraError

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sts import STSClient

PROJECT_ROOT = Path(__file__).resolve().parent.parent
APP_NAME = "retail-orders"
LOCAL_STAGE = "local"
PRODUCTION_STAGE = "prod"
#: The Python of the functions. Chalice and pip take whichever runs them, so deploying to AWS requires this one.
RUNTIME = (3, 11)
DEFAULT_PORT = 4566
LOCAL_REGION = "us-east-1"
#: The emulators' root user; not a secret.
LOCAL_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class Kind(Enum):
    """Where a stage runs."""

    EMBEDDED = "embedded"
    LOCALSTACK = "localstack"
    AWS = "aws"


@dataclass(frozen=True)
class Stack:
    """A place where the service runs.

    `endpoint_url` is None on AWS only. `state_dir` contains the data of a local stack, `build_dir` the packages,
    `deployed_dir` Chalice's record of deployments (a copy of the one in the stage's bucket), `source_dir` app.py and
    chalicelib. The embedded stack saves its state at least every `save_seconds`, and only when it ends if they are 0;
    `dynoxide` is the program that keeps its tables, "" for the stack itself. `external` is a LocalStack that was not
    started here, and is not stopped here either.
    """

    stage: str
    kind: Kind
    endpoint_url: str | None
    region: str
    state_dir: Path
    build_dir: Path
    deployed_dir: Path
    source_dir: Path = PROJECT_ROOT
    save_seconds: float = 30
    dynoxide: str = ""
    external: bool = False

    @property
    def name(self) -> str:
        """The name of the CloudFormation stack."""
        return f"{APP_NAME}-{self.stage}"

    @property
    def port(self) -> int:
        """The port of a local stack. Raises InfraError on AWS."""
        if self.endpoint_url is None:
            raise InfraError(f"stage {self.stage} has no local port")
        return int(self.endpoint_url.rsplit(":", 1)[1])

    @property
    def project_dir(self) -> Path:
        """The project directory for `chalice deploy`."""
        return self.build_dir / self.stage

    def queues_url(self, account: str) -> str:
        """Return the common beginning of the URLs of the account's queues."""
        return f"{self.endpoint_url or f'https://sqs.{self.region}.amazonaws.com'}/{account}"

    def environment(self) -> dict[str, str]:
        """Return a process environment in which AWS clients reach only this stack."""
        env = dict(os.environ)
        if self.endpoint_url is None:
            env.pop("AWS_ENDPOINT_URL", None)
            return {**env, "AWS_DEFAULT_REGION": self.region, "AWS_REGION": self.region}
        # A developer's own profile or session token must not reach the emulator.
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"):
            env.pop(name, None)
        region = {"AWS_DEFAULT_REGION": self.region, "AWS_REGION": self.region}
        return {**env, **LOCAL_CREDENTIALS, **region, "AWS_ENDPOINT_URL": self.endpoint_url}

    @overload
    def client(self, service: Literal["apigateway"]) -> "APIGatewayClient": ...

    @overload
    def client(self, service: Literal["cloudformation"]) -> "CloudFormationClient": ...

    @overload
    def client(self, service: Literal["dynamodb"]) -> "DynamoDBClient": ...

    @overload
    def client(self, service: Literal["events"]) -> "EventBridgeClient": ...

    @overload
    def client(self, service: Literal["iam"]) -> "IAMClient": ...

    @overload
    def client(self, service: Literal["lambda"]) -> "LambdaClient": ...

    @overload
    def client(self, service: Literal["logs"]) -> "CloudWatchLogsClient": ...

    @overload
    def client(self, service: Literal["s3"]) -> "S3Client": ...

    @overload
    def client(self, service: Literal["ses"]) -> "SESClient": ...

    @overload
    def client(self, service: Literal["sqs"]) -> "SQSClient": ...

    @overload
    def client(self, service: Literal["sts"]) -> "STSClient": ...

    def client(self, service: str) -> "BaseClient":
        """Return a boto3 client for this stack."""
        # Importing boto3 takes 0.2 s, and `url` and `bucket` do not need it.
        import boto3

        local = self.endpoint_url is not None
        made: BaseClient = boto3.client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=LOCAL_CREDENTIALS["AWS_ACCESS_KEY_ID"] if local else None,
            aws_secret_access_key=LOCAL_CREDENTIALS["AWS_SECRET_ACCESS_KEY"] if local else None,
        )
        return made


def embedded_stack(state_dir: Path, port: int, *, own_deployments: bool = True) -> Stack:
    """Return a ministack on 127.0.0.1 that writes only below `state_dir`.

    Without `own_deployments`, Chalice's record and the build are in the project, so that a plain
    `chalice deploy --stage local` from the project root updates what `make up` deployed.
    """
    return Stack(
        stage=LOCAL_STAGE,
        kind=Kind.EMBEDDED,
        endpoint_url=f"http://127.0.0.1:{port}",
        region=LOCAL_REGION,
        state_dir=state_dir,
        build_dir=state_dir / "build" if own_deployments else PROJECT_ROOT / "build",
        deployed_dir=state_dir / "deployed" if own_deployments else PROJECT_ROOT / ".chalice" / "deployed",
    )


def localstack_stack(state_dir: Path, port: int, *, external: bool = False) -> Stack:
    """Return LocalStack in Docker. It loses its state with the container, so Chalice's record is kept apart."""
    return Stack(
        stage=LOCAL_STAGE,
        kind=Kind.LOCALSTACK,
        endpoint_url=f"http://127.0.0.1:{port}",
        region=LOCAL_REGION,
        state_dir=state_dir,
        build_dir=state_dir / "localstack-build",
        deployed_dir=state_dir / "localstack-deployed",
        external=external,
    )


def aws_stack(stage: str, environ: Mapping[str, str]) -> Stack:
    """Return a stage on AWS, in the region of the environment. Raises InfraError if no region is set."""
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
    if not region:
        raise InfraError(f"set AWS_REGION to the region of stage {stage}")
    return Stack(
        stage=stage,
        kind=Kind.AWS,
        endpoint_url=None,
        region=region,
        state_dir=PROJECT_ROOT / ".stack",
        build_dir=PROJECT_ROOT / "build",
        deployed_dir=PROJECT_ROOT / ".chalice" / "deployed",
    )


def state_dir_of(environ: Mapping[str, str]) -> Path:
    """Return the directory of the local stack: STACK_DIR, or `.stack` in the project."""
    return Path(environ.get("STACK_DIR") or PROJECT_ROOT / ".stack").resolve()


def local_stack(environ: Mapping[str, str], port: int) -> Stack:
    """Return the stack that the environment asks for.

    LOCALSTACK=1 is one to start in Docker, LOCALSTACK=running one that listens already; otherwise it is the embedded
    one. Raises InfraError for other values.
    """
    state_dir = state_dir_of(environ)
    asked = environ.get("LOCALSTACK", "")
    if asked not in ("", "0", "1", "running"):
        raise InfraError(f"LOCALSTACK={asked}: say 1 to start it in Docker, or running for one that listens already")
    if asked in ("1", "running"):
        return localstack_stack(state_dir, port, external=asked == "running")
    stack = embedded_stack(state_dir, port, own_deployments=bool(environ.get("STACK_DIR")))
    return replace(stack, dynoxide=environ.get("DYNOXIDE", ""))
