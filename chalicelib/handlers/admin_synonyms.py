"""Calls of administrators about synonyms."""

from chalicelib.administration.synonyms import kept_synonyms, replace_synonyms
from chalicelib.answers.synonyms import KeptSynonyms, synonyms_body
from chalicelib.handlers.acting import acting_admin
from chalicelib.http import Call
from chalicelib.requests.synonyms import SynonymList


def admin_synonyms(call: Call[None]) -> KeptSynonyms:
    """The words that searches treat as synonyms."""
    return synonyms_body(kept_synonyms())


def admin_synonyms_replace(call: Call[SynonymList]) -> KeptSynonyms:
    """Replace all synonyms at once; searches follow within seconds."""
    groups = [one.group() for one in call.body.groups]
    return synonyms_body(replace_synonyms(groups, call.body.version, acting_admin(call)))
