"""From the file to the result, as a merchant does it."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from orders.models import Order, Product
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.imports import uploads
from postpurchase.imports.enums import Kind, State
from postpurchase.imports.examples import example_file
from postpurchase.imports.models import ImportEntry, ImportJob, ImportPart, ImportRow
from tests.imports.making import finish, make_import, mapped

TABLE = (
    "Bestellnummer;Datum;Artikel;Menge;Preis;E-Mail;Notiz\n"
    "1001;04.07.2026;Tee;2;1.022,50;anna@example.com;\n"
    "1002;04.07.2026;=Dose;eins;9,90;b@example.com;\n"
    "1002;04.07.2026;Tee;1;9,90;b@example.com;\n"
)
MAPPED = ["number", "placed_at", "line_name", "quantity", "unit_price", "email", ""]
COLUMNS = {f"column-{position}": field for position, field in enumerate(MAPPED)}
SETTINGS = {
    "currency": "EUR",
    "store": "default",
    "time_zone": "Europe/Berlin",
    "date_format": "dmy",
    "decimal_mark": ",",
    "backfill": "on",
}


def upload(client: Client, content: str | bytes, *, kind: str = "orders", name: str = "bestellungen.csv"):
    data = content.encode() if isinstance(content, str) else content
    return client.post("/dashboard/imports/", {"kind": kind, "file": SimpleUploadedFile(name, data)})


def only_job(merchant: Merchant) -> ImportJob:
    with merchant_scope(merchant.id):
        return ImportJob.objects.get()


def test_from_the_file_to_the_result(merchant, manager):
    response = upload(manager, TABLE)
    job = only_job(merchant)
    assert (response.status_code, response.url) == (302, f"/dashboard/imports/{job.id}/")

    page = manager.get(response.url).content.decode()
    assert "CSV with semicolons, letters as UTF-8" in page
    assert '<option value="number" selected>Order number *</option>' in page
    assert '<option value="unit_price" selected>' in page
    assert '<option value="shipping_city">City (Delivery address)</option>' in page
    assert "1.022,50<br>9,90" in page
    assert '<option value="," selected>1.234,50</option>' in page
    assert 'name="backfill" id="id_backfill" checked' in page

    response = manager.post(f"{response.url}columns/", COLUMNS | SETTINGS)
    assert (response.status_code, response.url) == (302, f"/dashboard/imports/{job.id}/")
    response = manager.get(response.url)
    assert response.headers["Refresh"] == "3"
    assert "Refresh" not in manager.get(f"/dashboard/imports/{job.id}/?still").headers
    assert b'role="status"' in response.content

    assert finish(merchant.id, job.id).state == State.CHECKED
    response = manager.get(f"/dashboard/imports/{job.id}/")
    page = response.content.decode()
    assert "What would happen" in page
    assert "This is not a number as the settings say they are written." in page
    assert "<code>" not in page
    assert "Refresh" not in response.headers
    with merchant_scope(merchant.id):
        assert Order.objects.count() == 0

    manager.post(f"/dashboard/imports/{job.id}/start/")
    assert finish(merchant.id, job.id).state == State.DONE
    page = manager.get(f"/dashboard/imports/{job.id}/").content.decode()
    assert "<dt>new</dt><dd><strong>1</strong></dd>" in page
    assert "<dt>refused</dt><dd><strong>1</strong></dd>" in page
    with merchant_scope(merchant.id):
        assert list(Order.objects.values_list("external_id", "total", "source")) == [("1001", 2045, "import")]


def test_the_file_of_problems_has_every_row_of_the_order_and_no_formula(merchant, owner):
    upload(owner, TABLE)
    job = only_job(merchant)
    owner.post(f"/dashboard/imports/{job.id}/columns/", COLUMNS | SETTINGS)
    finish(merchant.id, job.id)

    response = owner.get(f"/dashboard/imports/{job.id}/problems.csv")
    content = b"".join(response.streaming_content).decode("utf-8-sig")

    assert response.headers["Content-Disposition"].endswith('-orders.csv"')
    assert response.headers["Cache-Control"] == "private, no-store"
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert rows[0][:4] == ["Row", "Field", "Reason", "Bestellnummer"]
    assert [row[:4] for row in rows[1:]] == [
        ["3", "Menge", "This is not a number as the settings say they are written.", "1002"],
        ["4", "", "", "1002"],
    ]
    assert rows[1][5] == "'=Dose"

    mended = content.replace('"eins"', '"1"')
    upload(owner, mended, name="mended.csv")
    with merchant_scope(merchant.id):
        second = ImportJob.objects.get(file_name="mended.csv")
    mapped = ["", "", "", *MAPPED]
    owner.post(
        f"/dashboard/imports/{second.id}/columns/",
        {f"column-{position}": field for position, field in enumerate(mapped)} | SETTINGS,
    )
    finish(merchant.id, second.id)
    owner.post(f"/dashboard/imports/{second.id}/start/")
    finish(merchant.id, second.id)
    with merchant_scope(merchant.id):
        order = Order.objects.get(external_id="1002")
        assert [line.name for line in order.lines.order_by("position")] == ["=Dose", "Tee"]


def test_answers_are_remembered_for_the_next_file_like_it(merchant, owner):
    upload(owner, TABLE)
    job = only_job(merchant)
    changed = COLUMNS | {"column-6": "sku"} | SETTINGS | {"currency": "CHF"}
    owner.post(f"/dashboard/imports/{job.id}/columns/", changed)

    response = upload(owner, TABLE.replace("Notiz", "NOTIZ"))
    page = owner.get(response.url).content.decode()

    assert "You have imported a file with these headings before" in page
    assert '<option value="sku" selected>' in page
    assert '<option value="CHF" selected>' in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"column-0": ""}, "Which column holds “Order number”?"),
        ({"column-6": "email"}, "Two columns cannot both be “E-mail”."),
        ({"column-3": "", "column-4": ""}, "Which column holds “Total”?"),
        ({"column-0": "nonsense"}, "Which column holds “Order number”?"),
        ({"currency": "XXX"}, "Something needs another look"),
        ({"time_zone": "Mars"}, "Something needs another look"),
        ({"store": "nowhere"}, "Something needs another look"),
    ],
)
def test_wrong_answers_are_named_and_begin_nothing(merchant, owner, changes, words):
    upload(owner, TABLE)
    job = only_job(merchant)

    response = owner.post(f"/dashboard/imports/{job.id}/columns/", COLUMNS | SETTINGS | changes)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert only_job(merchant).state == State.MAPPING


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "There is nothing in this file."),
        (b"PK\x03\x04nonsense", "This is neither a CSV file nor an XLSX workbook"),
        (b'a;b\n1;"x"y\n', "A quotation mark is not closed or stands in the middle of a cell. (Row 2)"),
        (b"a;b\n\x81;\n", "The letters cannot be read."),
    ],
)
def test_a_file_that_cannot_be_read_is_explained_and_not_kept(merchant, owner, content, words):
    response = upload(owner, content)

    assert response.status_code == 422
    assert words in response.content.decode()
    with merchant_scope(merchant.id):
        assert [model.objects.count() for model in (ImportJob, ImportPart, ImportRow)] == [0, 0, 0]


def test_a_file_that_is_too_large_ends_at_the_limit(merchant, owner, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_FILE", 100_000)

    response = upload(owner, b"a;b\n" + b"1;2\n" * 100_000)

    assert response.status_code == 422
    assert "The file is larger than 100 MB." in response.content.decode()
    with merchant_scope(merchant.id):
        assert ImportJob.objects.count() == 0


def test_nothing_chosen_is_said(owner, db):
    assert owner.post("/dashboard/imports/", {"kind": "orders"}).status_code == 422
    assert upload(owner, TABLE, kind="nonsense").status_code == 422


def test_back_to_the_columns_and_away(merchant, owner):
    upload(owner, TABLE)
    job = only_job(merchant)
    owner.post(f"/dashboard/imports/{job.id}/columns/", COLUMNS | SETTINGS)
    finish(merchant.id, job.id)

    owner.post(f"/dashboard/imports/{job.id}/remap/")
    assert "What do the columns hold?" in owner.get(f"/dashboard/imports/{job.id}/").content.decode()
    response = owner.post(f"/dashboard/imports/{job.id}/discard/", follow=True)

    assert "The import is gone." in response.content.decode()
    with merchant_scope(merchant.id):
        assert [model.objects.count() for model in (ImportJob, ImportRow, ImportEntry)] == [0, 0, 0]


def test_who_was_slower_is_told_so(merchant, owner):
    upload(owner, TABLE)
    job = only_job(merchant)

    response = owner.post(f"/dashboard/imports/{job.id}/start/", follow=True)

    assert "The import has moved on in the meantime." in response.content.decode()
    assert only_job(merchant).state == State.MAPPING


def test_what_stopped_can_go_on(merchant, owner):
    upload(owner, TABLE)
    job = only_job(merchant)
    owner.post(f"/dashboard/imports/{job.id}/columns/", COLUMNS | SETTINGS)
    finish(merchant.id, job.id)
    with merchant_scope(merchant.id):
        ImportJob.objects.update(state=State.STOPPED, problem="step_failed", next_chunk=0)

    assert "Something of ours failed five times" in owner.get(f"/dashboard/imports/{job.id}/").content.decode()
    owner.post(f"/dashboard/imports/{job.id}/resume/")

    assert finish(merchant.id, job.id).state == State.DONE
    with merchant_scope(merchant.id):
        assert Order.objects.count() == 1


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", Kind)
def test_the_examples_come_in_as_they_are(merchant, owner, kind, language):
    response = owner.get(f"/dashboard/imports/examples/{kind}.csv", headers={"accept-language": language})
    assert response.content.decode("utf-8-sig") == example_file(kind, language=language)

    upload(owner, response.content, kind=kind)
    job = only_job(merchant)
    with merchant_scope(merchant.id):
        mapped(job, currency="EUR")
    job = finish(merchant.id, job.id)

    with merchant_scope(merchant.id):
        outcomes = list(ImportEntry.objects.values_list("outcome", "findings"))
        assert len(job.mapping) == len(job.table["headings"])
        assert outcomes == [("created", [])]
        if kind == Kind.PRODUCTS:
            assert Product.objects.get().related == ["T-200", "T-300"]


def test_there_are_no_other_examples(owner, db):
    assert owner.get("/dashboard/imports/examples/nonsense.csv").status_code == 404


def test_a_stranger_finds_neither_page_nor_file(merchant, stranger):
    with merchant_scope(merchant.id):
        job = make_import(merchant, TABLE)

    for path in ("", "problems.csv"):
        assert stranger.get(f"/dashboard/imports/{job.id}/{path}").status_code == 404
    for path in ("columns/", "start/", "remap/", "resume/", "discard/"):
        assert stranger.post(f"/dashboard/imports/{job.id}/{path}", COLUMNS | SETTINGS).status_code == 404
    assert only_job(merchant).state == State.MAPPING
