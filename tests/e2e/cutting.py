"""A proxy in front of the embedded stack that kills a command right after one of its calls."""

import http.client
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from infra.settings import PROJECT_ROOT

DEPLOY = """
import sys
from pathlib import Path
from infra import commands
from infra.settings import embedded_stack
from infra.stages import read_stage
commands.deploy(embedded_stack(Path(sys.argv[1]), int(sys.argv[2])), read_stage("local"))
"""
DESTROY = """
import io
import sys
from pathlib import Path
from infra.operating.destroy import destroy
from infra.settings import embedded_stack
from infra.stages import read_stage
sys.stdin = io.StringIO("local")
destroy(embedded_stack(Path(sys.argv[1]), int(sys.argv[2])), read_stage("local"), protection="", dry_run=False)
"""
READS = ("Describe", "Get", "List")


class CuttingProxy:
    """Passes calls on to the port; ``cut`` gets the label of each call that changes something."""

    def __init__(self, port: int) -> None:
        self.changes: list[str] = []
        self._cut: Callable[[str], bool] = lambda _: False
        self._child: subprocess.Popen[str] | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, port))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def deploy(self, directory: Path, cut: Callable[[str], bool] = lambda _: False) -> subprocess.CompletedProcess[str]:
        """Run a deployment until ``cut`` is true for a change it made, or to its end."""
        return self.run(DEPLOY, directory, cut)

    def run(
        self, script: str, directory: Path, cut: Callable[[str], bool] = lambda _: False
    ) -> subprocess.CompletedProcess[str]:
        """Run DEPLOY or DESTROY until ``cut`` is true for a change it made, or to its end."""
        self.changes, self._cut = [], cut
        command = [sys.executable, "-c", script, str(directory), str(self._server.server_port)]
        self._child = subprocess.Popen(
            command,
            cwd=PROJECT_ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        _, errors = self._child.communicate(timeout=300)
        return subprocess.CompletedProcess(command, self._child.returncode, "", errors)

    def passed(self, label: str) -> None:
        """Note a call that the stack has answered; kill the command if it is the one to cut at."""
        service = label.split()[-1].split(".")[-1]
        if label.startswith(("GET ", "HEAD ")) or service.startswith(READS):
            return
        self.changes.append(label)
        if self._cut(label) and self._child is not None:
            os.killpg(self._child.pid, signal.SIGKILL)


def _label(method: str, target: str, headers: http.client.HTTPMessage, body: bytes) -> str:
    """Return what a call does: the name of its action, or for REST its method and path."""
    if action := headers.get("X-Amz-Target"):
        return action
    if b"Action=" in body and headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        return parse_qs(body.decode())["Action"][0]
    parts = urlsplit(target)
    return f"{method} {parts.path}{'?notification' if 'notification' in parts.query else ''}"


def _handler(proxy: CuttingProxy, port: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                # The whole body is at hand, so nothing has to ask whether it may be sent.
                if name.lower() != "expect":
                    upstream.putheader(name, value)
            upstream.endheaders(body)
            answer = upstream.getresponse()
            content = answer.read()
            upstream.close()
            proxy.passed(_label(self.command, self.path, self.headers, body))
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "connection", "date", "server"):
                    self.send_header(name, value)
            self.send_header("Content-Length", answer.getheader("Content-Length") or str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = serve  # noqa: N815 (http.server's names)

        def handle_expect_100(self) -> bool:
            self.send_response_only(100)
            self.end_headers()
            return True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
