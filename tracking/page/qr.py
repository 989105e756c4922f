"""An address as a QR code, drawn as one SVG path: nothing to load, and no style that a strict page would refuse."""

from dataclasses import dataclass

import qrcode

QUIET_ZONE = 4  # modules, ISO/IEC 18004


@dataclass(frozen=True, slots=True)
class QrCode:
    """``path`` draws the dark modules in a square of ``size`` units, the quiet zone included."""

    path: str
    size: int


def qr_code(address: str) -> QrCode:
    """Return the code of an address, with the correction that screens need (level L)."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_L, border=QUIET_ZONE)
    code.add_data(address)
    rows = code.get_matrix()
    return QrCode("".join(_runs(row, y) for y, row in enumerate(rows)), len(rows))


def _runs(row: list[bool], y: int) -> str:
    """One row: a rectangle for every run of dark modules."""
    drawn, x = "", 0
    while x < len(row):
        end = x
        while end < len(row) and row[end]:
            end += 1
        if end > x:
            drawn += f"M{x} {y}h{end - x}v1h{x - end}z"
        x = end + 1
    return drawn
