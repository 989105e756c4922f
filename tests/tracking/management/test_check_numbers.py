"""The command counts what is recognised, unknown and mistaken."""

import json
from io import StringIO

from django.core.management import call_command


def test_each_service_and_the_whole_are_counted(tmp_path) -> None:
    path = tmp_path / "numbers.json"
    path.write_text(
        json.dumps(
            [
                {
                    "courier_code": "hermes",
                    "service": "Hermes",
                    "valid": ["H 1001234567890123456", "12345678"],
                    "invalid": ["H123"],
                },
                {"courier_code": "purolator", "service": "Other", "valid": ["H1001234567890123456"], "invalid": []},
                {"courier_code": "dhl", "service": "None", "valid": [], "invalid": []},
            ]
        )
    )
    out = StringIO()

    call_command("check_numbers", str(path), stdout=out)

    assert [line.split() for line in out.getvalue().splitlines()] == [
        ["Hermes", "recognised", "1", "unknown", "2", "mistaken", "0"],
        ["Other", "recognised", "0", "unknown", "0", "mistaken", "1"],
        ["together", "recognised", "1", "unknown", "2", "mistaken", "1"],
    ]
