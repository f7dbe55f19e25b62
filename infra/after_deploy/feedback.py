"""Takes back the topics that earlier versions set on SES identities; a configuration set per stage replaces them."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from infra.output import say
from infra.settings import Kind, Stack
from infra.stages import Stage

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ses.literals import NotificationTypeType
    from mypy_boto3_ses.type_defs import IdentityNotificationAttributesTypeDef

#: SES takes one such call per second (API reference, SetIdentityNotificationTopic).
_PAUSE_SECONDS = 1.1


def release_identities(stack: Stack, stage: Stage, pause: Callable[[float], None] = time.sleep) -> list[str]:
    """Remove the stage's own topic from the sender's identities (address and domain); return those it was removed from.

    Call it when mails are sent with the configuration set, whose events feed the same topic. Topics of other stages
    and systems stay, and so do those of an identity that does not forward feedback by mail, since SES requires one of
    the two. Idempotent; on AWS only.
    """
    if stack.kind is not Kind.AWS or not stage.configuration_set:
        return []
    ses, sender = stack.client("ses"), stage.sender
    topic = _topic(stack.client("cloudformation"), stack.name)
    identities = [sender.addr_spec, sender.domain]
    found = ses.get_identity_notification_attributes(Identities=identities)["NotificationAttributes"]
    released = []
    for identity in identities:
        ours = _kinds_with(topic, found[identity]) if identity in found else []
        if ours and not found[identity]["ForwardingEnabled"]:
            say(
                f"  {identity} does not forward feedback by mail, so its topic stays: notices come twice, recorded once"
            )
            continue
        for kind in ours:
            pause(_PAUSE_SECONDS)
            ses.set_identity_notification_topic(Identity=identity, NotificationType=kind)
        released += [identity] if ours else []
    return released


def _kinds_with(topic: str, found: "IdentityNotificationAttributesTypeDef") -> "list[NotificationTypeType]":
    topics: list[tuple[NotificationTypeType, str | None]] = [
        ("Bounce", found.get("BounceTopic")),
        ("Complaint", found.get("ComplaintTopic")),
        ("Delivery", found.get("DeliveryTopic")),
    ]
    return [kind for kind, arn in topics if arn == topic]


def _topic(cloudformation: "CloudFormationClient", name: str) -> str:
    outputs = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    return next(one["OutputValue"] for one in outputs if one["OutputKey"] == "FeedbackTopicArn")
