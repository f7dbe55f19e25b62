"""What a supplier's own AWS principal is allowed: to put files below the shop's prefix, and nothing else."""

import json
from typing import Any

#: Enough for files of any size: S3 asks for s3:PutObject of every step of a multipart upload but its abandonment.
_ACTIONS = ["s3:PutObject", "s3:AbortMultipartUpload"]


def shop_access(bucket: str, shop_id: int, principal: str = "") -> str:
    """The policy as JSON: of the bucket for a ``principal`` (an ARN), or of an IAM user or role where none is named."""
    statement: dict[str, Any] = {"Sid": f"Shop{shop_id}", "Effect": "Allow"}
    if principal:
        statement["Principal"] = {"AWS": principal}
    resource = f"arn:aws:s3:::{bucket}/incoming/{shop_id}/*"
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Action": _ACTIONS, "Resource": resource}]}
    return json.dumps(policy, indent=2)
