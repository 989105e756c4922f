"""Generated requests, good and bad, against every operation of the document.

500 cases in the normal suite, the same ones every time. Many more, new ones each time, by an own command:

    SCHEMA_CASES=10000 python3 manage.py test tests/api/test_schema_cases.py

A mistake of the tool itself fails the test like one of ours.
"""

import os
from urllib.parse import parse_qs, urlsplit

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from schemathesis import CheckContext, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from postpurchase.api.document import document, endpoints
from tests.orders.bodies import order_body

CASES = int(os.environ.get("SCHEMA_CASES", "500"))
# What the suite says of a commit must not depend on the day; whoever asks for more is hunting.
SAME_CASES = "SCHEMA_CASES" not in os.environ


def refuses_what_is_wrong(ctx: CheckContext, response: Response, case: schemathesis.Case) -> bool | None:
    """The tool's own check, for requests that are wrong as they were sent.

    A made-up parameter without a value (an empty list) is wrong in the tool's eyes, and then is not sent at all.
    """
    sent = parse_qs(urlsplit(response.request.url).query, keep_blank_values=True)
    declared = {parameter.name for parameter in case.operation.query}
    if response.status_code == 200 and set(case.query or {}) - declared and not set(sent) - declared:
        return None
    return negative_data_rejection(ctx, response, case)


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    refuses_what_is_wrong,
    ignored_auth,
]

SCHEMA = schemathesis.openapi.from_dict(document())
SCHEMA.app = get_wsgi_application()
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]


def test_every_operation_of_the_document_is_tried() -> None:
    assert {operation.definition.raw["operationId"] for operation in OPERATIONS} == {
        endpoint.operation.id for endpoint in endpoints()
    }


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.definition.raw["operationId"])
def test_generated_requests_are_answered_as_the_document_says(committed_db, api, world, operation, mode) -> None:
    api.put("/api/v1/orders/1001", order_body())
    # A batch answers 200 whatever its items are; each item tells by itself that it was refused.
    is_batch = operation.path.endswith("/batch")
    checks = [check for check in CHECKS if check is not refuses_what_is_wrong or not is_batch]

    @settings(
        max_examples=max(1, CASES // (2 * len(OPERATIONS))),
        deadline=None,
        derandomize=SAME_CASES,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def try_cases(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {world.secret}"}, checks=checks)

    try_cases()
