"""The policy for a supplier's own AWS principal: it may put files below the shop's prefix and nothing else."""

import json

from chalicelib.json_types import Json

#: Enough for files of any size: every step of a multipart upload needs s3:PutObject, except for aborting it.
_ACTIONS = ["s3:PutObject", "s3:AbortMultipartUpload"]


def shop_access(bucket: str, shop_id: int, principal: str = "", partition: str = "aws") -> str:
    """Return the policy as JSON: for the bucket if ``principal`` (an ARN) is given, else for an IAM user or role.

    ``partition`` is the one of the bucket's region.
    """
    statement: dict[str, Json] = {"Sid": f"Shop{shop_id}", "Effect": "Allow"}
    if principal:
        statement["Principal"] = {"AWS": principal}
    resource = f"arn:{partition}:s3:::{bucket}/incoming/{shop_id}/*"
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Action": _ACTIONS, "Resource": resource}]}
    return json.dumps(policy, indent=2)
