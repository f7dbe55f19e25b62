"""Has SES tell the service what became of its mails."""

from typing import TYPE_CHECKING

from infra.settings import Kind, Stack
from infra.stages import Stage

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_ses.literals import NotificationTypeType

#: Deliveries too: one closes a mail whose sender died before it could make its mark.
NOTICES: "tuple[NotificationTypeType, ...]" = ("Bounce", "Complaint", "Delivery")


def report_feedback(stack: Stack, stage: Stage) -> list[str]:
    """Connect the sender's verified identities, the address and its domain, to the stack's topic; returns them.

    On AWS only: the emulators send no notices. May be repeated. Notices go on by mail to the sender's address as well.
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
            # The mail is found by a header of ours, which SES gives back only when it is told to.
            ses.set_identity_headers_in_notifications_enabled(Identity=identity, NotificationType=notice, Enabled=True)
    return verified


def _topic(cloudformation: "CloudFormationClient", name: str) -> str:
    outputs = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    return next(one["OutputValue"] for one in outputs if one["OutputKey"] == "FeedbackTopicArn")
