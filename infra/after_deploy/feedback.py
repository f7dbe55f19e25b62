"""Subscribes the service to SES's notifications about its mails."""

from typing import TYPE_CHECKING

from infra.settings import Kind, Stack
from infra.stages import Stage

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ses.literals import NotificationTypeType

#: Deliveries too: a delivery closes a mail whose worker died before recording it as sent.
NOTICES: "tuple[NotificationTypeType, ...]" = ("Bounce", "Complaint", "Delivery")


def report_feedback(stack: Stack, stage: Stage) -> list[str]:
    """Connect the sender's verified identities (address and domain) to the stack's topic; return them.

    On AWS only: the emulators send no notifications. Idempotent. SES continues to mail them to the sender as well.
    """
    if stack.kind is not Kind.AWS:
        return []
    ses, sender = stack.client("ses"), stage.environment["MAIL_FROM"].rpartition("<")[2].rstrip(">")
    topic = _topic(stack.client("cloudformation"), stack.name)
    identities = [sender, sender.rpartition("@")[2]]
    known = ses.get_identity_verification_attributes(Identities=identities)["VerificationAttributes"]
    verified = [one for one in identities if one in known and known[one]["VerificationStatus"] == "Success"]
    for identity in verified:
        for notice in NOTICES:
            ses.set_identity_notification_topic(Identity=identity, NotificationType=notice, SnsTopic=topic)
            # The mail is found by our own header, which SES includes only on request.
            ses.set_identity_headers_in_notifications_enabled(Identity=identity, NotificationType=notice, Enabled=True)
    return verified


def _topic(cloudformation: "CloudFormationClient", name: str) -> str:
    outputs = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    return next(one["OutputValue"] for one in outputs if one["OutputKey"] == "FeedbackTopicArn")
