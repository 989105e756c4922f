"""What the demo shops sell, and its pictures."""

import struct
import zlib

import pytest

from postpurchase.demo.catalogue import CATEGORIES, PICTURES, products, products_of
from postpurchase.demo.drawing.palette_png import NotAPhotograph, with_palette
from postpurchase.demo.drawing.patterns import PATTERNS
from postpurchase.demo.drawing.pictures import picture_of


def test_every_product_has_names_price_category_and_picture():
    assert len(products_of("haselstube")) == 80
    assert len(products_of("wimpel")) == 44
    assert len({product.sku for product in products()}) == 124
    for product in products():
        assert product.name_de != ""
        assert product.name_en != ""
        assert product.price > 1
        assert product.category in CATEGORIES
        assert product.pattern in PATTERNS
        assert (PICTURES / product.picture).is_file(), product.sku


def test_names_follow_the_language():
    product = next(product for product in products() if product.sku == "85123A")

    assert product.name("de-CH") == "Teelichthalter Herz, weiß, zum Hängen"
    assert product.name("en-GB") == product.name("fr") == "White hanging heart tea-light holder"


def test_a_drawing_is_the_same_every_time_and_differs_between_products():
    drawings = {picture_of(product) for product in products()}

    assert drawings == {picture_of(product) for product in products()}
    assert len(drawings) == 124


def test_pictures_are_small_squares_with_a_palette():
    files = sorted(PICTURES.glob("*.png"))

    assert len(files) == 126
    assert sum(file.stat().st_size for file in files) < 1_500_000
    for product in products():
        header = (PICTURES / product.picture).read_bytes()[16:26]
        assert struct.unpack(">IIBB", header) == (480, 480, 8, 3)


RED, BLUE, GREY = (200, 60, 50), (40, 70, 100), (120, 120, 120)


def _photograph(rows: list[tuple[int, list[tuple[int, int, int]]]]) -> bytes:
    """A PNG as a browser writes it: each row with the number of its filter."""
    previous = b"\0" * (3 * len(rows[0][1]))
    packed = b""
    for kind, pixels in rows:
        row = b"".join(bytes(pixel) for pixel in pixels)
        packed += bytes([kind]) + bytes((row[i] - _guess(kind, row, previous, i)) % 256 for i in range(len(row)))
        previous = row

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", len(rows[0][1]), len(rows), 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(packed)) + chunk(b"IEND", b"")


def _guess(kind: int, row: bytes, previous: bytes, i: int) -> int:
    left = row[i - 3] if i >= 3 else 0
    up, corner = previous[i], previous[i - 3] if i >= 3 else 0
    estimate = left + up - corner
    paeth = min((left, up, corner), key=lambda value: abs(estimate - value))
    return (0, left, up, (left + up) // 2, paeth)[kind]


def _colours_of(png: bytes) -> list[tuple[int, ...]]:
    """The pixels of a PNG with a palette and rows without filter."""
    (width,) = struct.unpack(">I", png[16:20])
    palette_at, data_at = png.index(b"PLTE"), png.index(b"IDAT")
    palette = png[palette_at + 4 :]
    (length,) = struct.unpack(">I", png[data_at - 4 : data_at])
    raw = zlib.decompress(png[data_at + 4 : data_at + 4 + length])
    rows = [raw[start + 1 : start + 1 + width] for start in range(0, len(raw), width + 1)]
    return [tuple(palette[3 * index : 3 * index + 3]) for row in rows for index in row]


def test_a_palette_keeps_every_pixel_where_it_has_room():
    rows = [(kind, [RED, BLUE, GREY] if kind % 2 else [BLUE, RED, RED]) for kind in range(5)]

    small = with_palette(_photograph(rows), colours=4)

    assert _colours_of(small) == [pixel for _, row in rows for pixel in row]


def test_a_palette_without_room_takes_the_nearest_colour():
    rows = [(0, [RED, RED, (201, 61, 51)]), (0, [BLUE, BLUE, BLUE])]

    small = with_palette(_photograph(rows), colours=2)

    assert _colours_of(small) == [RED] * 3 + [BLUE] * 3


@pytest.mark.parametrize("content", [b"GIF89a", (PICTURES / "logo-haselstube.png").read_bytes()])
def test_only_a_photograph_gets_a_palette(content):
    with pytest.raises(NotAPhotograph):
        with_palette(content, colours=64)
