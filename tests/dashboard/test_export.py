"""Files to take away: streamed, of the own merchant only, without formulas."""

import io
import json
import zipfile

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import make_world
from tests.dashboard.conftest import Role, sign_in
from tests.messaging.making import make_order


@pytest.fixture
def worlds(committed_db):
    """Downloads open a transaction of their own after the request's, so what they show must be committed."""
    mine, theirs = make_world("lindenhof"), make_world("stranger")
    with merchant_scope(mine.merchant.id):
        make_order(mine.merchant, number="=1+1")
    with merchant_scope(theirs.merchant.id):
        make_order(theirs.merchant, number="THEIRS")
    return mine, theirs


def body(response) -> bytes:
    assert response.streaming
    return b"".join(response.streaming_content)


def test_everything_in_one_file(worlds) -> None:
    mine, _theirs = worlds
    owner = sign_in(mine.merchant, Role.OWNER)

    response = owner.get("/dashboard/export/everything.jsonl.zip")

    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="lindenhof-20')
    assert response.headers["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(body(response))) as archive:
        orders = [json.loads(line) for line in archive.read("orders/order.jsonl").decode().splitlines()]
        assert [order["number"] for order in orders] == ["=1+1"]
        assert not any(b"THEIRS" in archive.read(name) for name in archive.namelist())


def test_one_list(worlds) -> None:
    mine, _theirs = worlds
    owner = sign_in(mine.merchant, Role.OWNER)

    response = owner.get("/dashboard/export/orders.csv")

    assert response.headers["Content-Disposition"] == 'attachment; filename="orders.csv"'
    lines = body(response).decode().splitlines()
    assert len(lines) == 2
    assert '"\'=1+1"' in lines[1]


@pytest.mark.parametrize("path", ["everything.xml.zip", "orders.xml", "users.csv", "api-keys.csv"])
def test_what_is_not_offered_is_not_there(worlds, path) -> None:
    assert sign_in(worlds[0].merchant, Role.OWNER).get(f"/dashboard/export/{path}").status_code == 404
