"""To a supplier: the buyer states that less of its part arrived than was sent."""

from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._order import ChangedPartProps, build_changed_part, changed_part_subject

KIND = Kind(ChangedPartProps, build_changed_part, changed_part_subject)
