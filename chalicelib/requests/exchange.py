"""Requests of 1C's exchange with a site."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.requests.base import Schema, Text, lowered

_Word = Annotated[Text, BeforeValidator(lowered), Field(max_length=50)]


class ExchangeQuery(Schema):
    """What 1C says in the address: ``sessid`` and others of its parameters mean nothing here."""

    type: _Word = "catalog"
    mode: _Word = ""
    filename: Annotated[Text, Field(max_length=500)] = ""
    version: Annotated[Text, Field(max_length=20)] = ""
