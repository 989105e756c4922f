"""Hostile and broken input gets the problem document of the contract and leaves no row."""

import json

import pytest

from tests.api.rows import digest_of
from tests.orders.bodies import order_body

ORDER = "/api/v1/orders/1001"
BATCH = "/api/v1/orders/batch"


def encoded(**changes: object) -> bytes:
    return json.dumps(order_body(**changes)).encode()


def with_attribute(raw: bytes) -> bytes:
    return encoded().replace(b'"attributes": {}, "source"', b'"attributes": {"a": ' + raw + b'}, "source"')


def line(**changes: object) -> dict[str, object]:
    return {"sku": "A", "quantity": 1, "unit_price": "1.00", **changes}


NOT_STRICT = {
    "broken": b'{"placed_at": ',
    "empty": b"",
    "nul": with_attribute(b'"\\u0000"'),
    "nul in a key": with_attribute(b'{"\\u0000": 1}'),
    "raw nul": with_attribute(b'"\x00"'),
    "lone surrogate": with_attribute(b'"\\ud800"'),
    "not utf-8": with_attribute(b'"\xff\xfe"'),
    "overlong utf-8": with_attribute(b'"\xc0\x80"'),
    "surrogate in utf-8": with_attribute(b'"\xed\xa0\x80"'),
    "100,000 deep": with_attribute(b"[" * 100_000 + b"]" * 100_000),
    "33 deep": with_attribute(b"[" * 31 + b"]" * 31),
    "the same key twice": b'{"total": "1.00", ' + encoded()[1:],
    "nan": with_attribute(b"NaN"),
    "infinity": with_attribute(b"-Infinity"),
    "byte order mark": b"\xef\xbb\xbf" + encoded(),
}

WRONG_CONTENT = {
    "a list": (b"[]", "", "type"),
    "null": (b"null", "", "type"),
    "4,301 digits": (with_attribute(b"9" * 4301), "/attributes/a", "out_of_range"),
    "1e400": (with_attribute(b"1e400"), "/attributes/a", "out_of_range"),
    "unknown field": (encoded(colour="red"), "/colour", "unknown_field"),
    "unknown field with a pointer's signs": (encoded(**{"a/b~c": 1}), "/a~1b~0c", "unknown_field"),
    "negative quantity": (encoded(lines=[line(quantity=-1)]), "/lines/0/quantity", "too_small"),
    "no quantity": (encoded(lines=[line(quantity=0)]), "/lines/0/quantity", "too_small"),
    "half a piece": (encoded(lines=[line(quantity=0.5)]), "/lines/0/quantity", "type"),
    "true pieces": (encoded(lines=[line(quantity=True)]), "/lines/0/quantity", "type"),
    "2**31 pieces": (encoded(lines=[line(quantity=2**31)]), "/lines/0/quantity", "too_large"),
    "negative price": (encoded(lines=[line(unit_price="-1.00")]), "/lines/0/unit_price", "format"),
    "price with five decimals": (encoded(lines=[line(unit_price="1.00001")]), "/lines/0/unit_price", "format"),
    "huge price": (
        encoded(lines=[line(unit_price="9" * 14, quantity=10_000_000)]),
        "/lines/0/unit_price",
        "too_large",
    ),
    "a line without name and sku": (encoded(lines=[{"quantity": 1, "unit_price": "1"}]), "/lines/0/sku", "required"),
    "two lines with one id": (encoded(lines=[line(external_id="2"), line()]), "/lines/1/external_id", "duplicate"),
    "total as a number": (encoded(total=49.9), "/total", "type"),
    "total as words": (encoded(total="free"), "/total", "format"),
    "total in exponents": (encoded(total="1e3"), "/total", "format"),
    "total nan": (encoded(total="NaN"), "/total", "format"),
    "total with a line feed": (encoded(total="1.00\n"), "/total", "format"),
    "total in Arabic digits": (encoded(total="٤٩.٩٠"), "/total", "format"),
    "unknown currency": (encoded(currency="EUX"), "/currency", "unknown_currency"),
    "currency that is no more": (encoded(currency="DEM"), "/currency", "unknown_currency"),
    "small currency": (encoded(currency="eur"), "/currency", "format"),
    "yen with decimals": (
        encoded(currency="JPY", shipping_total="0", tax_total="7", lines=[]),
        "/total",
        "decimals",
    ),
    "time without offset": (encoded(placed_at="2026-11-22T10:00:00"), "/placed_at", "timezone"),
    "no time": (encoded(placed_at="yesterday"), "/placed_at", "format"),
    "the year 1": (encoded(placed_at="0001-01-01T00:00:00+14:00"), "/placed_at", "out_of_range"),
    "the year 9999": (encoded(placed_at="9999-12-31T23:59:59-14:00"), "/placed_at", "out_of_range"),
    "no such status": (encoded(status="done"), "/status", "choice"),
    "no such country": (encoded(shipping_address={"country": "XX"}), "/shipping_address/country", "unknown_country"),
    "mail with a line feed": (
        encoded(customer={"email": "a@example.com\nBcc: b@example.com"}),
        "/customer/email",
        "format",
    ),
    "address that runs": (encoded(lines=[line(product_url="javascript:alert(1)")]), "/lines/0/product_url", "format"),
    "number of 201 characters": (encoded(number="x" * 201), "/number", "too_long"),
    "number with a line feed": (encoded(number="1001\n"), "/number", "format"),
    "2,001 lines": (encoded(lines=[line()] * 2001), "/lines", "too_long"),
    "another id than the address": (encoded(external_id="1002"), "/external_id", "mismatch"),
    "unknown store": (encoded(store="moon"), "/store", "unknown_store"),
    "promised backwards": (encoded(promised_from="2026-11-27"), "/promised_to", "order"),
}


