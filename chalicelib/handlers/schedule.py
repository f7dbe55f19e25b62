"""What runs on a schedule."""

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib.lazy import Lazy

blueprint = Blueprint(__name__)
_sweep = Lazy("sweeping:sweep")


@blueprint.schedule(Rate(1, unit=Rate.MINUTES))
def sweep(event: CloudWatchEvent) -> None:
    """Resume what crashed workers and lost messages left behind."""
    _sweep()
