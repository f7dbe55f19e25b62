"""The roles of accounts."""

from typing import Literal, get_args

Role = Literal["buyer", "shop", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
