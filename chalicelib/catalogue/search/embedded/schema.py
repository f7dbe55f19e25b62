"""What the tantivy index stores. A change of the fields or of analysis is a new version.VERSION.

Beside the offers it holds two kinds of small documents that no search for offers meets: the words that a mistyped one
may have meant, under each of their forms, and the parameters as suppliers write them.
"""

from tantivy import Schema, SchemaBuilder

# Of an offer: everything it is found by, what it is filtered, counted and sorted by, and what shows a change of it.
TERMS, OFFER, SHOP, CATEGORY, PARAMETER, STOCK, KEY = "t", "offer", "shop", "cat", "pv", "stock", "key"
PRINT = "print"
# Of a word: its forms. Of a parameter: its normal form. Of both: what is shown.
FORM, NORMAL, SHOWN = "w", "v", "shown"


def schema() -> Schema:
    """Return the fields of the index. Numbers are signed: tantivy takes Python's numbers for such."""
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
