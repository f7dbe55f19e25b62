"""To a supplier: an administrator reduced rows of its part."""

from chalicelib.notifications.kinds import Kind
from chalicelib.notifications.kinds._order import ChangedPartProps, build_changed_part, changed_part_subject

KIND = Kind(ChangedPartProps, build_changed_part, changed_part_subject)
