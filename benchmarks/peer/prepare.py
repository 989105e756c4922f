"""Makes the peer's tables and prints the token of its merchant: ``python -m benchmarks.peer.prepare``."""

import os
import sys

import django


def main() -> None:
    """As the owner: tables, a user, a merchant, a token. Then the product's role may use them."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peer.settings"
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from rest_framework.authtoken.models import Token

    from benchmarks.peer.models import Merchant

    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)  # the peer's own app has no migrations; it points at users
    user = User.objects.create(username="shop")
    Merchant.objects.create(user=user, name="Lindenhof")
    sys.stdout.write(Token.objects.create(user=user).key)


if __name__ == "__main__":
    main()
