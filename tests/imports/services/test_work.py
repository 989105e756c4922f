"""From the file to orders, products and customers, step by step, whatever happens in between."""

from decimal import Decimal

import pytest
from django.utils import timezone, translation

from orders.inputs import ProductInput
from orders.models import Customer, Order, OrderLine, Product, Refund
from orders.services.products import upsert_product
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from postpurchase.imports.enums import Kind, State
from postpurchase.imports.models import ImportEntry, ImportJob, ImportPart, ImportRow, SavedMapping
from postpurchase.imports.selectors import outcome_counts, problem_lines
from postpurchase.imports.services import apply, claims, jobs, plan, stage, work
from postpurchase.imports.services.claims import ClaimLost, claim, finish_step, jobs_to_work_on
from postpurchase.imports.services.forget import forget_old_imports
from postpurchase.imports.services.jobs import (
    KEPT_FOR,
    WrongState,
    discard_import,
    map_import,
    remap_import,
    resume_import,
    start_import,
)
from postpurchase.imports.services.work import work_on
from postpurchase.lib.validation import Refused
from tests.conftest import NOW
from tests.imports.making import LINES, SETTINGS, finish, make_import, mapped, run_import

PREFIXES = {"cancelled_prefix": "C", "left_out_prefix": "A"}


def counts(job: ImportJob) -> dict[str, int]:
    with merchant_scope(job.merchant_id):
        return outcome_counts(job=job)


def state(merchant) -> tuple:
    """Everything an import may change."""
    with merchant_scope(merchant.id):
        return (
            sorted(Order.objects.values_list("external_id", "total", "payment_status", "updated_at")),
            sorted(OrderLine.objects.values_list("order__external_id", "position", "sku", "quantity", "total")),
            sorted(Refund.objects.values_list("order__external_id", "external_id", "amount")),
            sorted(Customer.objects.values_list("external_id", flat=True)),
            Event.objects.count(),
        )


def test_orders_come_in_whole_and_cancellations_are_given_back(merchant, other_merchant):
    job = run_import(merchant, LINES, **PREFIXES)

    assert (job.state, job.rows, job.problem) == (State.DONE, 10, "")
    assert counts(job) == {"created": 3, "left_out": 2, "refused": 1, "refunded": 1, "unmatched": 1}
    orders, lines, refunds, customers, _ = state(merchant)
    assert [(order[0], order[1], order[2]) for order in orders] == [
        ("536365", Decimal("25.4900"), "partially_refunded"),
        ("536366", Decimal("11.1000"), "paid"),
        ("536372", Decimal("0.0000"), "paid"),
    ]
    assert [line[:4] for line in lines] == [
        ("536365", 1, "85123A", 6),
        ("536365", 2, "71053", 3),
        ("536366", 1, "22633", 6),
        ("536372", 1, "22632", 1),
    ]
    assert refunds == [("536365", "C536379", Decimal("5.1000"))]
    assert customers == ["17850"]
    with merchant_scope(other_merchant.id):
        assert (Order.objects.count(), ImportJob.objects.count()) == (0, 0)


def test_a_second_import_changes_nothing(merchant):
    run_import(merchant, LINES, **PREFIXES)
    before = state(merchant)

    job = run_import(merchant, LINES, **PREFIXES)

    assert counts(job) == {"unchanged": 4, "left_out": 2, "refused": 1, "unmatched": 1}
    assert state(merchant) == before


def test_a_dry_run_says_what_would_happen_and_does_nothing(merchant):
    with merchant_scope(merchant.id):
        job = make_import(merchant, LINES)
        mapped(job, dry_run=True, **PREFIXES)
    before = state(merchant)
    job = finish(merchant.id, job.id)

    assert job.state == State.CHECKED
    assert counts(job) == {"created": 3, "left_out": 2, "refused": 1, "cancellation": 2}
    assert state(merchant) == before

    with merchant_scope(merchant.id):
        start_import(job=job)
    assert counts(finish(merchant.id, job.id)) == {
        "created": 3,
        "left_out": 2,
        "refused": 1,
        "refunded": 1,
        "unmatched": 1,
    }


