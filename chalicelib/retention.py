"""How long stored items are kept that would otherwise only grow in number: DynamoDB deletes them by ``expires_at``.

Readers treat an item that has expired as one that never was. docs/data.md lists every kind of item and object, with its
period and its reason; decision 54 has the considerations.
"""

from datetime import timedelta

# Since a mail was written, or reopened: who got which news of an order, and at which address.
MAILS = timedelta(days=180)
# Since an import ended. Its files are kept for 90 days.
IMPORTS = timedelta(days=365)
# Since an address bounced or complained. SES's own list of the account outlasts this.
QUIET_ADDRESSES = timedelta(days=730)
# Since an administrator allowed an address again: notices from before may still come.
ALLOWED_ADDRESSES = timedelta(days=90)
# Since the buyer, or a look at new prices, last changed the basket.
BASKETS = timedelta(days=180)
