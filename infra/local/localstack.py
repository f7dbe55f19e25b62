"""Starts and stops LocalStack with docker compose, or finds the one that listens already."""

import os
import subprocess
import urllib.error
import urllib.request

from infra.errors import InfraError
from infra.settings import PROJECT_ROOT, Stack

_COMPOSE_FILE = PROJECT_ROOT / "docker-compose.localstack.yml"
_WITHOUT = "`make up` without LOCALSTACK=1 needs no Docker"
#: By this name containers of functions reach the machine that they run on, see the compose file.
HOST = "host.docker.internal"
_LIMITS_OF_NETWORKS = ("REGISTRATIONS", "MAIL_REQUESTS", "LOGIN_NETWORK")


def start(stack: Stack) -> None:
    """Start LocalStack on the stack's port and wait until it is healthy; an external one has to listen already.

    Raises InfraError, which says what to do, if Docker or its compose plugin is missing or fails.
    """
    if stack.external:
        _require_listening(stack)
        return
    _require_docker()
    _compose(stack, "up", "--detach", "--wait")


def stop(stack: Stack) -> None:
    """Remove the container and with it its state."""
    _require_docker()
    _compose(stack, "down", "--volumes")


def functions_environment(stack: Stack) -> dict[str, str]:
    """Return what functions need to know here: who reaches them, and whom they reach.

    Its gateway says that every client is 127.0.0.1, so limits of networks would stop all of them together.
    """
    assert stack.endpoint_url is not None
    unlimited = {f"RATE_{limit}": "1000000/60" for limit in _LIMITS_OF_NETWORKS}
    return {"FILES_ENDPOINT_URL": stack.endpoint_url, "URL_IMPORT_ALLOW": HOST, **unlimited}


def _require_listening(stack: Stack) -> None:
    try:
        with urllib.request.urlopen(f"{stack.endpoint_url}/_localstack/health", timeout=5) as response:
            response.read()
    except (urllib.error.URLError, OSError) as exc:
        raise InfraError(
            f"no LocalStack answers at {stack.endpoint_url}: start it, or name its port with PORT=; "
            "LOCALSTACK=1 starts one in Docker"
        ) from exc


def _require_docker() -> None:
    if _said("docker", "--version") is None:
        raise InfraError(f"docker is not installed; {_WITHOUT}")
    if _said("docker", "compose", "version") != "":
        raise InfraError(f"docker has no compose plugin: install docker-compose-plugin (Compose 2); {_WITHOUT}")
    if complaint := _said("docker", "info"):
        raise InfraError(f"docker does not answer: start its daemon, or ask for access to it ({complaint}); {_WITHOUT}")


def _said(*command: str) -> str | None:
    """Run a command; return the last line of its complaint, "" if it succeeds, None if it does not exist."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    if done.returncode == 0:
        return ""
    return (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()[-1]


def _compose(stack: Stack, *arguments: str) -> None:
    command = ["docker", "compose", "--file", str(_COMPOSE_FILE), "--project-name", "retail-orders"]
    done = subprocess.run([*command, *arguments], env={**os.environ, "PORT": str(stack.port)}, check=False)
    if done.returncode != 0:
        raise InfraError(f"`{' '.join([*command, *arguments])}` failed; `{' '.join([*command, 'logs'])}` says why")