def test_history_sends_nothing_and_new_orders_say_that_they_are_new(merchant):
    run_import(merchant, LINES)
    with merchant_scope(merchant.id):
        placed = Event.objects.filter(type="order.placed")
        assert {event.data["backfill"] for event in placed} == {True}

    run_import(merchant, "Nr,Datum,Gesamt\nlive-1,2026-07-01,5.00\n", backfill=False)

    with merchant_scope(merchant.id):
        order = Order.objects.get(external_id="live-1")
        assert order.backfill is False


def test_problems_come_back_with_their_rows_as_a_safe_file(merchant):
    job = run_import(merchant, LINES.replace("ALARM CLOCK", "=HYPERLINK(0)"), **PREFIXES)

    with merchant_scope(merchant.id), translation.override("en"):
        lines = list(problem_lines(job=job, headings=["row", "field", "reason"]))

    assert lines[0] == (
        '"row","field","reason","InvoiceNo","StockCode","Description","Quantity","InvoiceDate","UnitPrice",'
        '"CustomerID","Country"\r\n'
    )
    # Both rows of the refused order, so that the mended file brings it in whole; the reason at the row it is about.
    assert [line.split(",")[:3] for line in lines[1:]] == [
        ['"6"', '""', '"No earlier order of this customer has enough of this article left."'],
        ['"7"', '""', '"Nothing is bought here: no quantity is above zero."'],
        ['"8"', '""', '"An adjustment'],
        ['"9"', '""', '""'],
        ['"10"', '"Quantity"', '"This is not a number as the settings say they are written."'],
    ]
    assert '"\'=HYPERLINK(0)"' in lines[4]
    assert '"=' not in "".join(lines)


def test_rows_are_stored_in_batches_and_the_file_goes(merchant, monkeypatch):
    monkeypatch.setattr(stage, "BATCH", 3)
    with merchant_scope(merchant.id):
        job = make_import(merchant, LINES)
        assert ImportPart.objects.filter(job=job).count() == 1
        mapped(job)
    assert work_on(merchant_id=merchant.id, job_id=job.id) is True

    with merchant_scope(merchant.id):
        assert list(ImportRow.objects.filter(job=job).order_by("number").values_list("number", flat=True)) == list(
            range(2, 12)
        )
        assert ImportPart.objects.filter(job=job).count() == 0


def test_reading_goes_on_behind_the_last_row_that_is_there(merchant, monkeypatch):
    monkeypatch.setattr(stage, "BATCH", 3)
    monkeypatch.setattr(jobs, "SAMPLES", 2)
    with merchant_scope(merchant.id):
        job = make_import(merchant, LINES)
        mapped(job, **PREFIXES)
    real, calls = stage._store, []

    def die_in_the_third_batch(*arguments):
        calls.append(1)
        if len(calls) == 3:
            raise ZeroDivisionError
        real(*arguments)

    monkeypatch.setattr(stage, "_store", die_in_the_third_batch)
    with pytest.raises(ZeroDivisionError):
        work_on(merchant_id=merchant.id, job_id=job.id)
    monkeypatch.setattr(stage, "_store", real)
    with merchant_scope(merchant.id):
        assert ImportRow.objects.filter(job=job).count() == 8
        lease_is_over(job)

    job = finish(merchant.id, job.id)

    assert (job.state, job.rows) == (State.DONE, 10)
    with merchant_scope(merchant.id):
        assert Order.objects.count() == 3


def lease_is_over(job: ImportJob) -> None:
    ImportJob.objects.filter(pk=job.pk).update(leased_until=timezone.now() - claims.LEASE)


