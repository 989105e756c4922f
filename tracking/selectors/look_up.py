"""Finding an order without its link: by its number and something only the shopper knows."""

import re
import uuid

from django.db.models import CharField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower

from orders.models import Customer, Order
from postpurchase.lib.emails import normal_email

# A country before the code: D-10115, CH-3011, A 1070.
_COUNTRY_BEFORE = r"^[a-z]{1,2}(?=[0-9]{4,}$)"


def find_order(*, number: str, second: str) -> uuid.UUID | None:
    """Return the newest order whose number and e-mail address or postal code were given, None for everything else.

    The database compares both answers, so that an order whose number was right and whose second answer was wrong is
    not even read: it takes as long as an unknown number.
    """
    plain = number.strip().lstrip("#").strip()
    told = second.strip()
    orders = Order.objects.filter(number__in={plain, f"#{plain}", number.strip()})
    if "@" in told:
        address = normal_email(told)
        # Somebody whose records were merged may remember the address they ordered with.
        went_by = Customer.objects.filter(merged_into=OuterRef("customer"), email=address)
        orders = orders.filter(Q(customer__email=address) | Exists(went_by))
    elif code := _plain_code(told):
        orders = orders.alias(there=_code_of("shipping_address"), billed=_code_of("billing_address")).filter(
            Q(there=code) | Q(billed=code)
        )
    else:
        orders = orders.none()
    return orders.order_by("-placed_at", "-id").values_list("id", flat=True).first()


def _code_of(address: str) -> Func:
    """The address's postal code as ``_plain_code`` would write it."""
    code = Lower(KeyTextTransform("postal_code", F(address)))
    return _without(_without(code, "[^[:alnum:]]", "g"), _COUNTRY_BEFORE, "")


def _without(text: Func, pattern: str, flags: str) -> Func:
    values = (Value(value) for value in (pattern, "", flags))
    return Func(text, *values, function="regexp_replace", output_field=CharField())


def _plain_code(code: str) -> str:
    """Postal codes without what people add: spaces, hyphens, the country before it (D-10115)."""
    return re.sub(_COUNTRY_BEFORE, "", "".join(sign for sign in code.lower() if sign.isalnum()))
