"""A customer's copy: complete, nobody else's, readable by machines and in a spreadsheet."""

import csv
import io
import json
import time
import zipfile

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from orders.models import Order, OrderLine
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.privacy.registry import tables
from postpurchase.privacy.selectors.copy import as_json, as_zip, copied_columns, copy_of_customer
from tests.conftest import NOW
from tests.messaging.making import make_customer, make_order
from tests.orders.bodies import order_body
from tests.privacy.test_erasure_everywhere import MARK, full_tables  # noqa: F401 - a fixture

ADDRESS = "/api/v1/customers/c-1/export"


def test_every_personal_column_stands_in_the_copy_with_what_it_holds(merchant, full_tables) -> None:  # noqa: F811
    with merchant_scope(merchant.id):
        copy = json.loads(as_json(copy_of_customer(customer=full_tables, merchant=merchant, now=NOW)))

    for model, table in tables().items():
        for name in table.personal_columns:
            column = model._meta.get_field(name)
            (row,) = copy["sections"][table.section]
            wordy = isinstance(column, models.CharField | models.TextField | models.JSONField | ArrayField)
            assert column.attname in row, (model, name)
            if wordy and not column.choices:
                assert MARK in json.dumps(row[column.attname], ensure_ascii=False), (model, name)


def test_secrets_and_digests_stay_out(merchant, full_tables) -> None:  # noqa: F811
    for model, table in tables().items():
        columns = set(copied_columns(model, table))
        assert columns & {"merchant_id", *table.hidden_columns} == set()
        assert {name for name in columns if name.endswith(("_sealed", "_digest"))} == set()


def test_the_api_gives_the_documented_document(api, merchant) -> None:
    assert api.put("/api/v1/orders/1001", order_body()).status_code == 201

    answer = api.get(ADDRESS)

    body = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert (body["format"], body["version"], body["merchant"]) == ("postpurchase.customer", 1, "Lindenhof")
    assert list(body["sections"]) == [table.section for table in tables().values() if table.section]
    assert [row["email"] for row in body["sections"]["customer"]] == ["anna@example.com"]
    assert [row["number"] for row in body["sections"]["orders"]] == ["1001"]
    assert body["sections"]["orders"][0]["shipping_address"]["street"] == "Hauptstr. 1"
    assert [row["wording"] for row in body["sections"]["consents"]] == ["..."]
    assert body["sections"]["surveys"] == []


def test_nobody_else_is_in_it(api, merchant) -> None:
    api.put("/api/v1/orders/1001", order_body())
    other = {**order_body()["customer"], "external_id": "c-2", "email": "otto@example.com", "first_name": "Otto"}
    api.put("/api/v1/orders/1002", order_body(number="1002", customer=other))

    text = api.get(ADDRESS).content.decode()

    assert "anna@example.com" in text
    assert ["otto@example.com" in text, "Otto" in text, '"1002"' in text, "c-2" in text] == [False] * 4


def test_a_stranger_and_an_erased_customer_get_nothing(api, stranger_api, merchant) -> None:
    api.put("/api/v1/orders/1001", order_body())
    assert stranger_api.get(ADDRESS).status_code == 404

    api.delete("/api/v1/customers/c-1")

    assert api.get(ADDRESS).status_code == 404


def test_an_id_with_slashes_is_exported_too(api) -> None:
    customer = {**order_body()["customer"], "external_id": "eu/7/export"}
    api.put("/api/v1/orders/1001", order_body(customer=customer))

    assert api.get("/api/v1/customers/eu/7/export/export").json()["sections"]["customer"][0]["external_id"] == (
        "eu/7/export"
    )


@pytest.mark.usefixtures("in_scope")
def test_the_archive_has_the_document_and_a_table_for_each_section(merchant) -> None:
    order = make_order(merchant, make_customer(merchant, last_name="=cmd|' /C calc'!A0"))

    archive = zipfile.ZipFile(io.BytesIO(as_zip(copy_of_customer(customer=order.customer, merchant=merchant, now=NOW))))

    assert sorted(archive.namelist()) == ["customer.csv", "customer.json", "order_lines.csv", "orders.csv"]
    assert json.loads(archive.read("customer.json"))["sections"]["orders"][0]["total"] == "49.9000"
    (row,) = csv.DictReader(io.StringIO(archive.read("customer.csv").decode("utf-8-sig")))
    assert (row["id"], row["last_name"]) == (str(order.customer_id), "'=cmd|' /C calc'!A0")
    (line,) = csv.DictReader(io.StringIO(archive.read("order_lines.csv").decode("utf-8-sig")))
    assert (line["name"], line["unit_price"]) == ("Teelichthalter", "22.5000")


@pytest.mark.usefixtures("in_scope")
def test_five_thousand_orders_take_as_many_queries_as_one_and_seconds(merchant, world) -> None:
    customer = make_customer(merchant)

    def order(number: int) -> Order:
        return Order(
            merchant=merchant,
            store=world.store,
            customer=customer,
            external_id=str(number),
            number=str(number),
            placed_at=NOW,
            currency="EUR",
            total="10.00",
            shipping_address={"name": "Anna", "street": "Hauptstr. 1", "city": "Berlin", "country": "DE"},
            content_hash=b"",
            created_at=NOW,
            updated_at=NOW,
        )

    def add(numbers: range) -> None:
        orders = Order.objects.bulk_create(map(order, numbers))
        OrderLine.objects.bulk_create(
            OrderLine(
                merchant=merchant,
                order=row,
                external_id=str(position),
                position=position,
                name="Tasse",
                quantity=1,
                unit_price="1",
                total="1",
            )
            for row in orders
            for position in (1, 2, 3)
        )

    add(range(1))
    with CaptureQueriesContext(connection) as for_one:
        copy_of_customer(customer=customer, merchant=merchant, now=NOW)
    add(range(1, 5_000))
    # The processor's time of this process: what else the machine does is not ours to judge.
    began = time.process_time()
    with CaptureQueriesContext(connection) as for_many:
        copy = copy_of_customer(customer=customer, merchant=merchant, now=NOW)
    document = as_json(copy)
    took = time.process_time() - began

    assert (len(copy.sections["orders"]), len(copy.sections["order_lines"])) == (5_000, 15_000)
    assert len(document) > 5_000_000
    # Beyond the same queries there is only what fetches a long answer in pieces.
    assert len([one for one in for_many if "FETCH" not in one["sql"]]) == len(for_one)
    assert took < 30
