"""The formats there are, and the shape in which goods reach their writers. Pure."""

FORMATS = {"goods": ("yaml", "csv", "xlsx", "yml"), "orders": ("csv", "xlsx", "jsonl")}
