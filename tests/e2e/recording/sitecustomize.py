"""Python imports this at its start where this directory is on the path: Chalice's calls of AWS are recorded, too."""

import os
import sys

if "infra.chalice_cli" in sys.orig_argv and (_file := os.environ.get("AWS_CALLS")):
    from tests.e2e.calls import record_to

    record_to(_file)
