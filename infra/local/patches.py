"""Run-time patches for what ministack 1.5.33 lacks for a plain `chalice deploy`.

Runs under the interpreter of `.venv-stack`, standard library and ministack only. Every private name used here is
listed in `PRIVATE_NAMES` with the parameters we rely on; tests/integration/infra/test_ministack_contract.py
compares the list with the installed package, so an upgrade that changes one of them fails there.
"""

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from infra.local import dynoxide, quick_dynamodb, saving, sorted_partitions

#: (module, attribute path, parameters); no parameters means a plain value.
PRIVATE_NAMES: list[tuple[str, str, list[str] | None]] = [
    ("services.apigateway_v1", "handle_request", ["method", "path", "headers", "body", "query_params"]),
    ("services.apigateway_v1", "_import_rest_api", ["spec", "base_data"]),
    ("services.apigateway_v1", "_import_security_schemes", ["api_id", "spec"]),
    (
        "services.apigateway_v1",
        "_import_path_item",
        ["api_id", "path", "path_item", "scheme_map", "default_security"],
    ),
    (
        "services.apigateway_v1",
        "_import_operation",
        ["api_id", "resource_id", "http_method", "operation", "scheme_map", "default_security"],
    ),
    ("services.apigateway_v1", "_get_rest_api", ["api_id"]),
    (
        "services.apigateway_v1",
        "_put_integration_response",
        ["api_id", "resource_id", "http_method", "status_code", "data"],
    ),
    ("services.apigateway_v1", "_rest_apis", None),
    ("services.apigateway_v1", "_resources", None),
    ("services.apigateway_v1", "_authorizers_v1", None),
    ("services.lambda_svc", "_LAMBDA_STATE_TRANSITION_DELAY", None),
    ("core.lambda_runtime", "_detect_runtime_binary", ["runtime"]),
    (
        "core.lambda_runtime",
        "Worker._drain_stderr_bounded",
        ["self", "first_line_wait", "idle_confirm", "hard_cap"],
    ),
    (
        "core.iam_actions",
        "extract_iam_action",
        ["service", "method", "path", "headers", "body", "query_params"],
    ),
    (
        "core.iam_actions",
        "extract_resource_arn",
        ["service", "method", "path", "headers", "body", "query_params", "region", "account_id"],
    ),
    ("services.ses", "_send_raw_email", ["params"]),
    ("services.ses", "_sent_emails_list", []),
    ("services.ses", "_p", ["params", "key", "default"]),
    ("app", "main", []),
    *saving.PRIVATE_NAMES,
    *sorted_partitions.PRIVATE_NAMES,
    *quick_dynamodb.PRIVATE_NAMES,
    *dynoxide.PRIVATE_NAMES,
]

Reply = tuple[int, dict[str, str], bytes]
#: The parameters of a query or form; a list where one came several times.
Parameters = Mapping[str, str | list[str]]
Handler = Callable[[str, str, dict[str, str], bytes, Parameters], Awaitable[Reply]]


class Integration(TypedDict, total=False):
    type: str
    requestTemplates: dict[str, str]
    responses: "dict[str, IntegrationResponse]"


#: A call of a Swagger document, with what API Gateway adds to it.
Operation = TypedDict("Operation", {"x-amazon-apigateway-integration": Integration}, total=False)
#: What we read of a Swagger document that Chalice deploys.
Swagger = TypedDict(
    "Swagger",
    {
        "paths": "dict[str, dict[str, Operation]]",
        "security": "NotRequired[list[dict[str, list[str]]]]",
        "x-amazon-apigateway-binary-media-types": "NotRequired[list[str]]",
    },
)


class IntegrationResponse(TypedDict):
    """A response of an integration; what else it has is passed on."""

    statusCode: str


class SentMail(TypedDict):
    """What we read of ministack's record of a mail; the time is in seconds."""

    Timestamp: float
    MessageId: str


#: Long enough to read a line already in the pipe; ministack's 50 ms would delay every call that logs nothing.
_STDERR_WAIT = 0.002


def apply(lambda_python: str, mail_dir: Path) -> None:
    """Patch ministack in this process; call once, before it serves.

    `lambda_python` runs the functions: an interpreter with exactly the packages of Lambda. The raw message of every
    mail that SES accepts is written to `mail_dir`, which must exist.
    """
    from ministack.services import apigateway_v1, dynamodb

    quick_dynamodb.apply(dynamodb)
    sorted_partitions.apply(dynamodb)
    _serve_imports(apigateway_v1)
    _import_whole_operations(apigateway_v1)
    _run_functions_with(lambda_python)
    _authorize_batches()
    _authorize_the_sender()
    _keep_raw_mails(mail_dir)


def _serve_imports(api: Any) -> None:
    """Add ImportRestApi and PutRestApi, which Chalice deploys routes with and ministack lacks."""
    plain: Handler = api.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: Parameters
    ) -> Reply:
        parts = path.strip("/").split("/")
        if method == "POST" and parts == ["restapis"] and "mode" in query_params:
            return _import_api(api, json.loads(body), query_params)
        if method == "PUT" and len(parts) == 2 and parts[0] == "restapis":
            return _overwrite_api(api, parts[1], json.loads(body))
        return await plain(method, path, headers, body, query_params)

    api.handle_request = handle_request


