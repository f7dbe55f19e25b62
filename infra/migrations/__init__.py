"""Changes of stored items that a new version needs: numbered, in the order in which they are made.

`make deploy` makes those that the stage has not had; docs/how-to/add-a-migration.md says how to add one. A module here
is never changed once it was released: it knows the items of its time, not the models of today.
"""

from infra.migrations.m0001_expiry import EXPIRY
from infra.migrations.m0002_list_keys import LIST_KEYS
from infra.migrations.m0003_register import REGISTER
from infra.migrations.m0004_order_numbers import ORDER_NUMBERS
from infra.migrations.steps import Migration

MIGRATIONS: tuple[Migration, ...] = (EXPIRY, LIST_KEYS, REGISTER, ORDER_NUMBERS)