def assert_problem(answer, status: int) -> dict:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert set(problem) - {"errors"} == {"type", "title", "status", "detail"}
    assert problem["type"].startswith("http://127.0.0.1:8000/api/v1/docs/#")
    assert ("errors" in problem) == (status == 422)
    return problem


@pytest.mark.parametrize("raw", NOT_STRICT.values(), ids=NOT_STRICT)
@pytest.mark.parametrize(("method", "path"), [("PUT", ORDER), ("POST", BATCH)])
def test_what_is_not_strict_json_is_400(api, world, method, path, raw) -> None:
    before = digest_of(world.merchant)

    answer = api.request(method, path, raw=raw)

    assert_problem(answer, 400)
    assert digest_of(world.merchant) == before


@pytest.mark.parametrize(("raw", "pointer", "code"), WRONG_CONTENT.values(), ids=WRONG_CONTENT)
def test_wrong_content_is_422_with_its_place(api, world, raw, pointer, code) -> None:
    before = digest_of(world.merchant)

    problem = assert_problem(api.put(ORDER, raw=raw), 422)

    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]
    assert digest_of(world.merchant) == before


def test_every_mistake_is_named_at_once(api, world) -> None:
    body = order_body(currency="euro", colour="red", lines=[line(quantity=0, unit_price=1), "x", line(size=1)])
    del body["placed_at"]

    problem = assert_problem(api.put(ORDER, body), 422)

    assert {(error["pointer"], error["code"]) for error in problem["errors"]} == {
        ("/currency", "format"),
        ("/colour", "unknown_field"),
        ("/placed_at", "required"),
        ("/lines/0/quantity", "too_small"),
        ("/lines/0/unit_price", "type"),
        ("/lines/1", "type"),
        ("/lines/2/size", "unknown_field"),
    }


@pytest.mark.parametrize(
    ("path", "raw"),
    [
        (ORDER, with_attribute(b'"' + b"x" * 2_000_000 + b'"')),
        (ORDER, with_attribute(b"[" + b",".join([b"1"] * 50_000) + b"]")),
        (BATCH, b'{"orders": ["' + b"x" * 10_000_000 + b'"]}'),
        (BATCH, b'{"orders": [[' + b",".join([b"1"] * 400_000) + b"]]}"),
        (BATCH, b'{"orders": [' + b",".join([b"1"] * 501) + b"]}"),
        ("/api/v1/checkpoints/batch", b'{"checkpoints": [' + b",".join([b"{}"] * 1001) + b"]}"),
        ("/api/v1/products/batch", b'{"products": [' + b",".join([b"{}"] * 501) + b"]}"),
    ],
    ids=["2 MB", "50,000 values", "10 MB", "400,000 values", "501 orders", "1,001 checkpoints", "501 products"],
)
def test_what_is_too_large_is_413_and_names_the_limit(api, world, path, raw) -> None:
    before = digest_of(world.merchant)

    problem = assert_problem(api.request("PUT" if path == ORDER else "POST", path, raw=raw), 413)

    assert " may have " in problem["detail"]
    assert digest_of(world.merchant) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_type": "multipart/form-data; boundary=x"},
        {"content_type": "text/plain"},
        {"content_type": "application/json; charset=utf-16"},
        {"content_type": ""},
        {"HTTP_CONTENT_ENCODING": "gzip"},
    ],
    ids=str,
)
def test_only_json_is_read(api, world, headers) -> None:
    assert_problem(api.put(ORDER, order_body(), **headers), 415)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/orders/a%00b",
        "/api/v1/orders/%FF",
        "/api/v1/orders/%C0%80",
        "/api/v1/orders/%ED%A0%80",
        "/api/v1/orders?number=%00",
        "/api/v1/orders?number=%FF",
        "/api/v1/%00",
    ],
)
def test_addresses_are_clean(api, world, path) -> None:
    assert_problem(api.get(path), 400)


