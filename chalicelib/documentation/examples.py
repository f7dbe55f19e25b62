"""An example of each call: its request and its answer, all about one buyer, one shop and one order.

Tests hold every example against the schema it illustrates.
"""

from chalicelib.documentation import pricelist_examples, search_examples
from chalicelib.json_types import Json, JsonObject

_BUYER, _OFFER, _PRODUCT, _SHOP, _CONTACT, _ORDER, _IMPORT, _MAIL, _CATEGORY, _EXPORT = (
    *(5225978522886862, 1190368240219415, 7301144920385511, 2843097715506284, 1194148687007280),
    *(7430112233445566, pricelist_examples.IMPORT, 6120945537820117, 3350184426691270, 6655443322110099),
)
_OTHER_CATEGORY = 8127730944561023
_PLACED, _LATER, _IN_A_WEEK = "2026-11-23T10:15:00.000Z", "2026-11-23T12:00:00.000Z", "2026-11-30T12:00:00.000Z"
_DONE: JsonObject = {"Status": True}
_REMOVED: JsonObject = {**_DONE, "Удалено объектов": 1}
_TOKEN = "AAEX3O1V0NQ2J0O2M3A8ZK1YQ8TH0U5W9CQMJ7RVB1NS4XKDLGEH"  # noqa: S105 - made up
_EMAIL, _SHOP_NAME, _PHONE = "anna@buyer.example", "ООО Ромашка", "+7 900 000-00-00"
_PASSWORD = "correct horse 9"  # noqa: S105 - made up
_ADDRESS: JsonObject = {"city": "Тверь", "street": "Садовая", "house": "7", "phone": _PHONE}
_FULL_ADDRESS: JsonObject = {
    **_ADDRESS,
    **dict.fromkeys(("structure", "building", "apartment", "middle_name", "email"), ""),
    **{"last_name": "Круглова", "first_name": "Анна"},
}
_PERSON: JsonObject = {"first_name": "Анна", "last_name": "Круглова", "company": "", "position": ""}
_SHOP_HEAD: JsonObject = {"id": _SHOP, "name": _SHOP_NAME}
_DELIVERY: JsonObject = {"price": 300, "free_from": 5000}
_OFFERED: JsonObject = {
    "id": _OFFER,
    "model": "apple/iphone/xs-max",
    "product": {"id": _PRODUCT, "name": "Смартфон Apple iPhone XS Max", "category": "Смартфоны"},
    **{"shop": _SHOP, "quantity": 14, "price": 1100, "price_rrc": 1169.90},
    "product_parameters": [{"parameter": "Цвет", "value": "золотистый"}],
}
_INFO: JsonObject = {**_OFFERED, "unit": "шт", "min_quantity": 1, "step_quantity": 1, "max_quantity": None}
_ROW: JsonObject = {
    **{"id": _OFFER, "product_info": _OFFERED, "quantity": 2, "ordered": 2, "reason": None},
    **{"unit": "шт", "vat_rate": 22, "part": "1001-1"},
}
_SHOP_OFFER: JsonObject = {
    **{"id": _OFFER, "shop": _SHOP_HEAD, "name": "Смартфон Apple iPhone XS Max", "model": "apple/iphone/xs-max"},
    **{"price": 1100, "price_rrc": 1169.90, "quantity": 14, "unit": "шт", "same_unit": True},
    **{"min_quantity": 1, "step_quantity": 1, "max_quantity": None, "delivery": _DELIVERY},
}
_BASKET_ROW: JsonObject = {
    **{"id": _OFFER, "product_info": _INFO, "quantity": 2},
    **{"price": 1100, "stock": 14, "possible": 14},
}
_BASKET_DELIVERY: JsonObject = {
    **{"shop": _SHOP_HEAD, "goods_sum": 2200, "price": 300, "free_from": 5000, "missing_to_free": 2800},
    **{"min_order": 0, "missing_to_min_order": 0},
}
_LESS: JsonObject = {"id": _OFFER, "quantity": 1, "reason": "Остался один"}
_PART: JsonObject = {
    **{"number": "1001-1", "order_number": 1001, "version": 1, "shop": _SHOP_HEAD, "state": "new"},
    **{"goods_sum": 2200, "vat": [{"rate": 22, "sum": 2200, "vat": 396.72}], "delivery": 300, "total_sum": 2500},
}
_LESS_ROWS: JsonObject = {"ordered_items": [{**_ROW, "quantity": 1, "reason": "Остался один"}]}
_LESS_PART: JsonObject = {
    **{**_PART, "version": 2, "goods_sum": 1100, "vat": [{"rate": 22, "sum": 1100, "vat": 198.36}], "total_sum": 1400},
}
_CONTACT_BODY: JsonObject = {"id": _CONTACT, **_FULL_ADDRESS}
_SHOP_CONTACT: JsonObject = {
    **{name: one for name, one in _CONTACT_BODY.items() if name != "email"},
    "company": "Вега",
}
_ORDER_BODY: JsonObject = {
    **{"id": _ORDER, "number": 1001, "ordered_items": [_ROW], "state": "new", "partially": False, "dt": _PLACED},
    **{"total_sum": 2500, "ordered_sum": 2500, "contact": _CONTACT_BODY, "parts": [_PART]},
}
_EVENT: JsonObject = {"at": _PLACED, "kind": "placed", "actor": "buyer", "reason": None, "changes": [], "rows": []}
_CARD: JsonObject = {**_ORDER_BODY, "events": [_EVENT], "documents": f"order/{_ORDER}/documents"}
_SHOP_ORDER: JsonObject = {
    **{"id": _ORDER, **_PART, "ordered_items": [_ROW], "dt": _PLACED, "contact": _SHOP_CONTACT},
}
_ACCOUNT: JsonObject = {
    **{"id": _BUYER, "email": _EMAIL, "type": "buyer", **_PERSON, "shop": None},
    **{"confirmed": True, "blocked": False, "block_reason": None, "created_at": _PLACED},
}
_ACCOUNT_CARD: JsonObject = {**_ACCOUNT, "mail_quiet": None}
_STATE: JsonObject = {**_SHOP_HEAD, "state": True, "reason": None, "until": None, "by_administrator": False}
_SHOP_CARD: JsonObject = {
    **_STATE,
    "last_import": _PLACED,
    "last_import_id": _IMPORT,
    "owner": {**_ACCOUNT, "type": "shop", "shop": _SHOP},
}
_LINE: JsonObject = {
    **{"id": _IMPORT, "shop": _SHOP, "door": "api", "file_name": "list.yaml", "status": "done"},
    **{"dry_run": False, "review_until": None},
    **{"format": {"kind": "yaml", "gzipped": False, "encoding": "utf-8", "zipped": False}, "mode": "replace"},
    **{
        "created_at": _PLACED,
        "finished_at": _LATER,
        "counts": {"read": 1, "ok": 1, "errors": 0, "warnings": 0, "created": 1, "written": 1},
    },
}
_REPORT: JsonObject = {
    **{**_LINE, "dry_run": False, "review_until": None, "review_by": None, "question": None},
    **{"errors": [], "files": {}},
    **pricelist_examples.SHOWN,
}
_MAIL_BODY: JsonObject = {
    **{"id": _MAIL, "kind": "order_placed", "recipient": f"user:{_BUYER}", "sent_to": [_EMAIL]},
    **{"about": {"order_id": _ORDER}, "status": "sent", "attempts": 1, "error": None, "message_id": "m-1"},
    **{"created_at": _PLACED, "sent_at": _LATER, "resend_of": None, "feedback": []},
}
_EXPORT_LINE: JsonObject = {
    **{"id": _EXPORT, "kind": "orders", "format": "xlsx", "filters": {"state": "new"}, "status": "done"},
    **{"counts": {"total": 1, "read": 1, "written": 1}, "created_at": _PLACED, "finished_at": _LATER},
    **{"file_name": "orders-2026-11-23-1315.xlsx", "size": 6210, "kept_until": _IN_A_WEEK},
}
_EXPORTS = [_EXPORT_LINE]
_EXPORT_CARD: JsonObject = {**_EXPORT_LINE, "url": "https://files.shop.example/orders.xlsx", "error": None}
_DOCUMENT: JsonObject = {
    **{"name": "waybill-1001-1.pdf", "version": 1, "current": True, "size": 41380, "made_at": _PLACED},
    "url": "https://files.shop.example/waybill-1001-1.pdf",
}
_DOCUMENTS: JsonObject = {"order": _ORDER, "expires_in": 900, "documents": [_DOCUMENT]}
_ACCEPTED: JsonObject = {"Status": True, "import_id": _IMPORT}
_APPROVED: JsonObject = {**_ACCEPTED, "status": "queued", "import_status": "queued"}
_REJECTED: JsonObject = {**_ACCEPTED, "status": "rejected", "import_status": "rejected"}
_EXPORT_ACCEPTED: JsonObject = {"Status": True, "export_id": _EXPORT}
_FROM, _TO = "2026-11-01T00:00:00Z", "2026-11-30T21:00:00Z"
_ASKED: JsonObject = {"format": "xlsx", "state": "new", "from": _FROM, "to": _TO}
_ADDED: JsonObject = {"result": "added", "id": _OFFER, "quantity": 2}
_BULK: JsonObject = {"Status": True, "added": 1, "results": [{"position": 0, **_ADDED}]}
_SOLD: JsonObject = {
    **{"name": "Смартфон Apple iPhone XS Max", "model": "apple/iphone/xs-max", "unit": "шт"},
    **{"min_quantity": 1, "step_quantity": 1, "max_quantity": None},
}
_REPEATED: JsonObject = {
    **{**_ADDED, "name": "Смартфон Apple iPhone XS Max", "ordered": 2, "was": 1100, "now": 1100},
    **{"sold_was": _SOLD, "sold_now": {**_SOLD, "step_quantity": 2}, "changed": ["step_quantity"]},
}
_ADDRESS_OF_LIST: JsonObject = {"url": "https://shop.example/list.yaml"}
_SWITCH: JsonObject = {"state": False, "reason": "Переучёт"}


