"""Starts and stops LocalStack with docker compose."""

import os
import subprocess

from infra.errors import InfraError
from infra.settings import PROJECT_ROOT, Stack

_COMPOSE_FILE = PROJECT_ROOT / "docker-compose.localstack.yml"


def start(stack: Stack) -> None:
    """Start LocalStack on the stack's port and wait until it is healthy.

    Raises InfraError if docker compose is missing or fails.
    """
    _compose(stack, "up", "--detach", "--wait")


def stop(stack: Stack) -> None:
    """Remove the container and with it its state."""
    _compose(stack, "down")


def _compose(stack: Stack, *arguments: str) -> None:
    command = ["docker", "compose", "--file", str(_COMPOSE_FILE), "--project-name", "retail-orders", *arguments]
    try:
        done = subprocess.run(command, env={**os.environ, "PORT": str(stack.port)}, check=False)
    except FileNotFoundError as exc:
        raise InfraError("docker is not installed; `make up` without LOCALSTACK=1 does without it") from exc
    if done.returncode != 0:
        raise InfraError(f"{' '.join(command)} failed")
