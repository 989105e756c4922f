"""What the columns of imports say about people: rows say what the file said."""

from postpurchase.imports.services.erase import entries_about, rows_about
from postpurchase.lib.personal_data import CODE, DIGEST, MERCHANTS, Table

TABLES = {
    "ImportJob": Table(plain={CODE: "kind state problem", MERCHANTS: "file_name table mapping settings"}),
    "ImportPart": Table(hidden={"deleted as soon as its rows are stored, or turn out to be none": "content"}),
    "ImportRow": Table(rows=rows_about, section="imported_rows", personal="cells", plain={CODE: "problem"}),
    "ImportEntry": Table(
        rows=entries_about,
        section="imported_entries",
        personal="key",
        plain={CODE: "outcome findings", "numbers of rows": "row_numbers"},
    ),
    "SavedMapping": Table(plain={CODE: "kind", MERCHANTS: "mapping settings"}, hidden={DIGEST: "fingerprint"}),
}