def test_a_chunk_comes_in_whole_or_not_at_all(merchant, monkeypatch):
    monkeypatch.setattr(plan, "ENTRIES_PER_CHUNK", 2)
    with merchant_scope(merchant.id):
        job = make_import(merchant, LINES)
        mapped(job, **PREFIXES)
    for _ in range(3):  # rows, entries, the first chunk
        assert work_on(merchant_id=merchant.id, job_id=job.id) is True
    before = state(merchant)
    monkeypatch.setattr(work, "finish_step", fail)
    with pytest.raises(ZeroDivisionError):
        work_on(merchant_id=merchant.id, job_id=job.id)

    assert state(merchant) == before
    with merchant_scope(merchant.id):
        job.refresh_from_db()
        assert (job.next_chunk, job.attempts) == (1, 1)
    assert work_on(merchant_id=merchant.id, job_id=job.id) is False  # the lease still runs
    monkeypatch.setattr(work, "finish_step", finish_step)
    with merchant_scope(merchant.id):
        lease_is_over(job)
        assert jobs_to_work_on(limit=10) == [(merchant.id, job.id)]
    assert counts(finish(merchant.id, job.id)) == {
        "created": 3,
        "left_out": 2,
        "refused": 1,
        "refunded": 1,
        "unmatched": 1,
    }


def fail(*_arguments, **_options):
    raise ZeroDivisionError


def test_who_comes_back_too_late_writes_nothing(merchant):
    with merchant_scope(merchant.id):
        job = make_import(merchant, LINES)
        mapped(job)
    late = claim(merchant_id=merchant.id, job_id=job.id)
    with merchant_scope(merchant.id):
        lease_is_over(job)
    second = claim(merchant_id=merchant.id, job_id=job.id)

    assert (late.attempt, second.attempt) == (1, 2)
    with pytest.raises(ClaimLost), merchant_scope(merchant.id):
        finish_step(late, rows_complete=True)
    with merchant_scope(merchant.id):
        finish_step(second, rows_complete=True)


def test_one_entry_that_breaks_everything_is_named_and_the_others_come_in(merchant, monkeypatch):
    real = apply.read_order

    def break_on_one(rows, mapping, settings):
        if rows[0].cells[0] == "536366":
            raise ZeroDivisionError
        return real(rows, mapping, settings)

    monkeypatch.setattr(apply, "read_order", break_on_one)
    with merchant_scope(merchant.id):
        job = make_import(merchant, LINES)
        mapped(job, **PREFIXES)
    work_on(merchant_id=merchant.id, job_id=job.id)
    work_on(merchant_id=merchant.id, job_id=job.id)
    for _ in range(claims.TRIES_TOGETHER):
        with pytest.raises(ZeroDivisionError):
            work_on(merchant_id=merchant.id, job_id=job.id)
        with merchant_scope(merchant.id):
            lease_is_over(job)

    job = finish(merchant.id, job.id)

    assert job.state == State.DONE
    assert counts(job) == {"created": 2, "left_out": 2, "refused": 2, "refunded": 1, "unmatched": 1}
    with merchant_scope(merchant.id):
        entry = ImportEntry.objects.get(job=job, key="536366")
        assert entry.findings == [{"row": 3, "field": "", "code": "internal", "message": "ZeroDivisionError"}]


