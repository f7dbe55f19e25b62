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
    page("orders/{order_id}/documents", "orders.documents", like="order_documents"),
    action("orders/{order_id}/cancel", "orders.cancel", like="order_cancel", back="orders/{order_id}"),
    action("orders/{order_id}/received", "orders.receive", like="order_received", back="orders/{order_id}"),
    action("orders/{order_id}/repeat", "orders.repeat", like="order_repeat", back="orders/{order_id}"),
)
