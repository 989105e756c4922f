"""Without nginx, Caddy and Apache their tests are not there; nothing is skipped."""

import html
import re

import pytest

from postpurchase.accounts import own_places
from postpurchase.accounts.models import Role
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.store_paths import ask_for_path
from tests.dashboard.conftest import sign_in
from tests.dashboard.proxies.programs import INSTALLED, caddy

ADDRESS = "https://shop.example/parcels"
RECIPES = re.compile(r"<h3>(nginx|Caddy|Apache)</h3>\s*<pre[^>]*><code>(.*?)</code>", re.DOTALL)

collect_ignore_glob = [
    *([] if INSTALLED else ["test_recipes.py"]),
    *([] if caddy() else ["test_certificates.py"]),
]


@pytest.fixture
def recipes(committed_db, world):
    """What the dashboard shows for each web server, once the merchant has named the address."""

    def read() -> dict[str, str]:
        page = sign_in(world.merchant, Role.MANAGER).get("/dashboard/brand/stores/default/path/").content.decode()
        return {name: html.unescape(recipe) for name, recipe in RECIPES.findall(page)}

    with merchant_scope(world.merchant.id):
        ask_for_path(merchant=world.merchant, store=world.store, address=ADDRESS)
    own_places.forget()
    return read
