"""Every call of the API, one line each: method, path, who may call it, and the view that answers.

``handlers.api`` registers the table with Chalice, ``http`` runs a call, ``documentation`` describes it. Views are named
"module.function" under ``handlers`` and imported by their first call, so a cold start pays for none. Literal paths win
over those with parameters, in API Gateway and locally.
"""

from chalicelib.accounts.limits import CANCELLATIONS, EXPORTS, FETCHES, ORDER_CHANGES, REGISTRATIONS, UPLOADS
from chalicelib.errors import (
    AdministratorDecides,
    AnswerTooLarge,
    BasketChanged,
    BasketEmpty,
    BasketFull,
    Busy,
    CategoryMerged,
    CategoryTaken,
    ChangeRefused,
    ContactDiffers,
    DeliveryChanged,
    EmailTaken,
    FormatChanged,
    KeyReused,
    ListChanged,
    MinimumNotReached,
    MoveRefused,
    NotConfirmed,
    NotFound,
    NotResendable,
    OrderCanceled,
    OrderInProgress,
    OwnAccount,
    PartChanged,
    PriceChanged,
    QuestionChanged,
    ReceiptChanged,
    ReceiptSettled,
    ReviewOver,
    RowsRefused,
    ShopClosed,
    SortUnavailable,
    SynonymsChanged,
    TermsChanged,
    TooManyAttempts,
    TooManyContacts,
    TooManyExports,
    TooManyLists,
    VersionDiffers,
    WrongCredentials,
    WrongToken,
)
from chalicelib.route_types import Access as Access
from chalicelib.route_types import Reply as Reply
from chalicelib.route_types import Route as Route

# The longest Idempotency-Key that is accepted.
MAX_KEY = 255
# Matches whatever no other path does.
FALLBACK = "/{proxy+}"
ANYONE, SIGNED_IN, BUYER, SHOP, ADMIN = Access
_PLACING = (
    *(NotFound, BasketEmpty, BasketChanged, RowsRefused, TermsChanged, PriceChanged, DeliveryChanged),
    *(MinimumNotReached, KeyReused, OrderInProgress, OrderCanceled, ContactDiffers, VersionDiffers, TooManyAttempts),
    Busy,
)
_RENAMING, _MERGING = (CategoryTaken,), (CategoryMerged,)
_DECIDING = (ReviewOver, QuestionChanged)
_ANSWERING = (ChangeRefused, PartChanged, RowsRefused, AnswerTooLarge, Busy)
_RECEIVING = (ChangeRefused, ReceiptChanged, ReceiptSettled, AnswerTooLarge, Busy)
_OF_1C = (WrongCredentials, NotConfirmed, TooManyAttempts)

