"""The fields of the tantivy index. A change of the fields or of the analysis requires a new ``version.VERSION``.

Besides offers, it holds two kinds of small documents that searches for offers never find: words that may replace a
mistyped one, under each of their forms, and parameters as suppliers write them.
"""

from tantivy import Schema, SchemaBuilder

# Of an offer: its terms, what it is filtered, counted and sorted by, and the fingerprint that shows a change.
TERMS, OFFER, SHOP, CATEGORY, PARAMETER, STOCK, KEY = "t", "offer", "shop", "cat", "pv", "stock", "key"
PRINT = "print"
# Of a word: its forms. Of a parameter: its normal form. Of both: the text to show.
FORM, NORMAL, SHOWN = "w", "v", "shown"


def schema() -> Schema:
    """Return the fields of the index. Numbers are signed, since tantivy takes Python's integers for signed ones."""
    builder = SchemaBuilder()
    builder.add_text_field(TERMS, tokenizer_name="whitespace", index_option="basic")
    builder.add_integer_field(OFFER, indexed=True, fast=True)
    builder.add_integer_field(SHOP, indexed=True, fast=True)
    builder.add_integer_field(CATEGORY, indexed=True, fast=True)
    builder.add_text_field(PARAMETER, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_integer_field(STOCK, indexed=True, fast=True)
    builder.add_integer_field(KEY, fast=True)
    builder.add_integer_field(PRINT, fast=True)
    builder.add_text_field(FORM, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(NORMAL, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(SHOWN, stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()
