"""Uploads end at a size, whatever their first line announced."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from postpurchase.imports.tables.reading import LARGEST_FILE

TOO_LARGE = "upload_was_too_large"


class BoundedUploadHandler(FileUploadHandler):
    """Stands before the handlers that keep files. Past the limit the rest is read and thrown away, and the request says
    so by its attribute ``TOO_LARGE``: the form answers, nothing is stored."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._bytes = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._bytes += len(raw_data)
        if self._bytes > LARGEST_FILE:
            setattr(self.request, TOO_LARGE, True)
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