ROUTES = (
    # accounts
    Route("POST", "/user/register", ANYONE, "accounts.user_register", (EmailTaken,), limit=REGISTRATIONS),
    Route("POST", "/user/register/confirm", ANYONE, "accounts.user_register_confirm", (WrongToken,)),
    Route("POST", "/user/login", ANYONE, "accounts.user_login", (WrongCredentials, NotConfirmed, TooManyAttempts)),
    Route("POST", "/user/register/resend", ANYONE, "accounts.user_register_resend", (TooManyAttempts,)),
    Route("POST", "/user/password_reset", ANYONE, "accounts.user_password_reset", (TooManyAttempts,)),
    Route("POST", "/user/password_reset/confirm", ANYONE, "accounts.user_password_reset_confirm", (WrongToken,)),
    Route("POST", "/user/logout", SIGNED_IN, "accounts.user_logout"),
    Route("POST", "/user/logout/all", SIGNED_IN, "accounts.user_logout_all"),
    Route("POST", "/user/email/confirm", SIGNED_IN, "accounts.user_email_confirm", (WrongToken, EmailTaken)),
    Route("GET", "/user/details", SIGNED_IN, "accounts.user_details"),
    Route("POST", "/user/details", SIGNED_IN, "accounts.user_details_change", (EmailTaken, TooManyAttempts)),
    Route("GET", "/user/contact", SIGNED_IN, "accounts.user_contacts"),
    Route("POST", "/user/contact", SIGNED_IN, "accounts.user_contact_add", (TooManyContacts,)),
    Route("PUT", "/user/contact", SIGNED_IN, "accounts.user_contact_change", (NotFound,)),
    Route("DELETE", "/user/contact", SIGNED_IN, "accounts.user_contact_delete"),
    # catalogue
    Route("GET", "/shops", ANYONE, "catalogue.shops"),
    Route("GET", "/categories", ANYONE, "catalogue.categories"),
    Route("GET", "/products", ANYONE, "catalogue.products", (SortUnavailable,)),
    Route("GET", "/products/{offer_id}", ANYONE, "catalogue.product"),
    # basket
    Route("GET", "/basket", BUYER, "basket.basket"),
    Route("POST", "/basket", BUYER, "basket.basket_add", (RowsRefused, BasketFull, BasketChanged)),
    Route("PUT", "/basket", BUYER, "basket.basket_change", (RowsRefused, BasketChanged)),
    Route("POST", "/basket/items", BUYER, "basket.basket_bulk", (BasketChanged, KeyReused, Busy), idempotent=True),
    Route("DELETE", "/basket", BUYER, "basket.basket_remove", (BasketChanged,)),
    # orders
    Route("GET", "/order", BUYER, "orders.orders"),
    Route("POST", "/order", BUYER, "orders.order_place", _PLACING, idempotent=True),
    Route("GET", "/order/{order_id}", BUYER, "orders.order_one"),
    Route("GET", "/order/{order_id}/documents", BUYER, "orders.order_documents"),
    Route("POST", "/order/{order_id}/cancel", BUYER, "orders.order_cancel", (MoveRefused, Busy), limit=CANCELLATIONS),
    Route(
        "POST", "/order/{order_id}/received", BUYER, "orders.order_received", (MoveRefused, Busy), limit=ORDER_CHANGES
    ),
    Route("POST", "/order/{order_id}/receipt", BUYER, "orders.order_receipt", _RECEIVING, limit=ORDER_CHANGES),
    Route("POST", "/order/{order_id}/repeat", BUYER, "orders.order_repeat", (BasketChanged,)),
    Route("GET", "/order/usual", BUYER, "orders.order_usual"),
    # lists
    Route("GET", "/lists", BUYER, "lists.saved_list_heads"),
    Route("POST", "/lists", BUYER, "lists.saved_list_create", (NotFound, TooManyLists), success=201),
    Route("GET", "/lists/{list_id}", BUYER, "lists.saved_list"),
    Route("PUT", "/lists/{list_id}", BUYER, "lists.saved_list_change", (ListChanged, Busy)),
    Route("DELETE", "/lists/{list_id}", BUYER, "lists.saved_list_delete"),
    Route("POST", "/lists/{list_id}/items", BUYER, "lists.saved_list_set", (ListChanged, Busy)),
    Route("DELETE", "/lists/{list_id}/items", BUYER, "lists.saved_list_remove", (Busy,)),
    Route("POST", "/lists/{list_id}/basket", BUYER, "lists.saved_list_to_basket", (BasketChanged,)),
    # partner_imports
    Route("POST", "/partner/update", SHOP, "partner_imports.partner_update", limit=UPLOADS),
    Route("POST", "/partner/update/url", SHOP, "partner_imports.partner_update_url", limit=FETCHES),
    Route("POST", "/partner/update/file", SHOP, "partner_imports.partner_update_file", limit=UPLOADS),
    Route("GET", "/partner/source", SHOP, "partner_imports.partner_source"),
    Route("POST", "/partner/source", SHOP, "partner_imports.partner_source_change", limit=FETCHES),
    Route("GET", "/partner/pricelist-format", SHOP, "partner_imports.partner_format"),
    Route("PUT", "/partner/pricelist-format", SHOP, "partner_imports.partner_format_change", (FormatChanged, Busy)),
    Route("POST", "/partner/uploads", SHOP, "partner_imports.partner_upload", success=201, limit=UPLOADS),
    Route("GET", "/partner/imports", SHOP, "partner_imports.partner_imports"),
    Route("GET", "/partner/imports/{import_id}", SHOP, "partner_imports.partner_import"),
    Route("GET", "/partner/imports/{import_id}/changes", SHOP, "partner_imports.partner_import_changes"),
    Route(
        "POST",
        "/partner/imports/{import_id}/approve",
        SHOP,
        "partner_imports.partner_import_approve",
        (ReviewOver, QuestionChanged, AdministratorDecides),
    ),
    Route("POST", "/partner/imports/{import_id}/reject", SHOP, "partner_imports.partner_import_reject", _DECIDING),
    # partner_shop
    Route("GET", "/partner/state", SHOP, "partner_shop.partner_state"),
    Route("POST", "/partner/state", SHOP, "partner_shop.partner_state_change", (NotFound, ShopClosed)),
    Route("GET", "/partner/delivery", SHOP, "partner_shop.partner_delivery"),
    Route("POST", "/partner/delivery", SHOP, "partner_shop.partner_delivery_change"),
    # partner_orders
    Route("GET", "/partner/orders", SHOP, "partner_orders.partner_orders"),
    Route("POST", "/partner/orders/state", SHOP, "partner_orders.partner_orders_move"),
    Route("GET", "/partner/orders/{order_id}", SHOP, "partner_orders.partner_order"),
    Route("GET", "/partner/orders/{order_id}/documents", SHOP, "partner_orders.partner_order_documents"),
    Route(
        "POST",
        "/partner/orders/{order_id}/rows",
        SHOP,
        "partner_orders.partner_order_rows",
        _ANSWERING,
        limit=ORDER_CHANGES,
    ),
    Route(
        "POST",
        "/partner/orders/{order_id}/state",
        SHOP,
        "partner_orders.partner_order_move",
        (MoveRefused, Busy),
        limit=ORDER_CHANGES,
    ),
    # partner_exchange: 1C reads by GET and sends files by POST; some versions use POST for everything
    Route("GET", "/partner/1c_exchange", SHOP, "partner_exchange.exchange", _OF_1C, of_1c=True),
    Route("POST", "/partner/1c_exchange", SHOP, "partner_exchange.exchange_send", _OF_1C, of_1c=True),
    # reviews
    Route("GET", "/imports/{import_id}/review", ANYONE, "reviews.import_review", (WrongToken,)),
    Route("POST", "/imports/{import_id}/review", ANYONE, "reviews.import_review_decide", (WrongToken, ReviewOver)),
    # mail_pages
    Route("GET", "/imports/{import_id}/report", ANYONE, "mail_pages.mailed_report", (WrongToken,)),
    Route("GET", "/exports/{export_id}", ANYONE, "mail_pages.mailed_export", (WrongToken,)),
    Route("GET", "/orders/{order_id}/documents", ANYONE, "mail_pages.mailed_documents", (WrongToken,)),
    # admin_users
    Route("GET", "/admin/users", ADMIN, "admin_users.admin_users"),
    Route("GET", "/admin/users/{user_id}", ADMIN, "admin_users.admin_user"),
    Route("POST", "/admin/users/{user_id}/mail/allow", ADMIN, "admin_users.admin_user_mail_allow"),
    Route("POST", "/admin/users/{user_id}/block", ADMIN, "admin_users.admin_user_block", (OwnAccount,)),
    Route("POST", "/admin/users/{user_id}/unblock", ADMIN, "admin_users.admin_user_unblock"),
    Route("POST", "/admin/users/{user_id}/sessions/end", ADMIN, "admin_users.admin_user_sessions_end"),
    # admin_shops
    Route("GET", "/admin/shops", ADMIN, "admin_shops.admin_shops"),
    Route("GET", "/admin/shops/{shop_id}", ADMIN, "admin_shops.admin_shop"),
    Route("POST", "/admin/shops/{shop_id}/state", ADMIN, "admin_shops.admin_shop_state"),
    Route("GET", "/admin/shops/{shop_id}/imports", ADMIN, "admin_shops.admin_shop_imports"),
    Route("POST", "/admin/shops/{shop_id}/imports", ADMIN, "admin_shops.admin_shop_import", success=202),
    Route("GET", "/admin/shops/{shop_id}/pricelist-format", ADMIN, "admin_shops.admin_shop_format"),
    Route(
        "PUT",
        "/admin/shops/{shop_id}/pricelist-format",
        ADMIN,
        "admin_shops.admin_shop_format_change",
        (FormatChanged, Busy),
    ),
    # admin_imports
    Route("GET", "/admin/imports", ADMIN, "admin_imports.admin_imports"),
    Route("GET", "/admin/imports/{import_id}", ADMIN, "admin_imports.admin_import"),
    Route("GET", "/admin/imports/{import_id}/changes", ADMIN, "admin_imports.admin_import_changes"),
    Route("POST", "/admin/imports/{import_id}/approve", ADMIN, "admin_imports.admin_import_approve", _DECIDING),
    Route("POST", "/admin/imports/{import_id}/reject", ADMIN, "admin_imports.admin_import_reject", _DECIDING),
    # admin_mails
    Route("GET", "/admin/mails", ADMIN, "admin_mails.admin_mails"),
    Route("GET", "/admin/mails/{mail_id}", ADMIN, "admin_mails.admin_mail"),
    Route(
        "POST", "/admin/mails/{mail_id}/resend", ADMIN, "admin_mails.admin_mail_resend", (NotResendable,), success=201
    ),
    Route("POST", "/admin/mails/resend", ADMIN, "admin_mails.admin_mails_resend"),
    # admin_categories
    Route("POST", "/admin/categories/{category_id}/rename", ADMIN, "admin_categories.admin_category_rename", _RENAMING),
    Route(
        "POST",
        "/admin/categories/{category_id}/merge",
        ADMIN,
        "admin_categories.admin_category_merge",
        _MERGING,
        success=202,
    ),
    # admin_synonyms
    Route("GET", "/admin/synonyms", ADMIN, "admin_synonyms.admin_synonyms"),
    Route("PUT", "/admin/synonyms", ADMIN, "admin_synonyms.admin_synonyms_replace", (SynonymsChanged,)),
    # admin_orders
    Route("GET", "/admin/orders", ADMIN, "admin_orders.admin_orders"),
    Route("GET", "/admin/orders/{order_id}", ADMIN, "admin_orders.admin_order"),
    Route("GET", "/admin/orders/{order_id}/documents", ADMIN, "admin_orders.admin_order_documents"),
    Route("POST", "/admin/orders/{order_id}/state", ADMIN, "admin_orders.admin_order_move", (MoveRefused,)),
    Route("POST", "/admin/orders/{order_id}/rows", ADMIN, "admin_orders.admin_order_rows", _ANSWERING),
    # exports
    Route(
        "POST", "/partner/exports", SHOP, "exports.partner_export_start", (TooManyExports,), success=202, limit=EXPORTS
    ),
    Route(
        "GET", "/partner/export", SHOP, "exports.partner_export_goods", (TooManyExports,), success=202, limit=EXPORTS
    ),
    Route("GET", "/partner/exports", SHOP, "exports.partner_exports"),
    Route("GET", "/partner/exports/{export_id}", SHOP, "exports.partner_export"),
    Route("POST", "/order/exports", BUYER, "exports.order_export_start", (TooManyExports,), success=202, limit=EXPORTS),
    Route("GET", "/order/exports", BUYER, "exports.order_exports"),
    Route("GET", "/order/exports/{export_id}", BUYER, "exports.order_export"),
    Route("POST", "/admin/exports", ADMIN, "exports.admin_export_start", (TooManyExports,), success=202, limit=EXPORTS),
    Route("GET", "/admin/exports", ADMIN, "exports.admin_exports"),
    Route("GET", "/admin/exports/{export_id}", ADMIN, "exports.admin_export"),
    # documentation
    Route("GET", "/openapi.json", ANYONE, "documentation.openapi_json"),
    Route("GET", "/docs", ANYONE, "documentation.docs"),
    Route("GET", "/docs/{file_name}", ANYONE, "documentation.docs_file"),
    # Whatever no other call answers. API Gateway falls back to it for a method that a known path lacks, too.
    Route("GET", FALLBACK, ANYONE, "fallback.no_such_get"),
    Route("POST", FALLBACK, ANYONE, "fallback.no_such_post"),
    Route("PUT", FALLBACK, ANYONE, "fallback.no_such_put"),
    Route("DELETE", FALLBACK, ANYONE, "fallback.no_such_delete"),
    Route("PATCH", FALLBACK, ANYONE, "fallback.no_such_patch"),
)
_INTERNAL = ("fallback.", "documentation.docs_file")
# The calls that clients know and the description names: all but the fallback and the files of the page.
DECLARED = tuple(route for route in ROUTES if not route.view_name.startswith(_INTERNAL))
