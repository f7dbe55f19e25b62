"""Stored items of the files in the bucket."""

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from chalicelib.models.jobs import JobItem


class NewestFile(JobItem):
    """The newest file that S3 told of under one key; ``stamp`` orders it among all files of its shop."""

    SK = "FILE"

    stamp = UnicodeAttribute()
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, key: str) -> "NewestFile":
        """The bare key of what is known of this key of the bucket."""
        return cls(f"FILE#{key}", cls.SK)
