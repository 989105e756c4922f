from typing import Any

from django.core.management.base import CommandParser
from django.core.validators import validate_email

from postpurchase.accounts.invitations import password_url
from postpurchase.accounts.management.base import MerchantCommand
from postpurchase.accounts.models import Merchant, Role
from postpurchase.accounts.services.people import invite
from postpurchase.lib import clock


class Command(MerchantCommand):
    help = "Give a person a role at a merchant; a new person gets a link with which they set their password."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("email")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--new-link", action="store_true", help="print a link for a person who has lost theirs")

    def work(self, merchant: Merchant, options: dict[str, Any]) -> str:
        validate_email(options["email"])
        user, is_new = invite(merchant=merchant, email=options["email"], role=Role(options["role"]), now=clock.now())
        lines = [f"{user.email} is now {options['role']} of “{merchant.slug}”."]
        if is_new or options["new_link"]:
            lines.append(f"To set the password (once, within three days): {password_url(user)}")
        return "\n".join(lines)
