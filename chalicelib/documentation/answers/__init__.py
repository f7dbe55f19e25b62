"""What calls answer, as schemas: for the documentation and for the tests that hold real answers against it.

Imported by the documentation only, so that no other call pays for it. Money is a number of roubles; ids are positive
integers below 2**53. Extra keys may be added to an answer at any time, so the schemas leave room for them.
"""

from typing import Any

from chalicelib.documentation.answers.accounts import Account, AccountChanged, AccountDetails, AccountsPage, Contact
from chalicelib.documentation.answers.administration import (
    AdminOrder,
    CategoriesMerged,
    CategoryRenamed,
    MailsPage,
    OutboxMail,
    ShopCard,
    ShopSwitched,
)
from chalicelib.documentation.answers.base import (
    Created,
    Description,
    Done,
    ImportAccepted,
    Placed,
    ResetAccepted,
    RowsChanged,
    RowsCreated,
    RowsRemoved,
    Token,
)
from chalicelib.documentation.answers.catalogue import Delivery, DirectoryPage, ProductCard, ProductInfo, ProductsPage
from chalicelib.documentation.answers.orders import (
    Basket,
    Order,
    OrderCanceled,
    OrderCard,
    OrderMoved,
    OrdersPage,
    PartMoved,
    RowResults,
    ShopOrder,
    ShopOrdersPage,
)
from chalicelib.documentation.answers.partner import ImportLine, ImportReport, ImportsPage, ShopState, UploadForm

#: The answer of each call, by the name of its view.
ANSWERS: dict[str, Any] = {
    "openapi_json": Description,
    "docs": str,
    "user_register": Done,
    "user_register_confirm": Done,
    "user_register_resend": Done,
    "user_password_reset": ResetAccepted,
    "user_password_reset_confirm": ResetAccepted,
    "user_login": Token,
    "user_logout": Done,
    "user_logout_all": Done,
    "user_email_confirm": Done,
    "user_details": AccountDetails,
    "user_details_change": Done,
    "user_contacts": list[Contact],
    "user_contact_add": Created,
    "user_contact_change": Done,
    "user_contact_delete": RowsRemoved,
    "shops": DirectoryPage,
    "categories": DirectoryPage,
    "products": list[ProductInfo] | ProductsPage,
    "product": ProductCard,
    "basket": list[Basket],
    "basket_add": RowsCreated,
    "basket_change": RowsChanged,
    "basket_remove": RowsRemoved,
    "basket_bulk": RowResults,
    "orders": list[Order],
    "order_place": Placed,
    "order_one": OrderCard,
    "order_cancel": OrderCanceled,
    "order_repeat": RowResults,
    "partner_update": ImportAccepted,
    "partner_update_url": ImportAccepted,
    "partner_update_file": ImportAccepted,
    "partner_import": ImportReport,
    "partner_imports": list[ImportLine] | ImportsPage,
    "partner_upload": UploadForm,
    "partner_delivery": Delivery,
    "partner_delivery_change": Done,
    "partner_state": ShopState,
    "partner_state_change": Done,
    "partner_orders": list[ShopOrder] | ShopOrdersPage,
    "partner_order": ShopOrder,
    "partner_order_move": PartMoved,
    "admin_orders": list[Order] | OrdersPage,
    "admin_order": AdminOrder,
    "admin_order_move": OrderMoved,
    "admin_users": AccountsPage,
    "admin_user": Account,
    "admin_user_block": AccountChanged,
    "admin_user_unblock": AccountChanged,
    "admin_user_sessions_end": Done,
    "admin_shop": ShopCard,
    "admin_shop_state": ShopSwitched,
    "admin_shop_import": ImportAccepted,
    "admin_import": ImportReport,
    "admin_mails": MailsPage,
    "admin_mail": OutboxMail,
    "admin_mail_resend": Created,
    "admin_category_rename": CategoryRenamed,
    "admin_category_merge": CategoriesMerged,
}
