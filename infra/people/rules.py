"""What becomes of each item when a person is forgotten. Pure: an item and a person in, a change out.

An item that has been changed needs no further change, so a pass that was killed can be repeated from the beginning.
docs/data.md lists what stays and why.
"""

import json
from typing import TYPE_CHECKING

from infra.people.person import Person, kind_of, text_of
from infra.table_pass import Change, Rule

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from infra.table_pass import Wire

#: Texts of a mail in which an address may stand.
_TEXTS = ("recipient", "about", "sent_to", "error", "feedback")
#: All that a contact says goes but its id and the company, which the papers of the order name.
_KEPT_OF_CONTACT = frozenset({"company"})


def forgetting(table: str, person: Person) -> Rule:
    """Return the rule for the items of accounts, orders or jobs, except the account itself."""
    rules = {"accounts": _account, "orders": _order, "jobs": _job}
    return lambda item: rules[table](item, person)


def closing(person: Person) -> Change:
    """Return the last change: the account keeps its id, role and shop, and nothing that says whose it was."""
    blank = ["first_name", "last_name", "position", *(["company"] if person.role == "buyer" else [])]
    return Change(
        "account",
        set={
            **{name: {"S": ""} for name in blank},
            "email": {"S": person.pseudonym},
            "email_key": {"S": person.pseudonym},
            # No password has this hash.
            "password_hash": {"S": "-"},
            "contacts": {"N": "0"},
        },
        remove=(
            *("pending_email", "pending_until", "pending_epoch", "block_reason"),
            *(("company_key",) if person.role == "buyer" else ()),
        ),
        seen=("blocked",),
    )


def shutting(user: "Wire") -> Change:
    """Return the first change: nobody can log in to the account, nor use a token that was mailed."""
    made: dict[str, AttributeValueTypeDef] = {"blocked": {"BOOL": True}}
    for name in ("epoch", "token_epoch"):
        made[name] = {"N": str(int(user.get(name, {}).get("N", "0")) + 1)}
    return Change("account", set=made)


def _account(item: "Wire", person: Person) -> Change | None:
    first, second = kind_of(item)
    own = bool(person.user_id) and item["pk"]["S"] == person.partition
    if own and second in ("CONTACT", "SESSION", "TOKEN"):
        return _deleted({"CONTACT": "contacts", "SESSION": "sessions", "TOKEN": "mailed tokens"}[second])
    if first == "ADMINISTRATORS" and bool(person.user_id) and item["sk"]["S"] == person.partition:
        return _deleted("entry among administrators")
    if first == "LINK" and (person.is_account(item, "user_id") or person.is_in(text_of(item, "email"))):
        return _deleted("links in mails")
    if first == "THROTTLE" and person.is_in(item["pk"]["S"]):
        return _deleted("counts of attempts")
    return None


def _order(item: "Wire", person: Person) -> Change | None:
    kind = kind_of(item)[1]
    if kind == "EVENT":
        return _event(item, person)
    if int(item["pk"]["S"].partition("#")[2]) not in person.order_ids or kind not in ("ORDER", "PART"):
        return None
    contact = json.loads(item["contact"]["S"])
    blank = {
        name: "" if isinstance(value, str) and name not in _KEPT_OF_CONTACT else value
        for name, value in contact.items()
    }
    changes: dict[str, AttributeValueTypeDef] = {}
    if blank != contact:
        changes["contact"] = _json(blank)
    if text_of(item, "buyer_name"):
        changes["buyer_name"] = {"S": ""}
    received = json.loads(text_of(item, "received") or "{}")
    if any(reason for _, reason in received.values()):
        # What arrived stays; the buyer's words about it go.
        changes["received"] = _json({row: [quantity, ""] for row, (quantity, _) in received.items()})
    return Change("orders and parts", set=changes) if changes else None


def _event(item: "Wire", person: Person) -> Change | None:
    """Who did it stays as an id; the network address goes, and so do the words, which may name somebody."""
    if not person.is_account(item, "actor_id"):
        return None
    rows = json.loads(text_of(item, "rows") or "[]")
    told = any(row["reason"] for row in rows)
    if not (text_of(item, "source") or "reason" in item or told):
        return None
    made: dict[str, AttributeValueTypeDef] = {"source": {"S": ""}}
    if told:
        made["rows"] = _json([{**row, "reason": ""} for row in rows])
    return Change("events of orders", set=made, remove=("reason",) if "reason" in item else ())


def _job(item: "Wire", person: Person) -> Change | None:
    first, second = kind_of(item)
    if (first, second) == ("MAIL", "MAIL"):
        return _mail(item, person)
    if first == "QUIET" and item["pk"]["S"].partition("#")[2] == person.email:
        return _deleted("silenced address")
    own = bool(person.user_id) and text_of(item, "owner") == f"user:{person.user_id}"
    if own and (first, second) == ("EXPORT", "EXPORT"):
        return _deleted("exports")
    return None


def _mail(item: "Wire", person: Person) -> Change | None:
    own = text_of(item, "recipient") in person.mailed_as or person.is_in(text_of(item, "about"))
    texts = {name: item[name]["S"] for name in _TEXTS if name in item}
    changed = {name: person.without(text) for name, text in texts.items()}
    about = json.loads(changed.get("about", "{}"))
    of_order = about.get("order_id") in person.order_ids and about.get("by") == "buyer"
    if about.get("reason") and (of_order or (bool(person.user_id) and about.get("user_id") == person.user_id)):
        # What the person wrote to suppliers, or an administrator about the person.
        about["reason"] = None
        changed["about"] = _json(about)["S"]
    if own:
        changed |= _as_recipient(changed, person)
    made: dict[str, AttributeValueTypeDef] = {
        name: {"S": text} for name, text in changed.items() if text != texts[name]
    }
    return Change("mails" if own else "mails to others", set=made) if made else None


def _as_recipient(texts: dict[str, str], person: Person) -> dict[str, str]:
    """Return the addresses of a mail to the person without those that the account had before."""
    changed = {}
    if json.loads(texts.get("sent_to", "null")):
        changed["sent_to"] = _json([person.pseudonym])["S"]
    if feedback := json.loads(texts.get("feedback", "null")):
        blank = {"addresses": [person.pseudonym], "reason": ""}
        changed["feedback"] = _json({key: {**notice, **blank} for key, notice in feedback.items()})["S"]
        changed |= {"error": ""} if "error" in texts else {}
    about = json.loads(texts.get("about", "{}"))
    stale = {name: person.pseudonym for name in ("to", "email") if name in about}
    return changed | ({"about": _json({**about, **stale})["S"]} if stale else {})


def _deleted(why: str) -> Change:
    return Change(why, delete=True)


def _json(value: object) -> "AttributeValueTypeDef":
    # As JSONText of chalicelib writes it.
    return {"S": json.dumps(value, ensure_ascii=False, separators=(",", ":"))}
