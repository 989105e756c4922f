"""The page's address as a picture."""

import re

import qrcode

from tracking.page.qr import QUIET_ZONE, qr_code

ADDRESS = "https://parcels.example.com/t/7Hq2vXbK9mTzR4wLs8NcYd"


def test_the_path_draws_exactly_the_dark_modules() -> None:
    code = qr_code(ADDRESS)
    plain = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, border=QUIET_ZONE)
    plain.add_data(ADDRESS)
    expected = plain.get_matrix()

    drawn = [[False] * code.size for _ in range(code.size)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", code.path):
        for column in range(int(x), int(x) + int(width)):
            drawn[int(y)][column] = True

    assert drawn == expected
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", code.path)
