"""The table of postal codes is made from GeoNames' files."""

from io import StringIO

from django.core.management import call_command


def test_it_prints_what_the_table_holds(tmp_path) -> None:
    path = tmp_path / "DE.txt"
    rows = ["DE\t01067\tDresden\tSachsen\tSN\t\t00\tDresden\t14612\t51.05\t13.73\t", "DE\t01069\tDresden\tSachsen\tSN"]
    path.write_text("\n".join([*rows, "DE\t01945\tRuhland\tBrandenburg\tBB"]), encoding="utf-8")
    out = StringIO()

    call_command("postal_regions", str(path), stdout=out)

    assert [line for line in out.getvalue().splitlines() if not line.startswith("#")] == [
        "DE 01067-01069 SN",
        "DE 01945 BB",
    ]
    assert "GeoNames" in out.getvalue()
