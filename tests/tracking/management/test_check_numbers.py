"""The command counts who is found, how surely, and who is missed."""

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

    assert [line.split(maxsplit=1) for line in out.getvalue().splitlines()] == [
        ["Hermes", "certain 0  among several or likely 1  missed 1  wrong and uncertain 1  wrong and certain 0"],
        ["Other", "certain 0  among several or likely 0  missed 1  wrong and uncertain 0  wrong and certain 0"],
        ["together", "certain 0  among several or likely 1  missed 2  wrong and uncertain 1  wrong and certain 0"],
    ]
