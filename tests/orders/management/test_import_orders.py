"""The command, from the file to the rows."""

import gzip
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.orders.importers.test_order_lines import TABLE

REPORT = """\
   created        3
   updated        0
 unchanged        0
   ignored        0
   invalid        0
  accepted  36.59 GBP
  left out        2 invoices: no line left
  left out        1 invoice: cancellation
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lines.csv.gz"
    path.write_bytes(gzip.compress(TABLE.encode("utf-8-sig")))
    return path


def imported(file: Path, *arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("import_orders", str(file), "--currency=GBP", "--time-zone=Europe/London", *arguments)
    return capsys.readouterr().out


def test_orders_are_imported_as_history_and_again_unchanged(merchant, other_merchant, file, capsys) -> None:
    first = imported(file, "--merchant=lindenhof", capsys=capsys)
    with merchant_scope(merchant.id):
        events = Event.objects.count()
    second = imported(file, "--merchant=lindenhof", capsys=capsys)

    assert first.startswith(REPORT)
    assert second.splitlines()[:3] == ["   created        0", "   updated        0", " unchanged        3"]
    with merchant_scope(merchant.id):
        assert list(Order.objects.order_by("placed_at").values_list("external_id", "total", "backfill")) == [
            ("536365", Decimal("25.49"), True),
            ("536372", Decimal("0.00"), True),
            ("536366", Decimal("11.10"), True),
        ]
        assert Event.objects.count() == events
    with merchant_scope(other_merchant.id):
        assert Order.objects.count() == 0


def test_what_is_left_out_can_be_written_to_a_file(merchant, file, tmp_path, capsys) -> None:
    left_out = tmp_path / "left.csv"

    imported(file, "--merchant=lindenhof", f"--left-out={left_out}", capsys=capsys)

    lines = left_out.read_text().splitlines()
    assert (lines[0], lines[2], len(lines)) == ("invoice,row,reason", "536365,5,quantity not positive", 13)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Say either --merchant or --url."),
        (["--merchant=nobody"], "There is no merchant “nobody”"),
        (["--merchant=lindenhof", "--url=https://example.com"], "Say either"),
        (["--url=https://example.com"], "--url needs --key"),
        (["--merchant=lindenhof", "--column=invoice=Nr"], "There is no column Nr"),
        (["--merchant=lindenhof", "--column=nonsense=Nr"], "say FIELD=HEADING"),
        (["--merchant=lindenhof", "--time-zone=Mars"], "Mars is not a time zone"),
        (["--merchant=lindenhof", "--currency=XXX"], "XXX is not an active"),
        (["--url=http://127.0.0.1:9", "--key=k"], "could not be reached"),
    ],
)
def test_wrong_words_are_explained(merchant, file, capsys, arguments, message) -> None:
    with pytest.raises(CommandError, match=message):
        imported(file, *arguments, capsys=capsys)

    with merchant_scope(merchant.id):
        assert Order.objects.count() == 0


def test_a_missing_file_is_explained(merchant, tmp_path, capsys) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        imported(tmp_path / "none.csv", "--merchant=lindenhof", capsys=capsys)
