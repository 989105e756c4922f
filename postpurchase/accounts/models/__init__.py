"""Merchants, stores, users and their roles, API keys, links to shoppers' pages."""

from postpurchase.accounts.models.api_key import ApiKey, Scope
from postpurchase.accounts.models.base import MerchantForeignKey, MerchantModel, ScopedManager
from postpurchase.accounts.models.merchant import Merchant
from postpurchase.accounts.models.own_place import StoreHost, StorePath
from postpurchase.accounts.models.page_link import PageKind, PageLink
from postpurchase.accounts.models.store import Store, Tone
from postpurchase.accounts.models.user import Membership, Role, User

__all__ = [
    "ApiKey",
    "Membership",
    "Merchant",
    "MerchantForeignKey",
    "MerchantModel",
    "PageKind",
    "PageLink",
    "Role",
    "Scope",
    "ScopedManager",
    "Store",
    "StoreHost",
    "StorePath",
    "Tone",
    "User",
]
