"""The sweeper looks after every kind of job that waits in a queue."""

import pkgutil
from importlib import import_module

import chalicelib.models
from chalicelib.models import jobs
from chalicelib.models.jobs import QueuedJob
from chalicelib.sweeping import QUEUED


def _leaves(base: type[QueuedJob]) -> set[type[QueuedJob]]:
    below = [leaf for one in base.__subclasses__() for leaf in _leaves(one)]
    # Bases for further kinds, and models that tests make up, are not jobs of the service.
    own = base.__module__.startswith("chalicelib.") and hasattr(base, "DUE")
    return set(below) or ({base} if own else set())


def test_every_queued_job_is_on_the_sweepers_list() -> None:
    for module in pkgutil.walk_packages(chalicelib.models.__path__, "chalicelib.models."):
        import_module(module.name)
    assert _leaves(jobs.QueuedJob) == set(QUEUED)
