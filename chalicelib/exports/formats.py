"""The formats that each content can be exported in. Pure."""

from chalicelib.files.formats import exported_in

FORMATS = {"goods": exported_in("goods"), "orders": exported_in("orders")}
