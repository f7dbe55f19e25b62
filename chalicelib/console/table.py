"""Every screen of the console, one line each: path, view, and who may open it; by the module that shows them."""

from chalicelib.console.screen import Screen, action, page
from chalicelib.routes import Access

ANYONE, SIGNED_IN = Access.ANYONE, Access.SIGNED_IN

SCREENS: tuple[Screen, ...] = (
    # start
    page("", "start.start", access=SIGNED_IN),
    page("language", "start.language", access=ANYONE),
    # entrance
    page("login", "entrance.login", access=ANYONE),
    action("login", "entrance.log_in", like="user_login", back="login"),
    action("logout", "entrance.log_out", like="user_logout", back="login"),
    page("register", "entrance.registration_form", access=ANYONE),
    action("register", "entrance.register", like="user_register", back="register"),
    page("confirm", "entrance.confirmation", access=ANYONE),
    action("confirm", "entrance.confirm", like="user_register_confirm", back="confirm"),
    action("resend", "entrance.resend", like="user_register_resend", back="confirm"),
    page("reset", "entrance.forgotten", access=ANYONE),
    action("reset", "entrance.ask_reset", like="user_password_reset", back="reset"),
    page("new-password", "entrance.new_password", access=ANYONE),
    action("new-password", "entrance.set_password", like="user_password_reset_confirm", back="new-password"),
    # account
    page("account", "account.account", like="user_details"),
    action("account/details", "account.change_details", like="user_details_change", back="account"),
    action("account/password", "account.change_password", like="user_details_change", back="account"),
    action("account/email", "account.change_email", like="user_details_change", back="account"),
    page("new-email", "account.new_email", like="user_details"),
    action("new-email", "account.confirm_email", like="user_email_confirm", back="new-email"),
    action("account/contacts", "account.add_contact", like="user_contact_add", back="account"),
    action("account/contacts/{contact_id}", "account.change_contact", like="user_contact_change", back="account"),
    action(
        "account/contacts/{contact_id}/delete", "account.delete_contact", like="user_contact_delete", back="account"
    ),
    action("account/sessions/{session_id}/end", "account.end_session", like="user_logout", back="account"),
    action("account/sessions/end", "account.end_other_sessions", like="user_logout_all", back="account"),
    # buying
    page("quick", "quick.quick", access=Access.BUYER),
    action("quick", "quick.send", like="basket_bulk", back="quick"),
    page("goods", "goods.goods", access=Access.BUYER),
    action("goods", "goods.add", like="basket_bulk", back="goods"),
    page("goods/{offer_id}", "card.card", access=Access.BUYER),
    action("goods/{offer_id}", "card.add", like="basket_bulk", back="goods/{offer_id}"),
    # basket
    page("basket", "basket.basket", like="basket"),
    action("basket", "basket.save", like="basket_change", back="basket"),
    action("basket/place", "basket.place", like="order_place", back="basket"),
    # orders
    page("orders", "orders.orders", like="orders"),
    page("orders/{order_id}", "orders.order", like="order_one"),
    page("orders/{order_id}/documents", "documents.of_order", like="order_documents"),
    action("orders/{order_id}/cancel", "orders.cancel", like="order_cancel", back="orders/{order_id}"),
    action("orders/{order_id}/received", "orders.receive", like="order_received", back="orders/{order_id}"),
    action("orders/{order_id}/repeat", "repeats.repeat", like="order_repeat", back="orders/{order_id}"),
    page("orders/{order_id}/receipt/{shop_id}", "receiving.receipt", like="order_one"),
    action(
        "orders/{order_id}/receipt/{shop_id}",
        "receiving.receive_rows",
        like="order_receipt",
        back="orders/{order_id}/receipt/{shop_id}",
    ),
    # a buyer's lists
    page("lists", "lists.lists", like="saved_list_heads"),
    action("lists", "lists.create", like="saved_list_create", back="lists"),
    page("lists/usual", "usual.usual", like="order_usual"),
    action("lists/usual/basket", "usual.to_basket", like="basket_bulk", back="lists/usual"),
    page("lists/{list_id}", "lists.one", like="saved_list"),
    action("lists/{list_id}", "lists.save", like="saved_list_change", back="lists/{list_id}"),
    action("lists/{list_id}/delete", "lists.delete", like="saved_list_delete", back="lists/{list_id}"),
    action("lists/{list_id}/basket", "lists.to_basket", like="saved_list_to_basket", back="lists/{list_id}"),
    # a supplier's orders
    page("partner/orders", "partner_orders.queue", like="partner_orders"),
    action("partner/orders/state", "partner_orders.move_chosen", like="partner_orders_move", back="partner/orders"),
    page("partner/orders/{order_id}", "partner_part.part", like="partner_order"),
    page("partner/orders/{order_id}/picking", "partner_picking.picking", like="partner_order"),
    page("partner/orders/picking", "partner_picking.picking_of_many", like="partner_orders"),
    page("partner/orders/{order_id}/documents", "partner_part.documents", like="partner_order_documents"),
    action(
        "partner/orders/{order_id}/rows",
        "partner_part.answer",
        like="partner_order_rows",
        back="partner/orders/{order_id}",
    ),
    action(
        "partner/orders/{order_id}/state",
        "partner_part.move",
        like="partner_order_move",
        back="partner/orders/{order_id}",
    ),
    action(
        "partner/orders/{order_id}/cancel",
        "partner_part.cancel",
        like="partner_order_move",
        back="partner/orders/{order_id}",
    ),
    # a supplier's price lists
    page("partner/imports", "partner_imports.imports", like="partner_imports"),
    action("partner/imports", "partner_imports.send", like="partner_update", back="partner/imports"),
    page("partner/imports/large", "partner_large.large", like="partner_upload"),
    page("partner/imports/{import_id}", "partner_imports.one", like="partner_import"),
    action(
        "partner/imports/{import_id}/approve",
        "partner_imports.approve",
        like="partner_import_approve",
        back="partner/imports/{import_id}",
    ),
    action(
        "partner/imports/{import_id}/reject",
        "partner_imports.reject",
        like="partner_import_reject",
        back="partner/imports/{import_id}",
    ),
    # a supplier's goods: what is typed is imported as a small list
    page("partner/goods", "partner_goods.goods", like="partner_state"),
    action("partner/goods", "partner_goods.save", like="partner_update", back="partner/goods"),
    # a supplier's settings
    page("partner/settings", "partner_settings.settings", like="partner_state"),
    action(
        "partner/settings/state", "partner_settings.change_state", like="partner_state_change", back="partner/settings"
    ),
    action(
        "partner/settings/delivery",
        "partner_settings.change_delivery",
        like="partner_delivery_change",
        back="partner/settings",
    ),
    action(
        "partner/settings/source",
        "partner_settings.change_source",
        like="partner_source_change",
        back="partner/settings",
    ),
    action(
        "partner/settings/exports", "partner_settings.start_file", like="partner_export_start", back="partner/settings"
    ),
    page("partner/format", "partner_format.table_format", like="partner_format"),
    action("partner/format", "partner_format.save", like="partner_format_change", back="partner/format"),
    # administration
    page("admin/orders", "admin_orders.orders", like="admin_orders"),
    page("admin/orders/{order_id}", "admin_orders.order", like="admin_order"),
    page("admin/orders/{order_id}/documents", "admin_orders.documents", like="admin_order_documents"),
    action(
        "admin/orders/{order_id}/state", "admin_orders.move", like="admin_order_move", back="admin/orders/{order_id}"
    ),
    action(
        "admin/orders/{order_id}/rows", "admin_orders.answer", like="admin_order_rows", back="admin/orders/{order_id}"
    ),
    page("admin/imports", "admin_imports.imports", like="admin_imports"),
    page("admin/imports/{import_id}", "admin_imports.one", like="admin_import"),
    action(
        "admin/imports/{import_id}/again",
        "admin_imports.again",
        like="admin_shop_import",
        back="admin/imports/{import_id}",
    ),
    action(
        "admin/imports/{import_id}/approve",
        "admin_imports.approve",
        like="admin_import_approve",
        back="admin/imports/{import_id}",
    ),
    action(
        "admin/imports/{import_id}/reject",
        "admin_imports.reject",
        like="admin_import_reject",
        back="admin/imports/{import_id}",
    ),
    page("admin/shops", "admin_shops.shops", like="admin_shops"),
    page("admin/shops/{shop_id}", "admin_shops.shop", like="admin_shop"),
    action("admin/shops/{shop_id}/state", "admin_shops.switch", like="admin_shop_state", back="admin/shops/{shop_id}"),
    action(
        "admin/shops/{shop_id}/cancel",
        "admin_shops.cancel_chosen",
        like="admin_order_move",
        back="admin/shops/{shop_id}",
    ),
    page("admin/users", "admin_users.users", like="admin_users"),
    page("admin/users/{user_id}", "admin_users.user", like="admin_user"),
    action("admin/users/{user_id}/block", "admin_users.block", like="admin_user_block", back="admin/users/{user_id}"),
    action(
        "admin/users/{user_id}/unblock", "admin_users.unblock", like="admin_user_unblock", back="admin/users/{user_id}"
    ),
    action(
        "admin/users/{user_id}/sessions/end",
        "admin_users.end_sessions",
        like="admin_user_sessions_end",
        back="admin/users/{user_id}",
    ),
    action(
        "admin/users/{user_id}/mail/allow",
        "admin_users.allow_mail",
        like="admin_user_mail_allow",
        back="admin/users/{user_id}",
    ),
    page("admin/mails", "admin_mails.mails", like="admin_mails"),
    action("admin/mails/resend", "admin_mails.resend_failed", like="admin_mails_resend", back="admin/mails"),
    action("admin/mails/{mail_id}/resend", "admin_mails.resend", like="admin_mail_resend", back="admin/mails"),
    page("admin/categories", "admin_categories.categories", access=Access.ADMINISTRATOR),
    page("admin/categories/{category_id}", "admin_categories.category", access=Access.ADMINISTRATOR),
    action(
        "admin/categories/{category_id}/rename",
        "admin_categories.rename",
        like="admin_category_rename",
        back="admin/categories/{category_id}",
    ),
    action(
        "admin/categories/{category_id}/merge",
        "admin_categories.merge",
        like="admin_category_merge",
        back="admin/categories/{category_id}",
    ),
    page("admin/synonyms", "admin_synonyms.synonyms", like="admin_synonyms"),
    action("admin/synonyms", "admin_synonyms.add", like="admin_synonyms_replace", back="admin/synonyms"),
    page("admin/synonyms/{group_id}", "admin_synonyms.group", like="admin_synonyms"),
    action(
        "admin/synonyms/{group_id}",
        "admin_synonyms.change",
        like="admin_synonyms_replace",
        back="admin/synonyms/{group_id}",
    ),
    action(
        "admin/synonyms/{group_id}/remove",
        "admin_synonyms.remove",
        like="admin_synonyms_replace",
        back="admin/synonyms/{group_id}",
    ),
)
