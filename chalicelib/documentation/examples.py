"""An example of each call: its request and its answer, all about one buyer, one shop and one order.

Tests hold every example against the schema it illustrates.
"""

from chalicelib.documentation import example_things as things
from chalicelib.documentation import pricelist_examples, search_examples
from chalicelib.json_types import Json, JsonObject
from chalicelib.pricelists.states import Status


def _page(*results: JsonObject) -> JsonObject:
    return {"results": [*results], "next": None}


def _numbered(entry: JsonObject) -> JsonObject:
    return {"count": 1, "next": None, "previous": None, "results": [entry]}


#: The fields of each call's body, by the name of its view; a file is not shown.
BODIES: dict[str, JsonObject] = {
    "user_register": {**things.PERSON, "email": things.EMAIL, "password": things.PASSWORD, "type": "buyer"},
    "user_register_confirm": {"email": things.EMAIL, "token": things.TOKEN},
    "user_register_resend": {"email": things.EMAIL},
    "user_password_reset": {"email": things.EMAIL},
    "user_password_reset_confirm": {"email": things.EMAIL, "token": things.TOKEN, "password": things.PASSWORD},
    "user_login": {"email": things.EMAIL, "password": things.PASSWORD},
    "user_email_confirm": {"token": things.TOKEN},
    "user_details_change": {"position": "Закупщик"},
    "user_contact_add": things.ADDRESS,
    "user_contact_change": {"id": things.CONTACT, "house": "9"},
    "user_contact_delete": {"items": [things.CONTACT]},
    "basket_add": {"items": [{"product_info": things.OFFER, "quantity": 2}]},
    "basket_change": {"items": [{"id": things.OFFER, "quantity": 3}]},
    "basket_remove": {"items": [things.OFFER]},
    "basket_bulk": {"items": [{"code": "4006381333931", "quantity": 2}]},
    "order_place": {"id": things.BUYER, "contact": things.CONTACT},
    "saved_list_create": {
        "name": "Каждый понедельник",
        "items": [things.NEW_ITEM],
        "order": things.ORDER,
        "basket": True,
    },
    "saved_list_change": {"name": "Каждый вторник", "items": [things.NEW_ITEM], "version": 1},
    "saved_list_set": {"items": [things.NEW_ITEM], "version": 1},
    "saved_list_remove": {"items": [things.OFFER]},
    "order_cancel": {"reason": "Передумали"},
    "order_received": {"shop": things.SHOP},
    "order_receipt": {"shop": things.SHOP, "items": [things.ARRIVED], "rest": True, "version": 0},
    "order_export_start": things.ASKED,
    "partner_update": {**things.ADDRESS_OF_LIST, "dry_run": True},
    "partner_update_url": things.ADDRESS_OF_LIST,
    "partner_delivery_change": things.DELIVERY,
    "partner_state_change": things.SWITCH,
    "partner_source_change": {**things.ADDRESS_OF_LIST, "every_hours": 6},
    **(pricelist_examples.BODIES | search_examples.BODIES),
    "partner_order_move": {"state": "confirmed"},
    "partner_order_rows": {"items": [things.LESS], "version": 1},
    "partner_orders_move": {"orders": [things.ORDER], "state": "confirmed"},
    "partner_export_start": {"kind": "goods", "format": "yaml"},
    "import_review_decide": {"token": things.TOKEN, "decision": "approve"},
    "admin_order_move": {"state": "confirmed", "shop": things.SHOP, "reason": "По телефону"},
    "admin_order_rows": {"shop": things.SHOP, "items": [things.LESS], "version": 1},
    "admin_export_start": {**things.ASKED, "shop": things.SHOP, "buyer": things.BUYER},
    "admin_user_block": {"reason": "Спам"},
    "admin_shop_state": things.SWITCH,
    "admin_shop_import": things.ADDRESS_OF_LIST,
    "admin_category_rename": {"name": "Телефоны"},
    "admin_category_merge": {"into": things.OTHER_CATEGORY},
}
#: The parameters of paths and queries, by their names.
PARAMETERS: JsonObject = {
    **{
        "offer_id": things.OFFER,
        "order_id": things.ORDER,
        "import_id": things.IMPORT,
        "user_id": things.BUYER,
        "shop_id": things.SHOP,
    },
    **{"mail_id": things.MAIL, "category_id": things.CATEGORY, "export_id": things.EXPORT},
    **{"list_id": things.LIST, "UsualQuery.sort": "frequent"},
    **{"shop": things.SHOP, "buyer": things.BUYER, "email": things.EMAIL, "number": 1001},
    **{"page": 1, "page_size": 40, "limit": 20, "state": "new", "status": "sent", "sort": "name", "q": "iphone"},
    "facets": "category,shop",
    **{"price_min": 100, "price_max": 2000.5, "in_stock": True, "from": things.FROM, "to": things.TO},
    **{"token": things.TOKEN, "language": "ru", "dry_run": True, "question": pricelist_examples.QUESTION},
    **{"type": "catalog", "mode": "import", "filename": "import.xml", "version": "2.10"},
    "param": {"param.Цвет": "золотистый"},
    # Of one call, where its value is another.
    **{"UsersQuery.type": "buyer", "UsersQuery.q": "ромашка", "ShopsQuery.q": "ромашка", "closed": True},
    **dict.fromkeys(("ImportsQuery.status", "ShopImportsQuery.status"), str(Status.NEEDS_REVIEW)),
}
#: What each call answers, by the name of its view; a page shows itself.
ANSWERS: dict[str, Json] = {
    "openapi_json": {
        "openapi": "3.1.0",
        "info": {},
        "servers": [],
        "tags": [],
        "x-tagGroups": [],
        "paths": {},
        "components": {},
    },
    **dict.fromkeys(("user_register", "user_register_confirm", "user_register_resend", "user_logout"), things.DONE),
    **dict.fromkeys(
        ("user_logout_all", "user_email_confirm", "user_details_change", "user_contact_change"), things.DONE
    ),
    **dict.fromkeys(
        ("partner_delivery_change", "partner_source_change", "partner_state_change", "admin_user_sessions_end"),
        things.DONE,
    ),
    "user_password_reset": {"status": "OK"},
    "user_password_reset_confirm": {"status": "OK"},
    "user_login": {"Status": True, "Token": things.TOKEN},
    "user_details": {
        "id": things.BUYER,
        **things.PERSON,
        "email": things.EMAIL,
        "type": "buyer",
        "contacts": [things.CONTACT_BODY],
    },
    "user_contacts": [things.CONTACT_BODY],
    "user_contact_add": {"Status": True, "id": things.CONTACT},
    **dict.fromkeys(("user_contact_delete", "basket_remove"), things.REMOVED),
    "shops": _numbered({**things.SHOP_HEAD, "state": True}),
    "categories": _numbered({"id": things.CATEGORY, "name": "Смартфоны"}),
    "products": [things.INFO],
    "product": {
        **{**things.INFO, "gtin": "00190198763457", "vat_rate": 20, "description": "", "images": []},
        "offers": [things.SHOP_OFFER],
    },
    "basket": [
        {
            **{
                "id": things.BUYER,
                "ordered_items": [things.BASKET_ROW],
                "state": "basket",
                "dt": things.PLACED,
                "total_sum": 2200,
            },
            **{
                "contact": None,
                "delivery": [things.BASKET_DELIVERY],
                "delivery_sum": 300,
                "total_with_delivery": 2500,
                "version": "3-a1b2c3",
            },
        }
    ],
    "basket_add": {"Status": True, "Создано объектов": 1},
    "basket_change": {"Status": True, "Обновлено объектов": 1},
    "basket_bulk": things.BULK,
    "saved_list_heads": [things.LIST_HEAD],
    "saved_list_create": {"Status": True, "id": things.LIST, "lines": 1, "version": 1},
    "saved_list": {**things.LIST_HEAD, "items": [things.GOOD_NOW]},
    "saved_list_change": things.LIST_CHANGED,
    "saved_list_set": things.LIST_CHANGED,
    "saved_list_delete": things.DONE,
    "saved_list_remove": things.REMOVED,
    "saved_list_to_basket": things.BULK,
    "order_usual": {"since": things.PLACED, "results": [things.USUAL_GOOD]},
    "orders": [things.ORDER_BODY],
    "order_place": {"Status": True, "id": things.ORDER, "number": 1001},
    "order_one": things.CARD,
    "order_cancel": {"Status": True, **things.CARD, "state": "canceled"},
    "order_received": {
        "Status": True,
        **things.CARD,
        "state": "delivered",
        "parts": [{**things.PART, "state": "delivered"}],
    },
    "order_receipt": {"Status": True, **things.CARD, "state": "sent", "parts": [things.RECEIVED_PART]},
    "order_repeat": {"Status": True, "added": 1, "results": [things.REPEATED]},
    **dict.fromkeys(
        ("partner_update", "partner_update_url", "partner_update_file", "admin_shop_import"), things.ACCEPTED
    ),
    **dict.fromkeys(("partner_import", "admin_import"), things.REPORT),
    **(pricelist_examples.ANSWERS | search_examples.ANSWERS),
    **dict.fromkeys(("partner_import_approve", "admin_import_approve"), things.APPROVED),
    **dict.fromkeys(("partner_import_reject", "admin_import_reject"), things.REJECTED),
    "partner_imports": [things.LINE],
    "partner_upload": {
        "Status": True,
        "url": "https://files.shop.example/",
        "fields": {"key": f"incoming/{things.SHOP}/list.yaml"},
        "key": f"incoming/{things.SHOP}/list.yaml",
    },
    "partner_delivery": {**things.DELIVERY, "min_order": 0},
    "partner_state": things.STATE,
    "partner_source": {
        **things.ADDRESS_OF_LIST,
        **{"every_hours": 6, "next_at": things.LATER, "failures": 0, "last_import": things.IMPORT},
    },
    "partner_orders": [things.SHOP_ORDER],
    "partner_order": {
        **things.SHOP_ORDER,
        "events": [things.EVENT],
        "documents": f"partner/orders/{things.ORDER}/documents",
    },
    "partner_order_move": {"Status": True, **things.SHOP_ORDER, "state": "confirmed"},
    "partner_order_rows": {"Status": True, **things.SHOP_ORDER, **things.LESS_PART, **things.LESS_ROWS},
    "partner_orders_move": {
        "Status": True,
        "moved": 1,
        "results": [{"order": things.ORDER, "result": "moved", "state": "confirmed"}],
    },
    **dict.fromkeys(("order_documents", "partner_order_documents", "admin_order_documents"), things.DOCUMENTS),
    **dict.fromkeys(("partner_export_start", "partner_export_goods"), things.EXPORT_ACCEPTED),
    **dict.fromkeys(("order_export_start", "admin_export_start"), things.EXPORT_ACCEPTED),
    **dict.fromkeys(("partner_exports", "order_exports", "admin_exports"), things.EXPORTS),
    **dict.fromkeys(("partner_export", "order_export", "admin_export"), things.EXPORT_CARD),
    "admin_orders": [things.ORDER_BODY],
    "admin_order": {
        **things.CARD,
        **{"buyer": things.BUYER, "mails": [things.MAIL_BODY], "documents": f"admin/orders/{things.ORDER}/documents"},
        "events": [{**things.EVENT, "actor_id": things.BUYER, "request_id": "6f1c2b8e", "source": "203.0.113.7"}],
    },
    "admin_order_move": {"Status": True, **things.ORDER_BODY, "state": "confirmed"},
    "admin_order_rows": {
        "Status": True,
        **things.ORDER_BODY,
        **things.LESS_ROWS,
        "total_sum": 1400,
        "parts": [things.LESS_PART],
    },
    "admin_users": _page(things.ACCOUNT),
    "admin_user": things.ACCOUNT_CARD,
    "admin_user_mail_allow": {"Status": True, **things.ACCOUNT_CARD},
    "admin_user_block": {"Status": True, **things.ACCOUNT, "blocked": True, "block_reason": "Спам"},
    "admin_user_unblock": {"Status": True, **things.ACCOUNT},
    "admin_shop": things.SHOP_CARD,
    "admin_shops": _page(
        {**things.STATE, "last_import": things.PLACED, "last_import_id": things.IMPORT, "owner": things.BUYER}
    ),
    **dict.fromkeys(("admin_imports", "admin_shop_imports"), _page(things.LINE)),
    "admin_shop_state": {"Status": True, **things.STATE, "state": False, "reason": "Переучёт"},
    "admin_mails": _page(things.MAIL_BODY),
    "admin_mail": things.MAIL_BODY,
    "admin_mail_resend": {"Status": True, "id": things.MAIL},
    "admin_mails_resend": {"Status": True, "resent": 12, "more": False},
    "admin_category_rename": {
        "Status": True,
        "id": things.CATEGORY,
        "name": "Телефоны",
        "offers": 12,
        "complete": True,
    },
    "admin_category_merge": {"Status": True, "id": things.OTHER_CATEGORY, "name": "Телефоны", "complete": False},
}
