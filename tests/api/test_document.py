"""The document of the API says what the API does, all of it and nothing else."""

import re

import pytest
import yaml
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from openapi_spec_validator import OpenAPIV31SpecValidator

from postpurchase.api.document import document, endpoints
from postpurchase.api.views import NothingHere

CONTRACT = {
    "PUT /api/v1/orders/{external_id}",
    "GET /api/v1/orders/{external_id}",
    "GET /api/v1/orders",
    "POST /api/v1/orders/batch",
    "GET /api/v1/orders/{external_id}/timeline",
    "POST /api/v1/orders/{external_id}/cancel",
    "POST /api/v1/orders/{external_id}/refunds",
    "PUT /api/v1/orders/{external_id}/shipments/{shipment_external_id}",
    "GET /api/v1/shipments/{id}",
    "POST /api/v1/checkpoints/batch",
    "GET /api/v1/cases",
    "GET /api/v1/cases/{case_id}",
    "PATCH /api/v1/cases/{case_id}",
    "GET /api/v1/delivery-estimate",
    "GET /api/v1/free-shipping",
    "GET /api/v1/promises/hit-rate",
    "GET /api/v1/recommendations",
    "PUT /api/v1/products/{sku}",
    "POST /api/v1/products/batch",
    "PUT /api/v1/customers/{external_id}",
    "GET /api/v1/customers/{external_id}",
    "DELETE /api/v1/customers/{external_id}",
    "GET /api/v1/customers",
    "GET /api/v1/products",
    "GET /api/v1/products/{sku}",
    "POST /api/v1/events",
    "POST /api/v1/events/batch",
    "POST /api/v1/customers/{external_id}/merge",
    "GET /api/v1/customer-merges",
    "POST /api/v1/customer-merges/{merge_id}/undo",
    "GET /api/v1/customers/{external_id}/export",
    "GET /api/v1/customers/{external_id}/loyalty",
    "GET /api/v1/customers/{external_id}/loyalty/badges",
    "GET /api/v1/customers/{external_id}/loyalty/entries",
    "GET /api/v1/events",
    "GET /api/v1/messages",
    "GET /api/v1/connectors",
    "GET /api/v1/carriers",
    "GET /api/v1/carrier-accounts",
    "GET /api/v1/carrier-accounts/{carrier}",
    "PUT /api/v1/carrier-accounts/{carrier}",
    "POST /api/v1/carrier-accounts/{carrier}/try",
    "GET /api/v1/orders/{external_id}/packing",
    "POST /api/v1/orders/{external_id}/packing",
    "GET /api/v1/connectors/{connector}",
    "PUT /api/v1/connectors/{connector}",
    "GET /api/v1/inbound-deliveries",
    "POST /api/v1/inbound-deliveries/{inbound_delivery_id}/replay",
    "GET /api/v1/webhook-endpoints",
    "POST /api/v1/webhook-endpoints",
    "GET /api/v1/webhook-endpoints/{endpoint_id}",
    "PUT /api/v1/webhook-endpoints/{endpoint_id}",
    "DELETE /api/v1/webhook-endpoints/{endpoint_id}",
    "POST /api/v1/webhook-endpoints/{endpoint_id}/rotate-secret",
    "POST /api/v1/webhook-endpoints/{endpoint_id}/test",
    "POST /api/v1/webhook-endpoints/{endpoint_id}/replay",
    "GET /api/v1/webhook-endpoints/{endpoint_id}/deliveries",
    "GET /api/v1/webhook-deliveries/{delivery_id}",
    "POST /api/v1/webhook-deliveries/{delivery_id}/replay",
}
# Answers of our own that need no key and are about the API itself.
ABOUT_ITSELF = {"SchemaView", "DocsView", "NothingHere"}

CONTRACT_ORDER_FIELDS = {
    *("number", "placed_at", "updated_at", "status", "payment_status", "store", "currency", "total"),
    *("shipping_total", "discount_total", "tax_total", "language", "customer", "recipient", "shipping_address"),
    *("billing_address", "lines", "promised_from", "promised_to", "attributes", "source", "backfill"),
}


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(document()).validate()


def test_the_operations_are_those_of_the_contract() -> None:
    assert {f"{endpoint.method.upper()} {endpoint.path}" for endpoint in endpoints()} == CONTRACT


def test_no_view_below_the_api_is_undocumented() -> None:
    def views(patterns: list) -> list:
        found = []
        for pattern in patterns:
            found += views(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern.callback]
        return found

    (api,) = [pattern for pattern in get_resolver().url_patterns if str(pattern.pattern) == "api/v1/"]
    undocumented = []
    for callback in views(api.url_patterns):
        view = callback.view_class
        methods = {name for name in ("get", "put", "post", "patch", "delete") if hasattr(view, name)}
        documented = {name for name in methods if hasattr(getattr(view, name), "operation")}
        if view.__name__ not in ABOUT_ITSELF and (methods != documented or not methods):
            undocumented.append(view.__name__)
    assert undocumented == []
    assert NothingHere.__name__ in ABOUT_ITSELF


def test_bodies_have_the_contracts_fields() -> None:
    schemas = document()["components"]["schemas"]

    assert set(schemas["OrderInput"]["properties"]) == CONTRACT_ORDER_FIELDS | {"external_id"}
    assert set(schemas["OrderInput"]["required"]) == {"external_id", "placed_at", "currency", "total"}
    assert set(schemas["OrderBody"]["required"]) == {"placed_at", "currency", "total"}
    assert set(schemas["LineInput"]["required"]) == {"quantity", "unit_price"}
    assert set(schemas["OrderAnswer"]["properties"]) > CONTRACT_ORDER_FIELDS | {
        *("id", "changed", "created_at", "updated_at", "tracking_url", "shipments", "refunds", "warnings")
    }
    assert schemas["OrderInput"]["additionalProperties"] is False


@pytest.mark.parametrize(
    ("address", "accept", "content_type"),
    [
        ("/api/v1/schema/", "", "application/vnd.oai.openapi+json"),
        ("/api/v1/schema/?format=json", "application/yaml", "application/vnd.oai.openapi+json"),
        ("/api/v1/schema/", "application/yaml", "application/yaml"),
        ("/api/v1/schema/?format=yaml", "", "application/yaml"),
    ],
)
@pytest.mark.django_db
def test_the_document_comes_as_json_and_as_yaml(client, address, accept, content_type) -> None:
    answer = client.get(address, HTTP_ACCEPT=accept)

    assert (answer.status_code, answer["Content-Type"]) == (200, content_type)
    assert yaml.safe_load(answer.content)["openapi"] == "3.1.0"


@pytest.mark.django_db
def test_another_format_or_parameter_is_refused(client) -> None:
    for address in ("/api/v1/schema/?format=xml", "/api/v1/schema/?lang=de"):
        answer = client.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


@pytest.mark.django_db
def test_the_reference_page_shows_every_operation_without_scripts_or_strangers(client) -> None:
    answer = client.get("/api/v1/docs/")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert [endpoint.operation.id for endpoint in endpoints() if f'id="{endpoint.operation.id}"' not in page] == []
    assert re.findall(r"<script|<style|\sstyle=|\son\w+=", page) == []
    assert re.findall(r'(?:src|href)="(?!/|#)([^"]+)"', page) == []
    assert "default-src 'self'" in answer["Content-Security-Policy"]