def test_pages_refuse_unclean_addresses_too(client) -> None:
    answer = client.get("/t/%00")

    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain")


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("colour=red", "/colour", "unknown_parameter"),
        ("limit=0", "/limit", "too_small"),
        ("limit=201", "/limit", "too_large"),
        ("limit=ten", "/limit", "type"),
        ("limit=1&limit=2", "/limit", "repeated"),
        ("cursor=x", "/cursor", "invalid"),
        ("cursor=WzEsMl0", "/cursor", "invalid"),
        ("cursor=%F0%9F%98%80", "/cursor", "invalid"),
        ("status=done", "/status", "choice"),
        ("number=" + "x" * 201, "/number", "too_long"),
        ("email=" + "x" * 100_000, "/email", "too_long"),
        ("updated_since=yesterday", "/updated_since", "format"),
        ("updated_since=2026-11-22", "/updated_since", "format"),
    ],
)
def test_queries_are_read_strictly(api, world, query, pointer, code) -> None:
    problem = assert_problem(api.get(f"/api/v1/orders?{query}"), 422)

    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/orders/", 404),
        ("GET", "/api/nothing", 404),
        ("DELETE", ORDER, 405),
        ("OPTIONS", ORDER, 405),
        ("TRACE", ORDER, 405),
        ("PATCH", ORDER, 405),
        ("POST", "/api/v1/orders", 405),
        ("POST", "/api/v1/schema/", 405),
        ("GET", "/api/v1/shipments/not-a-uuid", 404),
    ],
)
def test_djangos_own_refusals_are_problems(api, world, method, path, status) -> None:
    assert_problem(api.request(method, path), status)


def test_the_methods_there_are_are_named(api, world) -> None:
    assert api.request("PATCH", ORDER)["Allow"] == "GET, PUT, HEAD"


TEXTS = [
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "👩‍👩‍👧‍👦 Kerze 🕯️",
    "مرحبا بالعالم",
    "\u202eRTL\u202c",
    "Z̷̡̛͇͔a̵l̸g̶o̷",
    "İıßẞﬀ",
    "Robert'); DROP TABLE orders_order;--",
    "<script>alert(1)</script>",
    "{{ 7*7 }}{% debug %}",
    "=cmd|' /C calc'!A0",
    "tab\there, line\nfeed",
]


@pytest.mark.parametrize("text", TEXTS)
def test_whatever_people_are_called_comes_back_as_it_went_in(api, world, text) -> None:
    customer = {"external_id": "c", "first_name": text, "attributes": {text: text}}
    body = order_body(customer=customer, lines=[line(name=text)], shipping_address={"name": text, "city": text})

    assert api.put(ORDER, body).status_code == 201
    answer = api.get(ORDER).json()

    assert answer["lines"][0]["name"] == text
    assert (answer["shipping_address"]["name"], answer["customer"]["first_name"]) == (text, text)
    assert answer["customer"]["attributes"] == {text: text}


@pytest.mark.parametrize(
    ("currency", "total", "price", "shown"),
    [
        ("JPY", "4990", "2495.5", ("4990", "2495.5")),
        ("KWD", "4.990", "4.99", ("4.990", "4.990")),
        ("CHF", "49.9", "0.0001", ("49.90", "0.0001")),
        ("EUR", "0", "0", ("0.00", "0.00")),
    ],
)
def test_money_has_its_currencys_decimals(api, world, currency, total, price, shown) -> None:
    zero = {"shipping_total": "0", "discount_total": "0", "tax_total": "0"}
    api.put(ORDER, order_body(currency=currency, total=total, lines=[line(unit_price=price)], **zero))

    answer = api.get(ORDER).json()

    assert (answer["total"], answer["lines"][0]["unit_price"]) == shown
