"""A person's data in the tables and the bucket: found, exported, pseudonymised (docs/data.md)."""