def test_what_fails_five_times_stops_and_can_be_taken_up_again(merchant, monkeypatch):
    monkeypatch.setattr(work, "plan_entries", fail)
    with merchant_scope(merchant.id):
        job = make_import(merchant, LINES)
        mapped(job)
    work_on(merchant_id=merchant.id, job_id=job.id)
    for _ in range(claims.MOST_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            work_on(merchant_id=merchant.id, job_id=job.id)
        with merchant_scope(merchant.id):
            lease_is_over(job)
    assert work_on(merchant_id=merchant.id, job_id=job.id) is False
    with merchant_scope(merchant.id):
        job.refresh_from_db()
        assert (job.state, job.problem, jobs_to_work_on(limit=10)) == (State.STOPPED, "step_failed", [])
    monkeypatch.setattr(work, "plan_entries", plan.plan_entries)
    with merchant_scope(merchant.id):
        resume_import(job=job)

    assert finish(merchant.id, job.id).state == State.DONE


def test_a_file_that_breaks_in_the_middle_is_named_with_its_row(merchant):
    with merchant_scope(merchant.id):
        job = make_import(merchant, LINES + "1,2,3\n" * 20 + '1,"2"3\n')
        mapped(job)

    job = finish(merchant.id, job.id)

    assert (job.state, job.problem, job.problem_row) == (State.FAILED, "broken_quotes", 32)
    with merchant_scope(merchant.id):
        assert Order.objects.count() == 0


def test_nul_and_too_many_cells_refuse_their_orders_only(merchant):
    job = run_import(
        merchant,
        "Nr,Datum,Artikel,Menge,Preis\n1,2026-07-01,a\x00b,1,2\n2,2026-07-01,Tee,1,2,more\n3,2026-07-01,Tee,1,2\n",
    )

    assert counts(job) == {"created": 1, "refused": 2}
    with merchant_scope(merchant.id):
        codes = dict(ImportEntry.objects.exclude(findings=[]).values_list("key", "findings__0__code"))
        assert codes == {"1": "nul", "2": "more_cells_than_headings"}


def test_an_order_longer_than_an_order_may_be_is_refused_without_being_read(merchant):
    job = run_import(merchant, "Nr,Datum,Artikel,Menge,Preis\n" + "1,2026-07-01,Tee,1,2\n" * 2_001)

    assert counts(job) == {"refused": 1}
    with merchant_scope(merchant.id):
        assert ImportEntry.objects.get().findings[0]["code"] == "too_many_lines"


def test_an_order_of_1114_lines_in_the_midst_of_others(merchant):
    rows = [f"{1 if n % 2 else n},2026-07-01,Tee {n},1,0.10\n" for n in range(2228)]

    job = run_import(merchant, "Nr,Datum,Artikel,Menge,Preis\n" + "".join(rows))

    assert counts(job) == {"created": 1115}
    with merchant_scope(merchant.id):
        assert OrderLine.objects.filter(order__external_id="1").count() == 1114
        assert Order.objects.get(external_id="1").total == Decimal("111.4")


def test_a_limit_counts_orders_and_not_cancellations(merchant):
    job = run_import(merchant, LINES, limit=2, **PREFIXES)

    with merchant_scope(merchant.id):
        assert set(Order.objects.values_list("external_id", flat=True)) == {"536365", "536366"}
    assert counts(job) == {"created": 2}


def test_headings_without_rows(merchant):
    job = run_import(merchant, "Nr,Datum,Gesamt\n")

    assert (job.state, job.rows, job.chunks, counts(job)) == (State.DONE, 0, 0, {})


def test_products_keep_what_the_file_has_no_column_for(merchant):
    known = ProductInput(
        sku="T", name="Tee", description="Fein.", price="2.50", currency="CHF", categories=["Tee"], related=["X"]
    )
    with merchant_scope(merchant.id):
        upsert_product(merchant=merchant, data=known, now=NOW)
    table = (
        "SKU,Name,Preis,Verfügbar\nT,Schwarztee,3.10,nein\nD,Dose,12.00,ja\nD,Dose groß,12.00,ja\n,Ohne,1,ja\nE,,1,ja\n"
    )

    job = run_import(merchant, table, kind=Kind.PRODUCTS)
    again = run_import(merchant, table.replace("D,Dose,12.00,ja\n", ""), kind=Kind.PRODUCTS)

    assert counts(job) == {"created": 1, "updated": 2, "refused": 2}
    assert counts(again) == {"unchanged": 2, "refused": 2}
    with merchant_scope(merchant.id):
        tea, tin = Product.objects.get(sku="T"), Product.objects.get(sku="D")
    assert (tea.name, tea.price, tea.currency, tea.available) == ("Schwarztee", Decimal("3.10"), "CHF", False)
    assert (tea.description, tea.categories, tea.related) == ("Fein.", ["Tee"], ["X"])
    assert (tin.name, tin.currency) == ("Dose groß", "GBP")


def test_customers(merchant):
    table = (
        "Kundennummer;E-Mail;Vorname;Nachname;Geburtsdatum\n7;Anna@Example.com;Anna;Muster;04.07.1980\n"
        "8;no address;x;y;\n9;b@example.com;B;Ö;31.02.1980\n"
    )

    job = run_import(merchant, table, kind=Kind.CUSTOMERS)
    again = run_import(merchant, "Kundennummer,Firma\n7,Muster AG\n", kind=Kind.CUSTOMERS)
    third = run_import(merchant, "Kundennummer,Firma\n7,Muster AG\n", kind=Kind.CUSTOMERS)

    assert [counts(one) for one in (job, again, third)] == [
        {"created": 1, "refused": 2},
        {"updated": 1},
        {"unchanged": 1},
    ]
    with merchant_scope(merchant.id):
        customer = Customer.objects.get()
    assert (customer.email, customer.first_name, customer.company) == ("anna@example.com", "Anna", "Muster AG")
    assert str(customer.birth_date) == "1980-07-04"


def test_a_mapping_that_lacks_something_begins_nothing(merchant, in_scope):
    job = make_import(merchant, LINES)

    with pytest.raises(Refused) as error:
        map_import(job=job, mapping={"number": 0}, settings=SETTINGS, now=NOW)

    assert [problem.pointer for problem in error.value.problems] == ["placed_at", "total"]
    job.refresh_from_db()
    assert (job.state, SavedMapping.objects.count()) == (State.MAPPING, 0)


def test_an_import_goes_its_way_and_no_other(merchant):
    with merchant_scope(merchant.id):
        job = make_import(merchant, LINES)
        for wrong in (start_import, resume_import, remap_import):
            with pytest.raises(WrongState):
                wrong(job=job)
        mapped(job, dry_run=True)
        job.refresh_from_db()
    job = finish(merchant.id, job.id)
    with merchant_scope(merchant.id):
        remap_import(job=job)
        mapped(job, dry_run=True, decimal_mark=",")
    job = finish(merchant.id, job.id)
    assert counts(job) == {"refused": 5, "left_out": 3}
    with merchant_scope(merchant.id):
        start_import(job=job)
        with pytest.raises(WrongState):
            discard_import(job=job)
        assert SavedMapping.objects.get().settings["decimal_mark"] == ","


def test_what_is_thrown_away_is_gone(merchant):
    job = run_import(merchant, LINES, **PREFIXES)
    with merchant_scope(merchant.id):
        discard_import(job=job)

        assert [model.objects.count() for model in (ImportJob, ImportRow, ImportEntry, ImportPart)] == [0, 0, 0, 0]
        assert Order.objects.count() == 3


def test_old_imports_are_forgotten(merchant, other_merchant):
    old = run_import(merchant, LINES, **PREFIXES)
    kept = run_import(other_merchant, LINES)
    with merchant_scope(merchant.id):
        ImportJob.objects.update(created_at=NOW - KEPT_FOR)

    assert forget_old_imports(now=NOW) == 0
    assert forget_old_imports(now=NOW + (KEPT_FOR / 2)) == 1

    with merchant_scope(merchant.id):
        assert [model.objects.count() for model in (ImportJob, ImportRow, ImportEntry)] == [0, 0, 0]
        assert Order.objects.count() == 3
    with merchant_scope(other_merchant.id):
        assert ImportJob.objects.get().pk == kept.pk != old.pk
