"""Parts of addresses."""

from postpurchase.lib.composition import composed_text


class ExternalIdConverter:
    """A shop's own id. It may hold slashes, but does not begin or end with one."""

    regex = r"[^/]+(?:/[^/]+)*"

    def to_python(self, value: str) -> str:
        return composed_text(value)

    def to_url(self, value: str) -> str:
        return value
