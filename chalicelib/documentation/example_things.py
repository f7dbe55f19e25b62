"""What the examples of calls are about: one buyer, one shop and one order."""

from chalicelib.documentation import pricelist_examples
from chalicelib.json_types import JsonObject

BUYER, OFFER, PRODUCT, SHOP, CONTACT, ORDER, IMPORT, MAIL, CATEGORY, EXPORT = (
    *(5225978522886862, 1190368240219415, 7301144920385511, 2843097715506284, 1194148687007280),
    *(7430112233445566, pricelist_examples.IMPORT, 6120945537820117, 3350184426691270, 6655443322110099),
)
OTHER_CATEGORY = 8127730944561023
PLACED, LATER, IN_A_WEEK = "2026-11-23T10:15:00.000Z", "2026-11-23T12:00:00.000Z", "2026-11-30T12:00:00.000Z"
DONE: JsonObject = {"Status": True}
REMOVED: JsonObject = {**DONE, "Удалено объектов": 1}
TOKEN = "AAEX3O1V0NQ2J0O2M3A8ZK1YQ8TH0U5W9CQMJ7RVB1NS4XKDLGEH"  # noqa: S105 - made up
EMAIL, SHOP_NAME, PHONE = "anna@buyer.example", "ООО Ромашка", "+7 900 000-00-00"
PASSWORD = "correct horse 9"  # noqa: S105 - made up
ADDRESS: JsonObject = {"city": "Тверь", "street": "Садовая", "house": "7", "phone": PHONE}
FULL_ADDRESS: JsonObject = {
    **ADDRESS,
    **dict.fromkeys(("structure", "building", "apartment", "middle_name", "email"), ""),
    **{"last_name": "Круглова", "first_name": "Анна"},
}
PERSON: JsonObject = {"first_name": "Анна", "last_name": "Круглова", "company": "", "position": ""}
SHOP_HEAD: JsonObject = {"id": SHOP, "name": SHOP_NAME}
DELIVERY: JsonObject = {"price": 300, "free_from": 5000}
OFFERED: JsonObject = {
    "id": OFFER,
    "model": "apple/iphone/xs-max",
    "product": {"id": PRODUCT, "name": "Смартфон Apple iPhone XS Max", "category": "Смартфоны"},
    **{"shop": SHOP, "quantity": 14, "price": 1100, "price_rrc": 1169.90},
    "product_parameters": [{"parameter": "Цвет", "value": "золотистый"}],
}
INFO: JsonObject = {**OFFERED, "unit": "шт", "min_quantity": 1, "step_quantity": 1, "max_quantity": None}
ROW: JsonObject = {
    **{"id": OFFER, "product_info": OFFERED, "quantity": 2, "ordered": 2, "reason": None},
    **{"unit": "шт", "vat_rate": 22, "part": "1001-1"},
}
SHOP_OFFER: JsonObject = {
    **{"id": OFFER, "shop": SHOP_HEAD, "name": "Смартфон Apple iPhone XS Max", "model": "apple/iphone/xs-max"},
    **{"price": 1100, "price_rrc": 1169.90, "quantity": 14, "unit": "шт", "same_unit": True},
    **{"min_quantity": 1, "step_quantity": 1, "max_quantity": None, "delivery": DELIVERY},
}
BASKET_ROW: JsonObject = {
    **{"id": OFFER, "product_info": INFO, "quantity": 2},
    **{"price": 1100, "stock": 14, "possible": 14},
}
BASKET_DELIVERY: JsonObject = {
    **{"shop": SHOP_HEAD, "goods_sum": 2200, "price": 300, "free_from": 5000, "missing_to_free": 2800},
    **{"min_order": 0, "missing_to_min_order": 0},
}
LESS: JsonObject = {"id": OFFER, "quantity": 1, "reason": "Остался один"}
PART: JsonObject = {
    **{"number": "1001-1", "order_number": 1001, "version": 1, "shop": SHOP_HEAD, "state": "new"},
    **{"goods_sum": 2200, "vat": [{"rate": 22, "sum": 2200, "vat": 396.72}], "delivery": 300, "total_sum": 2500},
    "receipt": None,
}
LESS_ROWS: JsonObject = {"ordered_items": [{**ROW, "quantity": 1, "reason": "Остался один"}]}
LESS_PART: JsonObject = {
    **{**PART, "version": 2, "goods_sum": 1100, "vat": [{"rate": 22, "sum": 1100, "vat": 198.36}], "total_sum": 1400},
}
CONTACT_BODY: JsonObject = {"id": CONTACT, **FULL_ADDRESS}
SHOP_CONTACT: JsonObject = {
    **{name: one for name, one in CONTACT_BODY.items() if name != "email"},
    "company": "Вега",
}
ORDER_BODY: JsonObject = {
    **{"id": ORDER, "number": 1001, "ordered_items": [ROW], "state": "new", "partially": False, "dt": PLACED},
    **{"total_sum": 2500, "ordered_sum": 2500, "contact": CONTACT_BODY, "parts": [PART]},
}
EVENT: JsonObject = {"at": PLACED, "kind": "placed", "actor": "buyer", "reason": None, "changes": [], "rows": []}
CARD: JsonObject = {**ORDER_BODY, "events": [EVENT], "documents": f"order/{ORDER}/documents"}
SHOP_ORDER: JsonObject = {
    **{"id": ORDER, **PART, "ordered_items": [ROW], "dt": PLACED, "contact": SHOP_CONTACT},
}
ACCOUNT: JsonObject = {
    **{"id": BUYER, "email": EMAIL, "type": "buyer", **PERSON, "shop": None},
    **{"confirmed": True, "blocked": False, "block_reason": None, "created_at": PLACED},
}
ACCOUNT_CARD: JsonObject = {**ACCOUNT, "mail_quiet": None}
STATE: JsonObject = {**SHOP_HEAD, "state": True, "reason": None, "until": None, "by_administrator": False}
SHOP_CARD: JsonObject = {
    **STATE,
    "last_import": PLACED,
    "last_import_id": IMPORT,
    "owner": {**ACCOUNT, "type": "shop", "shop": SHOP},
}
LINE: JsonObject = {
    **{"id": IMPORT, "shop": SHOP, "door": "api", "file_name": "list.yaml", "status": "done"},
    **{"dry_run": False, "review_until": None},
    **{"format": {"kind": "yaml", "gzipped": False, "encoding": "utf-8", "zipped": False}, "mode": "replace"},
    **{
        "created_at": PLACED,
        "finished_at": LATER,
        "counts": {"read": 1, "ok": 1, "errors": 0, "warnings": 0, "created": 1, "written": 1},
    },
}
REPORT: JsonObject = {
    **{**LINE, "dry_run": False, "review_until": None, "review_by": None, "question": None},
    **{"errors": [], "files": {}},
    **pricelist_examples.SHOWN,
}
MAIL_BODY: JsonObject = {
    **{"id": MAIL, "kind": "order_placed", "recipient": f"user:{BUYER}", "sent_to": [EMAIL]},
    **{"about": {"order_id": ORDER}, "status": "sent", "attempts": 1, "error": None, "message_id": "m-1"},
    **{"created_at": PLACED, "sent_at": LATER, "resend_of": None, "feedback": []},
}
EXPORT_LINE: JsonObject = {
    **{"id": EXPORT, "kind": "orders", "format": "xlsx", "filters": {"state": "new"}, "status": "done"},
    **{"counts": {"total": 1, "read": 1, "written": 1}, "created_at": PLACED, "finished_at": LATER},
    **{"file_name": "orders-2026-11-23-1315.xlsx", "size": 6210, "kept_until": IN_A_WEEK},
}
EXPORTS = [EXPORT_LINE]
EXPORT_CARD: JsonObject = {**EXPORT_LINE, "url": "https://files.shop.example/orders.xlsx", "error": None}
DOCUMENT: JsonObject = {
    **{"name": "waybill-1001-1.pdf", "version": 1, "current": True, "size": 41380, "made_at": PLACED},
    "url": "https://files.shop.example/waybill-1001-1.pdf",
}
DOCUMENTS: JsonObject = {"order": ORDER, "expires_in": 900, "documents": [DOCUMENT]}
ACCEPTED: JsonObject = {"Status": True, "import_id": IMPORT}
APPROVED: JsonObject = {**ACCEPTED, "status": "queued", "import_status": "queued"}
REJECTED: JsonObject = {**ACCEPTED, "status": "rejected", "import_status": "rejected"}
EXPORT_ACCEPTED: JsonObject = {"Status": True, "export_id": EXPORT}
FROM, TO = "2026-11-01T00:00:00Z", "2026-11-30T21:00:00Z"
ASKED: JsonObject = {"format": "xlsx", "state": "new", "from": FROM, "to": TO}
ADDED: JsonObject = {"result": "added", "id": OFFER, "quantity": 2}
BULK: JsonObject = {"Status": True, "added": 1, "results": [{"position": 0, **ADDED}]}
SOLD: JsonObject = {
    **{"name": "Смартфон Apple iPhone XS Max", "model": "apple/iphone/xs-max", "unit": "шт"},
    **{"min_quantity": 1, "step_quantity": 1, "max_quantity": None},
}
REPEATED: JsonObject = {
    **{**ADDED, "name": "Смартфон Apple iPhone XS Max", "ordered": 2, "was": 1100, "now": 1100},
    **{"sold_was": SOLD, "sold_now": {**SOLD, "step_quantity": 2}, "changed": ["step_quantity"]},
}
ADDRESS_OF_LIST: JsonObject = {"url": "https://shop.example/list.yaml"}
SWITCH: JsonObject = {"state": False, "reason": "Переучёт"}
ARRIVED: JsonObject = {"id": OFFER, "quantity": 1, "reason": "Коробка вскрыта"}
RECEIVED_PART: JsonObject = {
    **{**PART, "state": "sent"},
    "receipt": {"version": 1, "at": LATER, "complete": True, "lacking": 1},
}
LIST = 7741208863352190
NEW_ITEM: JsonObject = {"product_info": OFFER, "quantity": 2}
LIST_HEAD: JsonObject = {
    **{"id": LIST, "name": "Каждый понедельник", "lines": 1, "version": 1},
    **{"created_at": PLACED, "changed_at": PLACED},
}
GOOD_NOW: JsonObject = {
    **{"id": OFFER, "quantity": 2, "possible": 14, "problem": None},
    "now": {**SOLD, "shop": SHOP_HEAD, "price": 1100, "stock": 14},
}
USUAL_GOOD: JsonObject = {
    **{**GOOD_NOW, "name": "Смартфон Apple iPhone XS Max", "last_price": 1100, "last_at": PLACED, "times": 3},
}
LIST_CHANGED: JsonObject = {"Status": True, **LIST_HEAD, "version": 2}
