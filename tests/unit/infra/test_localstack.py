"""LocalStack: one record says which stack is up, and what is missing for Docker is said in a line."""

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

from chalicelib.settings import read_settings
from infra import build, commands
from infra.__main__ import _COMMANDS
from infra.errors import InfraError
from infra.local import localstack, process
from infra.settings import PROJECT_ROOT, Kind, Stack, embedded_stack, local_stack, localstack_stack
from infra.stages import read_stage


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is all of PATH; `install` puts a docker there."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    return directory


def install(directory: Path, script: str) -> Path:
    """A docker that logs its arguments and then runs the script; return the log."""
    file, log = directory / "docker", directory / "log"
    file.write_text(f'#!/bin/sh\necho "$PORT $@" >> {log}\n{script}\n', encoding="utf-8")
    file.chmod(0o755)
    return log


def test_docker_that_is_not_installed_is_said_so(docker: Path, state: Path) -> None:
    with pytest.raises(InfraError, match=r"docker is not installed; `make up` without LOCALSTACK=1"):
        localstack.start(localstack_stack(state, 4599))


def test_a_missing_compose_plugin_is_said_so(docker: Path, state: Path) -> None:
    install(docker, """if [ "$1" = compose ]; then echo "docker: 'compose' is not a docker command." >&2; exit 1; fi""")
    with pytest.raises(InfraError, match="no compose plugin: install docker-compose-plugin"):
        localstack.start(localstack_stack(state, 4599))


def test_a_daemon_that_does_not_run_is_said_so(docker: Path, state: Path) -> None:
    complaint = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock."
    install(docker, f"""if [ "$1" = info ]; then echo "{complaint}" >&2; exit 1; fi""")
    with pytest.raises(InfraError, match=f"does not answer: start its daemon.*{complaint}"):
        localstack.start(localstack_stack(state, 4599))


def test_a_container_that_fails_leads_to_its_log(docker: Path, state: Path) -> None:
    install(docker, 'case "$*" in *up*) exit 1;; esac')
    with pytest.raises(InfraError, match=r"up --detach --wait` failed; `docker compose .* logs` says why"):
        localstack.start(localstack_stack(state, 4599))


def test_compose_gets_the_port(docker: Path, state: Path) -> None:
    log = install(docker, "")
    localstack.start(localstack_stack(state, 4599))
    file = PROJECT_ROOT / "docker-compose.localstack.yml"
    wanted = f"4599 compose --file {file} --project-name retail-orders up --detach --wait"
    assert wanted in log.read_text().splitlines()


def remembered(stack: Stack) -> None:
    commands._remember(stack)


def test_whatever_is_up_is_what_every_command_means(state: Path) -> None:
    environ = {"STACK_DIR": str(state)}
    remembered(localstack_stack(state, 4599))
    for stack in (commands.current_stack(environ), commands.requested_stack(environ)):
        assert (stack.kind, stack.port, stack.external) == (Kind.LOCALSTACK, 4599, False)
    remembered(localstack_stack(state, 4600, external=True))
    assert commands.requested_stack(environ).external


@pytest.mark.parametrize("asked", [{"PORT": "4700"}, {"PORT": "4700", "LOCALSTACK": "1"}])
def test_a_second_stack_is_not_started_beside_one_that_is_up(state: Path, asked: dict[str, str]) -> None:
    remembered(localstack_stack(state, 4599))
    with pytest.raises(InfraError, match=r"LocalStack is up on http://127.0.0.1:4599; `make down` stops it"):
        commands.requested_stack({"STACK_DIR": str(state), **asked})


def test_localstack_is_not_started_beside_the_embedded_stack(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered(embedded_stack(state, 4566))
    environ = {"STACK_DIR": str(state), "LOCALSTACK": "1"}
    assert commands.requested_stack(environ).kind is Kind.LOCALSTACK, "it was killed"
    monkeypatch.setattr(process, "running_pid", lambda _: 1)
    with pytest.raises(InfraError, match="embedded stack is up"):
        commands.requested_stack(environ)


def test_down_stops_whatever_runs_and_no_command_finds_it_afterwards(
    docker: Path, state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = install(docker, "")
    monkeypatch.setenv("STACK_DIR", str(state))
    remembered(localstack_stack(state, 4599))
    (state / "process.json").write_text(json.dumps({"pid": os.getpid(), "port": 4566}), encoding="utf-8")
    _COMMANDS["down"](None)  # type: ignore[arg-type]
    assert "down --volumes" in log.read_text()
    assert not (state / "process.json").exists()
    assert "LocalStack keeps nothing" in capsys.readouterr().err
    with pytest.raises(InfraError, match="no local stack is up; run `make up`"):
        commands.current_stack(os.environ)
    _COMMANDS["down"](None)  # type: ignore[arg-type]
    assert "no local stack was running" in capsys.readouterr().err


def test_down_leaves_a_localstack_that_was_there_before(
    docker: Path, state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STACK_DIR", str(state))
    remembered(localstack_stack(state, 4599, external=True))
    _COMMANDS["down"](None)  # type: ignore[arg-type]
    assert "it continues" in capsys.readouterr().err


@pytest.fixture
def listening() -> Iterator[int]:
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/_localstack/health" else 404)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Health) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_localstack_that_listens_is_taken_without_docker(docker: Path, state: Path, listening: int) -> None:
    environ = {"STACK_DIR": str(state), "LOCALSTACK": "running", "PORT": str(listening)}
    localstack.start(commands.requested_stack(environ))


def test_one_that_does_not_listen_is_said_so(state: Path) -> None:
    with pytest.raises(InfraError, match=r"no LocalStack answers at http://127.0.0.1:1: start it"):
        localstack.start(localstack_stack(state, 1, external=True))


def test_other_values_are_refused(state: Path) -> None:
    with pytest.raises(InfraError, match="LOCALSTACK=yes: say 1"):
        local_stack({"LOCALSTACK": "yes", "STACK_DIR": str(state)}, 4566)


def test_compose_maps_the_port_that_localstack_listens_on_and_lets_functions_reach_this_machine() -> None:
    document = yaml.safe_load((PROJECT_ROOT / "docker-compose.localstack.yml").read_text(encoding="utf-8"))
    service, port = document["services"]["localstack"], "${PORT:-4566}"
    assert service["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert service["environment"]["GATEWAY_LISTEN"] == f"0.0.0.0:{port}"
    assert f"http://127.0.0.1:{port}/" in service["healthcheck"]["test"][-1]
    assert service["environment"]["LAMBDA_DOCKER_FLAGS"] == f"--add-host={localstack.HOST}:host-gateway"


def test_functions_in_containers_sign_links_for_this_machine(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "vendor_directory", lambda *_: state)
    project = build.build(localstack_stack(state, 4599), read_stage("local"))
    config = json.loads((project / ".chalice" / "config.json").read_text(encoding="utf-8"))
    variables = config["stages"]["local"]["environment_variables"]
    assert variables["FILES_ENDPOINT_URL"] == "http://127.0.0.1:4599"
    assert variables["URL_IMPORT_ALLOW"] == localstack.HOST
    # Its gateway says 127.0.0.1 of everybody.
    settings = read_settings({**os.environ, **variables})
    assert min(settings.rate_registrations.calls, settings.rate_login_network.calls) > 10_000
