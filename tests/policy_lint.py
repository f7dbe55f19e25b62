"""Checks every policy that the project generates with parliament: `python -m tests.policy_lint`, part of `make lint`.

Parliament knows which resources an action takes and which conditions exist; cfn-lint knows newer actions. It reports
what is malformed, unknown, or never effective because action and resource do not match.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

import parliament

from infra.access import shop_access
from infra.policies import Place, narrow_policy
from infra.settings import PROJECT_ROOT
from infra.stages import Stage, read_stage
from tests.deploy_role import policies

_PLACE = Place(account="123456789012", region="eu-central-1")
#: Actions that are younger than parliament's data; cfn-lint knows them.
_YOUNG = ("s3:GetBucketAbac",)
#: Its call names a query, and no log group that a policy could be about.
_WITHOUT_RESOURCE = "['logs:GetQueryResults']"
#: AWS's own examples compare iam:PermissionsBoundary as a string, though it is declared as an ARN.
_USABLE = "MISMATCHED_TYPE_BUT_USABLE"


def generated(stage: Stage) -> Iterator[tuple[str, Any]]:
    """Yield the name and document of each policy of a stage: of functions, of those who deploy, of suppliers."""
    for function, file in stage.policy_files.items():
        policy = json.loads((PROJECT_ROOT / ".chalice" / file).read_text("utf-8"))
        yield f"{stage.name} {function}", narrow_policy(policy, stage, _PLACE)
    for name, policy in policies(stage, _PLACE).items():
        yield f"{stage.name} {name}", policy
    yield f"{stage.name} shop-access", json.loads(shop_access(stage.bucket, 7))


def findings(policy: Any) -> list[str]:
    """Return what is wrong with a policy."""
    analyzed = parliament.analyze_policy_string(json.dumps(policy))
    return [
        f"{found.issue}: {found.detail}"
        for found in analyzed.findings
        if found.issue != _USABLE
        and not str(found.detail).endswith(_YOUNG)
        and not (found.issue == "RESOURCE_STAR" and str(found.detail) == _WITHOUT_RESOURCE)
    ]


def main() -> int:
    """Print the findings of all policies; return 1 if there are any."""
    found = [
        f"{name}: {line}"
        for stage in ("staging", "prod")
        for name, policy in generated(read_stage(stage))
        for line in findings(policy)
    ]
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
