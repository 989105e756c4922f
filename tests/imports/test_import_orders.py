"""The command, from the file to the rows and to what it says."""

import csv
import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from postpurchase.imports.models import ImportJob
from tests.imports.making import LINES, workbook
from tests.lib.http_server import answer, raw_server

REPORT = """\
        created        3
        updated        0
      unchanged        0
        ignored        0
        refused        1
       left_out        2
       refunded        1 cancellations
      unmatched        1 cancellations
       accepted  36.5900 GBP
       left_out        1 × An adjustment, not an order.
       left_out        1 × Nothing is bought here: no quantity is above zero.
        refused        1 × This is not a number as the settings say they are written.
      unmatched        1 × No earlier order of this customer has enough of this article left.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lines.csv.gz"
    path.write_bytes(gzip.compress(LINES.encode("utf-8-sig")))
    return path


def imported(file: Path, *arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("import_orders", str(file), "--currency=GBP", "--time-zone=Europe/London", *arguments)
    return capsys.readouterr().out


def test_orders_are_imported_as_history_and_again_unchanged(merchant, other_merchant, file, capsys):
    first = imported(file, "--merchant=lindenhof", capsys=capsys)
    with merchant_scope(merchant.id):
        events = Event.objects.count()
    second = imported(file, "--merchant=lindenhof", capsys=capsys)

    assert first == REPORT
    assert second.splitlines()[:3] == [
        "        created        0",
        "        updated        0",
        "      unchanged        4",
    ]
    with merchant_scope(merchant.id):
        assert list(Order.objects.order_by("placed_at").values_list("external_id", "total", "backfill")) == [
            ("536365", Decimal("25.49"), True),
            ("536372", Decimal("0.00"), True),
            ("536366", Decimal("11.10"), True),
        ]
        assert Event.objects.count() == events
    with merchant_scope(other_merchant.id):
        assert Order.objects.count() == 0


def test_what_did_not_come_in_can_be_written_to_a_file(merchant, file, tmp_path, capsys):
    left_out = tmp_path / "left.csv"

    imported(file, "--merchant=lindenhof", f"--left-out={left_out}", capsys=capsys)

    with left_out.open(encoding="utf-8", newline="") as lines:
        rows = [(row["row"], row["InvoiceNo"], row["field"]) for row in csv.DictReader(lines)]
    assert rows == [
        ("6", "C536383", ""),
        ("7", "536589", ""),
        ("8", "A563185", ""),
        ("9", "536370", ""),
        ("10", "536370", "Quantity"),
    ]


def test_other_headings_and_a_workbook(merchant, tmp_path, capsys):
    path = tmp_path / "orders.xlsx"
    path.write_bytes(workbook(["Beleg", "Wann", "Was", "Wieviel", "Für"], ["R1", "01.07.2026", "Tee", 2, 3.5]))
    columns = ["invoice=Beleg", "placed_at=Wann", "name=Was", "quantity=Wieviel", "unit_price=Für"]

    imported(path, "--merchant=lindenhof", "--live", *[f"--column={pair}" for pair in columns], capsys=capsys)

    with merchant_scope(merchant.id):
        assert list(Order.objects.values_list("external_id", "total", "backfill")) == [("R1", Decimal(7), False)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Say either --merchant or --url."),
        (["--merchant=nobody"], "There is no merchant “nobody”"),
        (["--merchant=lindenhof", "--url=https://example.com"], "Say either"),
        (["--url=https://example.com"], "--url needs --key"),
        (["--merchant=lindenhof", "--column=invoice=Nr"], "There is no column Nr"),
        (["--merchant=lindenhof", "--column=invoice="], "no column for: Order number"),
        (["--merchant=lindenhof", "--column=nonsense=Nr"], "say FIELD=HEADING"),
        (["--merchant=lindenhof", "--time-zone=Mars"], "Mars is not a time zone"),
        (["--merchant=lindenhof", "--currency=XXX"], "XXX is not an active"),
        (["--url=http://127.0.0.1:9", "--key=k"], "could not be reached"),
    ],
)
def test_wrong_words_are_explained(merchant, file, capsys, arguments, message):
    with pytest.raises(CommandError, match=message):
        imported(file, *arguments, capsys=capsys)

    with merchant_scope(merchant.id):
        assert (Order.objects.count(), ImportJob.objects.count()) == (0, 0)


def test_orders_can_be_pushed_to_another_installation(db, file, capsys):
    results = [
        {"index": 0, "external_id": "536365", "status": "created", "errors": []},
        {"index": 1, "external_id": "536366", "status": "unchanged", "errors": []},
        {"index": 2, "external_id": "536372", "status": "invalid", "errors": [{"pointer": "/total", "message": "No."}]},
    ]
    with raw_server(answer(body=json.dumps({"results": results}).encode())) as heard:
        said = imported(file, f"--url={heard.url}", "--key=pp_secret", capsys=capsys)

    head, _, body = heard.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /api/v1/orders/batch ")
    assert b"Authorization: Bearer pp_secret" in head
    orders = json.loads(body)["orders"]
    assert [(order["external_id"], order["total"], len(order["lines"])) for order in orders] == [
        ("536365", "25.49", 2),
        ("536366", "11.10", 1),
        ("536372", "0.00", 1),
    ]
    assert said.splitlines()[:3] == ["        created        1", "        updated        0", "      unchanged        1"]
    assert "left out        2 × A cancellation." in said
    assert "left out        1 × /total No." in said


def test_files_that_cannot_be_read_are_explained(merchant, tmp_path, capsys):
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(gzip.compress(LINES.encode())[:50])

    with pytest.raises(CommandError, match="No such file"):
        imported(tmp_path / "none.csv", "--merchant=lindenhof", capsys=capsys)
    with pytest.raises(CommandError, match="packed file"):
        imported(broken, "--merchant=lindenhof", capsys=capsys)