def _import_api(api: Any, spec: Swagger, query_params: Parameters) -> Reply:
    """Create an API from a Swagger document."""
    kinds = query_params.get("endpointConfigurationTypes") or ["REGIONAL"]
    api_id = api._import_rest_api(
        spec,
        {
            "binaryMediaTypes": _binary_types(spec),
            "endpointConfiguration": {"types": [kinds] if isinstance(kinds, str) else list(kinds)},
        },
    )
    _status, headers, body = api._get_rest_api(api_id)
    return 201, headers, body


def _overwrite_api(api: Any, api_id: str, spec: Swagger) -> Reply:
    """Replace the routes of an API, keeping its id, stages and deployments; 404 if it does not exist."""
    stored = api._rest_apis.get(api_id)
    if stored is None:
        missing: Reply = api._get_rest_api(api_id)
        return missing
    root = next(resource for resource in api._resources[api_id].values() if resource["path"] == "/")
    root["resourceMethods"] = {}
    api._resources[api_id] = {root["id"]: root}
    api._authorizers_v1[api_id] = {}
    stored["binaryMediaTypes"] = _binary_types(spec)
    schemes = api._import_security_schemes(api_id, spec)
    for path, item in spec["paths"].items():
        api._import_path_item(api_id, path, item, schemes, spec.get("security"))
    answer: Reply = api._get_rest_api(api_id)
    return answer


def _binary_types(spec: Swagger) -> list[str]:
    return list(spec.get("x-amazon-apigateway-binary-media-types") or [])


def _import_whole_operations(api: Any) -> None:
    """Keep the mock responses of the import, which answer CORS preflight requests."""
    plain = api._import_operation

    def import_operation(
        api_id: str,
        resource_id: str,
        http_method: str,
        operation: Operation,
        scheme_map: Any = None,
        default_security: Any = None,
    ) -> None:
        plain(api_id, resource_id, http_method, operation, scheme_map, default_security)
        integration = (operation or {}).get("x-amazon-apigateway-integration") or {}
        if str(integration.get("type", "")).upper() != "MOCK":
            return
        stored = api._resources[api_id][resource_id]["resourceMethods"][http_method]["methodIntegration"]
        stored["requestTemplates"] = integration.get("requestTemplates", {})
        for pattern, response in integration.get("responses", {}).items():
            data = {**response, "selectionPattern": "" if pattern == "default" else pattern}
            api._put_integration_response(api_id, resource_id, http_method, str(response["statusCode"]), data)

    api._import_operation = import_operation


def _run_functions_with(lambda_python: str) -> None:
    """Run functions with their own interpreter, and do not wait for a log line that never comes."""
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    detect = lambda_runtime._detect_runtime_binary

    def detect_runtime_binary(runtime: str) -> tuple[str, str]:
        binary, script = detect(runtime)
        return (lambda_python if runtime.startswith("python") else binary), script

    drain = lambda_runtime.Worker._drain_stderr_bounded

    def drain_stderr(
        self: Any, first_line_wait: float = _STDERR_WAIT, idle_confirm: float = 0.005, hard_cap: float = 0.250
    ) -> str:
        return str(drain(self, first_line_wait, idle_confirm, hard_cap))

    lambda_runtime._detect_runtime_binary = detect_runtime_binary
    lambda_runtime.Worker._drain_stderr_bounded = drain_stderr
    lambda_svc._LAMBDA_STATE_TRANSITION_DELAY = 0


def _authorize_batches() -> None:
    """Authorize batches as the single operation, as SQS does: no `sqs:SendMessageBatch` permission exists."""
    from ministack.core import iam_actions

    plain = iam_actions.extract_iam_action

    def extract_iam_action(
        service: str, method: str, path: str, headers: dict[str, str], body: bytes, query_params: Parameters
    ) -> str | None:
        action: str | None = plain(service, method, path, headers, body, query_params)
        return action.removesuffix("Batch") if action and service == "sqs" else action

    iam_actions.extract_iam_action = extract_iam_action


def _authorize_the_sender() -> None:
    """Authorize sending against the sender's identity, like SES; ministack uses `*`, which our policies never allow."""
    from ministack.core import iam_actions

    plain = iam_actions.extract_resource_arn

    def extract_resource_arn(
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: Parameters,
        region: str,
        account_id: str,
    ) -> str:
        arn = str(plain(service, method, path, headers, body, query_params, region, account_id))
        source = query_params.get("Source")
        if service == "ses" and arn == "*" and source:
            sender = source[0] if isinstance(source, list) else source
            return f"arn:aws:ses:{region}:{account_id}:identity/{parseaddr(sender)[1]}"
        return arn

    iam_actions.extract_resource_arn = extract_resource_arn


def _keep_raw_mails(mail_dir: Path) -> None:
    """Keep mails with their attachments; ministack drops attachments at once and mails at a restart."""
    from ministack.services import ses

    plain = ses._send_raw_email

    def send_raw_email(params: Parameters) -> Reply:
        reply: Reply = plain(params)
        if reply[0] == 200:
            record = ses._sent_emails_list()[-1]
            _write_mail(mail_dir, record, base64.b64decode(ses._p(params, "RawMessage.Data")))
        return reply

    ses._send_raw_email = send_raw_email


def _write_mail(mail_dir: Path, record: SentMail, raw: bytes) -> None:
    """Write one file per mail, atomically; names sort by the time of sending."""
    name = f"{int(record['Timestamp'] * 1_000_000):020d}-{record['MessageId'].split('@')[0]}"
    draft = mail_dir / f".{name}.tmp"
    draft.write_bytes(raw)
    draft.replace(mail_dir / f"{name}.eml")
