"""Words of the tables."""

from django.db import models


class Kind(models.TextChoices):
    ORDERS = "orders"
    PRODUCTS = "products"
    CUSTOMERS = "customers"


class State(models.TextChoices):
    """Where an import stands. ``stopped`` can be taken up again, ``failed`` cannot: the file is the reason."""

    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Outcome(models.TextChoices):
    """What became of one entry; empty while nobody has looked at it.

    ``created`` to ``ignored`` are the words of the API. A cancellation is ``refunded``, ``partly_refunded`` or
    ``unmatched``. ``left_out`` was never meant to come in, ``refused`` has something wrong with it.
    """

    WAITING = ""
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    IGNORED = "ignored"
    CANCELLATION = "cancellation"
    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly_refunded"
    UNMATCHED = "unmatched"
    LEFT_OUT = "left_out"
    REFUSED = "refused"


WORKING = (State.CHECKING, State.IMPORTING)
