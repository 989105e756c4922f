"""A person leaves the rows that were imported; the others stay."""

import datetime as dt

from orders.models import Customer
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.imports.enums import Kind
from postpurchase.imports.models import ImportEntry, ImportRow
from postpurchase.imports.services.erase import entries_about, erase_imported_rows, rows_about
from postpurchase.lib.personal_data import ErasedPerson
from tests.conftest import NOW
from tests.imports.making import run_import

ORDERS = (
    "Nr;Datum;Gesamt;Kundennummer;E-Mail;Artikel;Menge;Preis;Notiz\n"
    "1;2026-07-01;5;7;anna@example.com;Tee;1;5;\n"
    "2;2026-07-01;5;8;b@example.com;Tee;7;1;\n"
    "1;2026-07-01;5;;;Dose;1;0;\n"
    "3;2026-07-01;5;8;;Tee;1;5;für Anna Muster\n"
    "C9;2026-07-02;;7;;Tee;-1;5;\n"
)


def test_every_row_about_the_person_and_no_other(merchant, other_merchant):
    run_import(merchant, ORDERS, cancelled_prefix="C")
    run_import(merchant, "Kundennummer;E-Mail\n7;anna@example.com\n8;b@example.com\n", kind=Kind.CUSTOMERS)
    run_import(other_merchant, ORDERS)
    with merchant_scope(merchant.id):
        customer = Customer.objects.get(external_id="7")
        about = list(rows_about([customer.id]).order_by("job__created_at", "job_id", "number").values_list("number"))
        assert sorted(about) == [(2,), (2,), (4,), (6,)]
        assert set(entries_about([customer.id]).values_list("key", flat=True)) == {"1", "C9", "7"}

        person = ErasedPerson(merchant.id, (customer.id,), ("anna@example.com", "Anna Muster"), ("7",))
        assert erase_imported_rows(person=person, now=NOW) == 5 + 4
        assert erase_imported_rows(person=person, now=NOW + dt.timedelta(days=1)) <= 1

        left = "".join(str(cells) for cells in ImportRow.objects.values_list("cells", flat=True))
        assert "nna" not in left
        assert left.count("b@example.com") == 2
        assert sorted(key for key in ImportEntry.objects.values_list("key", flat=True) if key) == ["2", "8"]
    with merchant_scope(other_merchant.id):
        assert ImportRow.objects.filter(cells=[]).count() == 0
