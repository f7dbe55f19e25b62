"""Every test runs with made-up settings and credentials; nothing it does can reach a real account."""

import os
from pathlib import Path

import pytest
from _pytest.nodeid import NodeId
from hypothesis import HealthCheck, settings

os.environ.update(
    {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "STAGE": "test",
        "TABLE_PREFIX": "retail-orders-test",
        "FILES_BUCKET": "retail-orders-test-files",
        "IMPORTS_QUEUE": "retail-orders-test-imports",
        "CHUNKS_QUEUE": "retail-orders-test-chunks",
        "EXPORTS_QUEUE": "retail-orders-test-exports",
        "MAIL_QUEUE": "retail-orders-test-mail",
        "FEEDBACK_QUEUE": "retail-orders-test-feedback",
        "SEARCH_QUEUE": "retail-orders-test-search",
        "MAIL_FROM": "orders@retail-orders.example",
        "CORS_ORIGINS": "*",
        "URL_IMPORT_ALLOW": "",
        # The emulators' indexes do not lag.
        "SETTLE_SECONDS": "0",
        "LOG_LEVEL": "INFO",
    }
)
for _name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
    os.environ.pop(_name, None)

# How fast examples are made says something about the machine, not about the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """Record what is sent to DynamoDB, if the environment names a directory for it."""
    if directory := os.environ.get("DYNAMODB_RECORD"):
        from tests.engines.plugin import Recorder

        config.pluginmanager.register(Recorder(Path(directory).resolve()))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have tests of one group run in one process: xdist 3.8 names groups where pytest 9.2 no longer looks for names."""
    if not config.getoption("loadgroup", default=False):
        return
    for item in items:
        group = item.get_closest_marker("xdist_group")
        if group is not None and not item.nodeid.endswith(name := f"@{group.args[0]}"):
            item._id = NodeId.parse(item.nodeid + name)
