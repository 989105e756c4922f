"""``.gz`` files, unpacked as they are read and no further than a table may be large."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from typing import BinaryIO, cast

from postpurchase.imports.tables.cells import UnreadableFile

MAGIC = b"\x1f\x8b"
LARGEST_UNPACKED = 500_000_000


@contextmanager
def opened(file: BinaryIO) -> Iterator[BinaryIO]:
    """Give the file from its beginning, unpacked where it is packed. Raises ``UnreadableFile`` while being read."""
    file.seek(0)
    packed = file.read(2) == MAGIC
    file.seek(0)
    if not packed:
        yield file
        return
    with gzip.GzipFile(fileobj=file) as unpacked:
        yield cast(BinaryIO, BufferedReader(_Bounded(unpacked), 1 << 16))


class _Bounded(RawIOBase):
    """Stops a small file from becoming an endless one, and names what is wrong with a broken one."""

    def __init__(self, unpacked: gzip.GzipFile) -> None:
        self._unpacked = unpacked

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._unpacked.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._unpacked.seek(offset, whence)

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            data = self._unpacked.read(len(buffer))
        except (OSError, EOFError, zlib.error):
            raise UnreadableFile("broken_gz") from None
        if self._unpacked.tell() > LARGEST_UNPACKED:
            raise UnreadableFile("too_large_unpacked")
        buffer[: len(data)] = data
        return len(data)
