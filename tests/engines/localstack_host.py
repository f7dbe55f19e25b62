"""Serves LocalStack on this machine without Docker: `python -m tests.engines.localstack_host DIRECTORY PORT`.

LocalStack's API Gateway, Lambda, S3, SQS, SES, CloudFormation, IAM and events are as they are published. Two parts that
it would download are replaced: functions run as processes of LAMBDA_PYTHON (``localstack_worker.py``) instead of in
containers, and dynoxide (DYNOXIDE) stands behind its DynamoDB. Runs under `.venv-localstack`.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from infra.local import dynoxide

_WORKER = Path(__file__).with_name("localstack_worker.py")
_START_SECONDS = 60
_EXITED = {"errorMessage": "Runtime exited or timed out", "errorType": "Sandbox.Timedout"}

# As docker-compose.localstack.yml has them; nothing is downloaded, reported or served on other ports.
_SETTINGS = {
    "S3_SKIP_SIGNATURE_VALIDATION": "0",
    "LAMBDA_KEEPALIVE_MS": "600000",
    "LAMBDA_SYNCHRONOUS_CREATE": "1",
    "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC": "1",
    "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC": "0.2",
    "LAMBDA_RETRY_BASE_DELAY": "1",
    "DISABLE_EVENTS": "1",
    "SKIP_SSL_CERT_DOWNLOAD": "1",
    "DNS_ADDRESS": "0",
}


class Worker:
    """A function's process, which handles one invocation at a time."""

    def __init__(self, code: Path, environment: dict[str, str]) -> None:
        self._log, _ = tempfile.mkstemp(prefix="log-")
        self._seconds = float(environment["AWS_LAMBDA_FUNCTION_TIMEOUT"])
        self._process = subprocess.Popen(
            [os.environ["LAMBDA_PYTHON"], str(_WORKER)],
            cwd=code,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        if self._answer(_START_SECONDS) is None:
            raise RuntimeError(f"a function did not start: {self.log()[-2000:]}")

    def invoke(self, request_id: str, arn: str, payload: str) -> tuple[str, bool, str]:
        """Return the answer, whether it is an error, and what was logged. It ends at the function's timeout."""
        assert self._process.stdin is not None
        before, began = os.fstat(self._log).st_size, time.monotonic()
        self._process.stdin.write(json.dumps({"id": request_id, "arn": arn, "payload": payload}) + "\n")
        self._process.stdin.flush()
        answer = self._answer(self._seconds)
        if answer is None:
            self.stop()
            answer = {"payload": json.dumps(_EXITED), "failed": True}
        took = (time.monotonic() - began) * 1000
        end = f"END RequestId: {request_id}\nREPORT RequestId: {request_id}\tDuration: {took:.2f} ms\n"
        return answer["payload"], answer["failed"], f"START RequestId: {request_id}\n{self.log(before)}{end}"

    def log(self, start: int = 0) -> str:
        """Return what the process has printed."""
        return os.pread(self._log, 10_000_000, start).decode(errors="replace")

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                assert pipe is not None
                pipe.close()
        self._process.wait()

    def _answer(self, seconds: float) -> Any:
        # One line per invocation, so none is left in a buffer that `select` does not see.
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], seconds)
        line = self._process.stdout.readline() if ready else ""
        return json.loads(line) if line else None


def _run_functions_as_processes() -> None:
    from localstack.services.lambda_ import provider
    from localstack.services.lambda_.invocation import execution_environment, runtime_executor, version_manager
    from localstack.services.lambda_.invocation.lambda_models import InvocationResult

    class Executor(runtime_executor.RuntimeExecutor):  # type: ignore[misc]
        worker: Worker

        def start(self, env_vars: dict[str, object]) -> None:
            code = Path(self.function_version.config.code.get_unzipped_code_location())
            environment = {name: str(value) for name, value in env_vars.items()}
            kept = {"PATH": os.environ["PATH"], "HOME": str(code), "LANG": "C.UTF-8", "PYTHONUTF8": "1", "TZ": "UTC"}
            self.worker = Worker(code, {**environment, **kept, "LAMBDA_TASK_ROOT": str(code)})

        def stop(self) -> None:
            self.worker.stop()

        def invoke(self, payload: dict[str, str]) -> Any:
            request_id = payload["invoke-id"]
            content, failed, log = self.worker.invoke(request_id, payload["invoked-function-arn"], payload["payload"])
            return InvocationResult(request_id, content.encode(), failed, log)

        def get_logs(self) -> str:
            return self.worker.log()

        def get_address(self) -> str:
            return "127.0.0.1"

        def get_endpoint_from_executor(self) -> str:
            return "127.0.0.1"

        def get_runtime_endpoint(self) -> str:
            return ""

        @classmethod
        def prepare_version(cls, function_version: Any) -> None:
            function_version.config.code.prepare_for_execution()

        @classmethod
        def cleanup_version(cls, function_version: Any) -> None:
            """Leave the unpacked code: it is in this run's directory."""

    for module in (provider, execution_environment, runtime_executor, version_manager):
        module.get_runtime_executor = lambda: Executor


def _have_tables_kept_by_dynoxide() -> None:
    from localstack.services.dynamodb.server import DynamodbServer

    # It is there already, at DYNAMODB_LOCAL_PORT.
    DynamodbServer.start_dynamodb = lambda _: True
    DynamodbServer.stop_dynamodb = lambda _: None


def main() -> None:
    """Serve until SIGTERM."""
    directory, port = Path(sys.argv[1]).resolve(), int(sys.argv[2])
    directory.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(directory)
    with dynoxide.running(os.environ["DYNOXIDE"], directory / "tables.db") as tables:
        os.environ.update(_SETTINGS)
        os.environ.update(
            GATEWAY_LISTEN=f"127.0.0.1:{port}", DYNAMODB_LOCAL_PORT=str(tables), FILESYSTEM_ROOT=str(directory)
        )
        # It reads the environment when it is imported.
        from localstack.runtime.main import main as serve

        _run_functions_as_processes()
        _have_tables_kept_by_dynoxide()
        serve()


if __name__ == "__main__":
    main()