def _page(*results: JsonObject) -> JsonObject:
    return {"results": [*results], "next": None}


def _numbered(entry: JsonObject) -> JsonObject:
    return {"count": 1, "next": None, "previous": None, "results": [entry]}


#: The fields of each call's body, by the name of its view; a file is not shown.
BODIES: dict[str, JsonObject] = {
    "user_register": {**_PERSON, "email": _EMAIL, "password": _PASSWORD, "type": "buyer"},
    "user_register_confirm": {"email": _EMAIL, "token": _TOKEN},
    "user_register_resend": {"email": _EMAIL},
    "user_password_reset": {"email": _EMAIL},
    "user_password_reset_confirm": {"email": _EMAIL, "token": _TOKEN, "password": _PASSWORD},
    "user_login": {"email": _EMAIL, "password": _PASSWORD},
    "user_email_confirm": {"token": _TOKEN},
    "user_details_change": {"position": "Закупщик"},
    "user_contact_add": _ADDRESS,
    "user_contact_change": {"id": _CONTACT, "house": "9"},
    "user_contact_delete": {"items": [_CONTACT]},
    "basket_add": {"items": [{"product_info": _OFFER, "quantity": 2}]},
    "basket_change": {"items": [{"id": _OFFER, "quantity": 3}]},
    "basket_remove": {"items": [_OFFER]},
    "basket_bulk": {"items": [{"code": "4006381333931", "quantity": 2}]},
    "order_place": {"id": _BUYER, "contact": _CONTACT},
    "order_cancel": {"reason": "Передумали"},
    "order_received": {"shop": _SHOP},
    "order_export_start": _ASKED,
    "partner_update": {**_ADDRESS_OF_LIST, "dry_run": True},
    "partner_update_url": _ADDRESS_OF_LIST,
    "partner_delivery_change": _DELIVERY,
    "partner_state_change": _SWITCH,
    "partner_source_change": {**_ADDRESS_OF_LIST, "every_hours": 6},
    **(pricelist_examples.BODIES | search_examples.BODIES),
    "partner_order_move": {"state": "confirmed"},
    "partner_order_rows": {"items": [_LESS], "version": 1},
    "partner_export_start": {"kind": "goods", "format": "yaml"},
    "import_review_decide": {"token": _TOKEN, "decision": "approve"},
    "admin_order_move": {"state": "confirmed", "shop": _SHOP, "reason": "По телефону"},
    "admin_order_rows": {"shop": _SHOP, "items": [_LESS], "version": 1},
    "admin_export_start": {**_ASKED, "shop": _SHOP, "buyer": _BUYER},
    "admin_user_block": {"reason": "Спам"},
    "admin_shop_state": _SWITCH,
    "admin_shop_import": _ADDRESS_OF_LIST,
    "admin_category_rename": {"name": "Телефоны"},
    "admin_category_merge": {"into": _OTHER_CATEGORY},
}
#: The parameters of paths and queries, by their names.
PARAMETERS: JsonObject = {
    **{"offer_id": _OFFER, "order_id": _ORDER, "import_id": _IMPORT, "user_id": _BUYER, "shop_id": _SHOP},
    **{"mail_id": _MAIL, "category_id": _CATEGORY, "export_id": _EXPORT},
    **{"shop": _SHOP, "buyer": _BUYER, "email": _EMAIL},
    **{"page": 1, "page_size": 40, "limit": 20, "state": "new", "status": "sent", "sort": "name", "q": "iphone"},
    "facets": "category,shop",
    **{"price_min": 100, "price_max": 2000.5, "in_stock": True, "from": _FROM, "to": _TO},
    **{"token": _TOKEN, "language": "ru", "dry_run": True, "question": pricelist_examples.QUESTION},
    **{"type": "catalog", "mode": "import", "filename": "import.xml", "version": "2.10"},
    "param": {"param.Цвет": "золотистый"},
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
    **dict.fromkeys(("user_register", "user_register_confirm", "user_register_resend", "user_logout"), _DONE),
    **dict.fromkeys(("user_logout_all", "user_email_confirm", "user_details_change", "user_contact_change"), _DONE),
    **dict.fromkeys(
        ("partner_delivery_change", "partner_source_change", "partner_state_change", "admin_user_sessions_end"), _DONE
    ),
    "user_password_reset": {"status": "OK"},
    "user_password_reset_confirm": {"status": "OK"},
    "user_login": {"Status": True, "Token": _TOKEN},
    "user_details": {"id": _BUYER, **_PERSON, "email": _EMAIL, "type": "buyer", "contacts": [_CONTACT_BODY]},
    "user_contacts": [_CONTACT_BODY],
    "user_contact_add": {"Status": True, "id": _CONTACT},
    **dict.fromkeys(("user_contact_delete", "basket_remove"), _REMOVED),
    "shops": _numbered({**_SHOP_HEAD, "state": True}),
    "categories": _numbered({"id": _CATEGORY, "name": "Смартфоны"}),
    "products": [_INFO],
    "product": {
        **{**_INFO, "gtin": "00190198763457", "vat_rate": 20, "description": "", "images": []},
        "offers": [_SHOP_OFFER],
    },
    "basket": [
        {
            **{"id": _BUYER, "ordered_items": [_BASKET_ROW], "state": "basket", "dt": _PLACED, "total_sum": 2200},
            **{
                "contact": None,
                "delivery": [_BASKET_DELIVERY],
                "delivery_sum": 300,
                "total_with_delivery": 2500,
                "version": "3-a1b2c3",
            },
        }
    ],
    "basket_add": {"Status": True, "Создано объектов": 1},
    "basket_change": {"Status": True, "Обновлено объектов": 1},
    "basket_bulk": _BULK,
    "orders": [_ORDER_BODY],
    "order_place": {"Status": True, "id": _ORDER, "number": 1001},
    "order_one": _CARD,
    "order_cancel": {"Status": True, **_CARD, "state": "canceled"},
    "order_received": {"Status": True, **_CARD, "state": "delivered", "parts": [{**_PART, "state": "delivered"}]},
    "order_repeat": {"Status": True, "added": 1, "results": [_REPEATED]},
    **dict.fromkeys(("partner_update", "partner_update_url", "partner_update_file", "admin_shop_import"), _ACCEPTED),
    **dict.fromkeys(("partner_import", "admin_import"), _REPORT),
    **(pricelist_examples.ANSWERS | search_examples.ANSWERS),
    **dict.fromkeys(("partner_import_approve", "admin_import_approve"), _APPROVED),
    **dict.fromkeys(("partner_import_reject", "admin_import_reject"), _REJECTED),
    "partner_imports": [_LINE],
    "partner_upload": {
        "Status": True,
        "url": "https://files.shop.example/",
        "fields": {"key": f"incoming/{_SHOP}/list.yaml"},
        "key": f"incoming/{_SHOP}/list.yaml",
    },
    "partner_delivery": {**_DELIVERY, "min_order": 0},
    "partner_state": _STATE,
    "partner_source": {
        **_ADDRESS_OF_LIST,
        **{"every_hours": 6, "next_at": _LATER, "failures": 0, "last_import": _IMPORT},
    },
    "partner_orders": [_SHOP_ORDER],
    "partner_order": {**_SHOP_ORDER, "events": [_EVENT], "documents": f"partner/orders/{_ORDER}/documents"},
    "partner_order_move": {"Status": True, **_SHOP_ORDER, "state": "confirmed"},
    "partner_order_rows": {"Status": True, **_SHOP_ORDER, **_LESS_PART, **_LESS_ROWS},
    **dict.fromkeys(("order_documents", "partner_order_documents", "admin_order_documents"), _DOCUMENTS),
    **dict.fromkeys(("partner_export_start", "partner_export_goods"), _EXPORT_ACCEPTED),
    **dict.fromkeys(("order_export_start", "admin_export_start"), _EXPORT_ACCEPTED),
    **dict.fromkeys(("partner_exports", "order_exports", "admin_exports"), _EXPORTS),
    **dict.fromkeys(("partner_export", "order_export", "admin_export"), _EXPORT_CARD),
    "admin_orders": [_ORDER_BODY],
    "admin_order": {
        **_CARD,
        **{"buyer": _BUYER, "mails": [_MAIL_BODY], "documents": f"admin/orders/{_ORDER}/documents"},
        "events": [{**_EVENT, "actor_id": _BUYER, "request_id": "6f1c2b8e", "source": "203.0.113.7"}],
    },
    "admin_order_move": {"Status": True, **_ORDER_BODY, "state": "confirmed"},
    "admin_order_rows": {"Status": True, **_ORDER_BODY, **_LESS_ROWS, "total_sum": 1400, "parts": [_LESS_PART]},
    "admin_users": _page(_ACCOUNT),
    "admin_user": _ACCOUNT_CARD,
    "admin_user_mail_allow": {"Status": True, **_ACCOUNT_CARD},
    "admin_user_block": {"Status": True, **_ACCOUNT, "blocked": True, "block_reason": "Спам"},
    "admin_user_unblock": {"Status": True, **_ACCOUNT},
    "admin_shop": _SHOP_CARD,
    "admin_shop_state": {"Status": True, **_STATE, "state": False, "reason": "Переучёт"},
    "admin_mails": _page(_MAIL_BODY),
    "admin_mail": _MAIL_BODY,
    "admin_mail_resend": {"Status": True, "id": _MAIL},
    "admin_mails_resend": {"Status": True, "resent": 12, "more": False},
    "admin_category_rename": {"Status": True, "id": _CATEGORY, "name": "Телефоны", "offers": 12, "complete": True},
    "admin_category_merge": {"Status": True, "id": _OTHER_CATEGORY, "name": "Телефоны", "complete": False},
}
