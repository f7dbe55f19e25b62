"""The kinds of mail: one module a kind, named as the outbox stores it, found and imported when a mail of it is sent.

A module ``<kind>`` holds ``KIND``; its templates are ``templates/<kind>.txt`` and ``.html``, its subject the text
``<kind>.subject`` of ``locales/<language>/mail.json``. Nothing else lists the kinds.
"""

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Generic, TypeVar

from chalicelib.documents.views import OrderView
from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.models.orders import Order, Part
from chalicelib.texts import Language

PropsT = TypeVar("PropsT")


@dataclass(frozen=True, slots=True)
class Kind(Generic[PropsT]):
    """What one kind of mail needs.

    ``build(mail, user, language)`` looks up what the mail shows, from the ids in its ``about``; ``user`` is the
    account that receives it, None if administrators do. ``of_order(mail, user, language, order, parts)`` returns the
    same for a mail about a new order that the caller has read with its parts. ``subject(props, language)`` returns the
    parameters of the subject. ``documents(props)`` returns the order whose documents are attached; without it nothing
    is attached. ``is_due(mail, user)`` says whether there is still a reason to send it; without it there always is.
    """

    props: type[PropsT]
    build: Callable[[Mail, User | None, Language], PropsT]
    subject: Callable[[PropsT, Language], dict[str, object]]
    documents: Callable[[PropsT], OrderView] | None = None
    is_due: Callable[[Mail, User | None], bool] | None = None
    of_order: Callable[[Mail, User | None, Language, Order, list[Part]], PropsT] | None = None


def kind_of(name: str) -> Kind[Any]:
    """Return the kind stored under this name. Raises KeyError if no kind has it."""
    if name.startswith("_") or not name.isidentifier():
        raise KeyError(name)
    try:
        module = import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as failure:
        if failure.name != f"{__name__}.{name}":
            raise
        raise KeyError(name) from None
    found: Kind[Any] = module.KIND
    return found


def kinds() -> list[str]:
    """Return the names of all kinds, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def no_params(props: object, language: Language) -> dict[str, object]:
    """Return no parameters, for a subject that is the same in every mail of its kind."""
    return {}
