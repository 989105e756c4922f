"""Storefronts of one merchant (.de, .at, .ch): each with its own brand, tone and language."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.lib.origins import origin_of

# What one storefront has of its own from the first day; everything else begins as the model's.
OWN = ("id", "merchant", "slug", "name", "shop_url", "language", "tone", "page_version", "embedded_by")
# More would make the header long, and nobody has them.
MOST_SITES = 10
_SLUG = RegexValidator(r"^[a-z0-9][a-z0-9-]*$(?!\n)", message="Small letters, digits and hyphens only.")


class StoreInUse(Exception):
    """Orders or messages name the store; what they say must stay true."""


def open_store(
    *, merchant: Merchant, model: Store, slug: str, name: str, shop_url: str, language: str, tone: str
) -> Store:
    """Open a storefront that looks like ``model`` and has a voice of its own. Needs the merchant's scope.

    Raises ``ValidationError`` naming the field, for a taken slug too.
    """
    inherited = {field.name: getattr(model, field.name) for field in Store._meta.fields if field.name not in OWN}
    store = Store(merchant=merchant, slug=slug, name=name, shop_url=shop_url, language=language, tone=tone, **inherited)
    store.full_clean(exclude=["merchant", "slug"], validate_unique=False, validate_constraints=False)
    try:
        _SLUG(slug)
    except ValidationError as error:
        raise ValidationError({"slug": error}) from None
    try:
        with transaction.atomic():
            store.save(force_insert=True)
    except IntegrityError:
        raise ValidationError({"slug": f"“{slug}” is taken."}, code="taken") from None
    return store


def let_embed(*, store: Store, sites: Iterable[str]) -> list[str]:
    """Say which sites may show the store's pages, and return their origins.

    ``sites`` are addresses as people write them. Raises ``ValidationError`` for one that is no origin by https, and for
    too many.
    """
    origins = []
    for site in sites:
        origin = origin_of(site)
        if not origin:
            raise _refused("not_an_origin", f"“{site[:80]}” is no address by https.")
        origins.append(origin)
    unique = list(dict.fromkeys(origins))
    if len(unique) > MOST_SITES:
        raise _refused("too_many", f"At most {MOST_SITES} sites.")
    Store.objects.filter(pk=store.pk).update(embedded_by=unique)
    return unique


def close_store(*, store: Store) -> None:
    """Remove a storefront that nothing has used. Raises ``StoreInUse``, for the default one always."""
    if store.slug == DEFAULT_STORE:
        raise StoreInUse
    try:
        store.delete()
    except ProtectedError:
        raise StoreInUse from None


def _refused(code: str, text: str) -> ValidationError:
    return ValidationError({"sites": ValidationError(text, code=code)})
