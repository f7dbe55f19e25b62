"""One execution environment of a function, as a process: invocations come as JSON lines and are answered so.

Started by ``localstack_host.py`` in the directory of the function's code, with the function's environment.
"""

import importlib
import json
import logging
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any, TextIO

# As the project's compose file has it for containers: the machine on which the price lists are.
_HOST = "host.docker.internal"


class Context:
    """What a handler is told about its invocation."""

    def __init__(self, request_id: str, arn: str) -> None:
        self.aws_request_id, self.invoked_function_arn = request_id, arn
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = self.client_context = None
        self._end = time.monotonic() + float(os.environ["AWS_LAMBDA_FUNCTION_TIMEOUT"])

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until the function is ended."""
        return max(0, int((self._end - time.monotonic()) * 1000))


def main() -> None:
    """Answer invocations until standard input ends."""
    # What functions print belongs to their log.
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)
    _know_this_machine()
    # As in a function: its code comes first, and this file's directory has nothing to offer.
    sys.path[0] = str(Path.cwd())
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    handler = getattr(importlib.import_module(module.replace("/", ".")), name)
    _answer(answers, "", failed=False)
    for line in sys.stdin:
        invocation = json.loads(line)
        try:
            result = handler(json.loads(invocation["payload"]), Context(invocation["id"], invocation["arn"]))
            content, failed = json.dumps(result), False
        except Exception as exc:
            logging.exception("the handler failed")
            content, failed = json.dumps({"errorMessage": str(exc), "errorType": type(exc).__name__}), True
        sys.stdout.flush()
        sys.stderr.flush()
        _answer(answers, content, failed=failed)


def _answer(answers: TextIO, content: str, *, failed: bool) -> None:
    answers.write(json.dumps({"payload": content, "failed": failed}) + "\n")


def _know_this_machine() -> None:
    plain = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
        return plain("127.0.0.1" if host == _HOST else host, *rest, **more)

    socket.getaddrinfo = getaddrinfo


if __name__ == "__main__":
    main()
