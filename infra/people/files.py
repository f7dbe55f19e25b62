"""Files about a person in the stage's bucket, with all their versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from infra.errors import InfraError
from infra.people.person import Person

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

    from infra.table_pass import Wire

#: What S3 deletes with one call (API reference, DeleteObjects).
_AT_ONCE = 1000


@dataclass(frozen=True)
class Files:
    """The bucket of a stage."""

    s3: "S3Client"
    bucket: str

    def keys_of(self, person: Person, exports: "list[Wire]") -> list[str]:
        """Return the keys of the files that there are now: documents of the person's orders, and their exports."""
        return [
            one["Key"]
            for prefix in _prefixes(person, exports)
            for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
            for one in page.get("Contents", [])
        ]

    def delete(self, person: Person, exports: "list[Wire]", *, dry_run: bool) -> int:
        """Delete these files with every version; return how many versions that were. Repeatable.

        Raises InfraError if S3 does not delete one.
        """
        versions = (one for prefix in _prefixes(person, exports) for one in self._versions(prefix))
        deleted = 0
        while batch := list(islice(versions, _AT_ONCE)):
            deleted += len(batch)
            if dry_run:
                continue
            failed = self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": batch, "Quiet": True}).get("Errors")
            if failed:
                raise InfraError(f"S3 did not delete {failed[0].get('Key')}: {failed[0].get('Message')}")
        return deleted

    def _versions(self, prefix: str) -> "Iterator[ObjectIdentifierTypeDef]":
        for page in self.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=prefix):
            for one in (*page.get("Versions", []), *page.get("DeleteMarkers", [])):
                yield {"Key": one["Key"], "VersionId": one["VersionId"]}


def _prefixes(person: Person, exports: "list[Wire]") -> list[str]:
    # As chalicelib/documents/kept.py and chalicelib/exports/job.py name them.
    ids = [item["pk"]["S"].partition("#")[2] for item in exports]
    return [*(f"documents/{one}/" for one in sorted(person.order_ids)), *(f"exports/{one}/" for one in ids)]
