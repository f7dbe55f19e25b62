"""What runs by the clock."""

from chalice.app import Blueprint, CloudWatchEvent, Rate

blueprint = Blueprint(__name__)


@blueprint.schedule(Rate(1, unit=Rate.MINUTES))
def sweep(event: CloudWatchEvent) -> None:
    """Take up again what crashed workers and lost messages left."""
    from chalicelib.sweeping import sweep as sweep_now

    sweep_now()
