"""What the service costs on AWS: prices, and the arithmetic from counted usage to dollars. Reads and changes nothing.

docs/cost.md shows the results; tests/cost_page.py writes its tables from here and from what a test counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

_MILLION, _GB = 1e6, 1e9
#: A function with this much memory has one processor, with less a share of it
#: (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
MB_OF_A_CPU = 1769
#: Seconds that a function waits for an answer, by service. Assumed: they are measured on AWS only.
WAIT = {"dynamodb": 0.005, "s3": 0.025, "sqs": 0.010, "ses": 0.080}


@dataclass(frozen=True)
class Price:
    """Dollars of one unit in us-east-1; free tiers are left out."""

    dollars: float
    unit: str
    source: str


_LIST = "list price, from memory: compare with the bill"
_LAMBDA = "git.mcrn.ar/mariano/lambda_local_runner, May 2026"
_DYNAMODB = "airbyte.com/data-engineering-resources/dynamodb-pricing, July 2025"
#: All of them, as found on 2026-11-29.
PRICES: Mapping[str, Price] = {
    "http": Price(3.50 / _MILLION, "call of a REST API", "apigatewaycost.com/aws, awsforengineers.com, May 2025"),
    "starts": Price(0.20 / _MILLION, "start of a function", _LAMBDA),
    "gb_seconds": Price(0.0000166667, "GB-second of a function (arm64: 0.0000133334)", _LAMBDA),
    "write_units": Price(0.625 / _MILLION, "write unit of DynamoDB, on demand", _DYNAMODB),
    "read_units": Price(0.125 / _MILLION, "read unit of DynamoDB, on demand", _DYNAMODB),
    "s3_writes": Price(5.00 / _MILLION, "PUT or LIST of S3", _LIST),
    "s3_reads": Price(0.40 / _MILLION, "GET or HEAD of S3", _LIST),
    "queue_requests": Price(0.40 / _MILLION, "request to SQS", "adhdecode-articles-4.pages.dev, 2026"),
    "notices": Price(0.50 / _MILLION, "message of SNS", _LIST),
    "log_bytes": Price(0.50 / _GB, "byte of logs", "go-cloud.io/aws-api-gateway-pricing, 2026"),
    "bytes_out": Price(0.09 / _GB, "byte of answers", "amnic.com/blogs/aws-api-gateway-pricing"),
    "mails": Price(0.10 / 1000, "mail of SES", "acecloudinterviews.com/tutorials/aws/ses"),
    "mail_bytes": Price(0.12 / _GB, "byte of mail", "superuser.com/questions/1399690 (a bill of 2019)"),
}
#: What SES charges for mails: left out of what an order may cost.
OF_SES = ("mails", "mail_bytes")
#: A month of what does not depend on orders.
ALARM, STORED_GB, GB_AND_ITS_BACKUP = 0.10, 0.5, 0.25 + 0.20
#: Five pollers a queue, each asking every 20 s; the sweeper runs every minute.
MINUTES = 30 * 24 * 60
IDLE_POLLS_OF_QUEUE = 5 * 3 * MINUTES
#: Orders a month, and dollars a month of rented machines that would take as many, with disk, copies and object store.
#: Hetzner: two processors and 4 GB from 4.11 euros (docs.cnap.tech), more since April 2026 (cloudtally.eu).
MACHINES = {1_000: 12.0, 10_000: 12.0, 100_000: 16.0, 1_000_000: 50.0}


@dataclass(frozen=True)
class Usage:
    """Everything that is billed, in the units of PRICES."""

    http: float = 0
    starts: float = 0
    gb_seconds: float = 0
    write_units: float = 0
    read_units: float = 0
    s3_writes: float = 0
    s3_reads: float = 0
    queue_requests: float = 0
    notices: float = 0
    log_bytes: float = 0
    bytes_out: float = 0
    mails: float = 0
    mail_bytes: float = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    def __mul__(self, times: float) -> "Usage":
        return Usage(*(getattr(self, one.name) * times for one in fields(self)))

    def dollars(self) -> dict[str, float]:
        """Return the dollars of each unit, by its name in PRICES."""
        return {one.name: getattr(self, one.name) * PRICES[one.name].dollars for one in fields(self)}

    @classmethod
    def sum_of(cls, parts: Mapping[str, int], of: Mapping[str, Self]) -> "Usage":
        """Return the usage of the named parts, each taken as often as it says."""
        total = Usage()
        for name, times in parts.items():
            total += of[name] * times
        return total


def gb_seconds(cpu_seconds: float, megabytes: int, calls: Mapping[str, int]) -> float:
    """Return what a function is billed for computing this long on one processor, and waiting for these calls."""
    waiting = sum(WAIT[service] * number for service, number in calls.items())
    return (cpu_seconds * MB_OF_A_CPU / min(megabytes, MB_OF_A_CPU) + waiting) * megabytes / 1024


def beside_ses(usage: Usage) -> float:
    """Return the dollars of all but what SES charges for the mails."""
    return sum(dollars for name, dollars in usage.dollars().items() if name not in OF_SES)


def total(usage: Usage) -> float:
    """Return the dollars of all of it."""
    return sum(usage.dollars().values())


def fixed_month(alarms: int, queues: int, sweep: Usage) -> float:
    """Return the dollars of a month without orders or price lists."""
    polling = IDLE_POLLS_OF_QUEUE * queues * PRICES["queue_requests"].dollars
    return alarms * ALARM + polling + total(sweep * MINUTES) + STORED_GB * GB_AND_ITS_BACKUP
