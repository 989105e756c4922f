"""Who may do what in the dashboard: one table, asked by every page.

    @member_page(Action.VIEW)
    def orders(request: HttpRequest, member: Member) -> HttpResponse: ...

The decorator finds the merchant the user works for, opens its scope for the request, and refuses too small a role
(403). Objects are looked up within the scope, so another merchant's are simply not there (404). Times are the
merchant's own.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from postpurchase.accounts.models import Membership, Merchant, Role, User
from postpurchase.accounts.scoping import all_merchants, enter_request_scope

SESSION_KEY = "merchant"


class Action(enum.Enum):
    """What a page does."""

    VIEW = "view"
    RETRY = "retry"
    SWITCH_JOURNEYS = "switch_journeys"
    EDIT_CUSTOMERS = "edit_customers"
    EDIT_ATTRIBUTES = "edit_attributes"
    EDIT_BRAND = "edit_brand"
    MANAGE_KEYS = "manage_keys"
    MANAGE_TEAM = "manage_team"
    EXPORT = "export"
    IMPORT = "import"
    MANAGE_WEBHOOKS = "manage_webhooks"
    CARE_FOR_DATA = "care_for_data"
    CONNECT_SHOPS = "connect_shops"
    CONNECT_CARRIERS = "connect_carriers"
    EXPLAIN_CODES = "explain_codes"
    EDIT_RECOMMENDATIONS = "edit_recommendations"
    SEE_TO_ALARMS = "see_to_alarms"
    EDIT_WATCH = "edit_watch"
    CHOOSE_DELIVERY = "choose_delivery"
    WORK_CASES = "work_cases"
    SET_CASE_RULES = "set_case_rules"
    EDIT_INSERTS = "edit_inserts"
    EDIT_BADGES = "edit_badges"
    PACK = "pack"


EVERYBODY = frozenset(Role)
POLICY: dict[Action, frozenset[Role]] = {
    Action.VIEW: EVERYBODY,
    Action.RETRY: frozenset({Role.OWNER, Role.MANAGER, Role.SUPPORT}),
    Action.SWITCH_JOURNEYS: frozenset({Role.OWNER, Role.MANAGER}),
    Action.EDIT_CUSTOMERS: frozenset({Role.OWNER, Role.MANAGER, Role.SUPPORT}),
    Action.EDIT_ATTRIBUTES: frozenset({Role.OWNER, Role.MANAGER}),
    Action.EDIT_BRAND: frozenset({Role.OWNER, Role.MANAGER}),
    Action.MANAGE_KEYS: frozenset({Role.OWNER}),
    Action.MANAGE_TEAM: frozenset({Role.OWNER}),
    Action.EXPORT: frozenset({Role.OWNER}),
    Action.IMPORT: frozenset({Role.OWNER, Role.MANAGER}),
    Action.MANAGE_WEBHOOKS: frozenset({Role.OWNER, Role.MANAGER}),
    Action.CARE_FOR_DATA: frozenset({Role.OWNER, Role.MANAGER}),
    Action.CONNECT_SHOPS: frozenset({Role.OWNER, Role.MANAGER}),
    Action.CONNECT_CARRIERS: frozenset({Role.OWNER, Role.MANAGER}),
    Action.CHOOSE_DELIVERY: frozenset({Role.OWNER, Role.MANAGER}),
    Action.EXPLAIN_CODES: frozenset({Role.OWNER, Role.MANAGER}),
    Action.EDIT_RECOMMENDATIONS: frozenset({Role.OWNER, Role.MANAGER}),
    Action.SEE_TO_ALARMS: frozenset({Role.OWNER, Role.MANAGER, Role.SUPPORT}),
    Action.EDIT_WATCH: frozenset({Role.OWNER, Role.MANAGER}),
    Action.WORK_CASES: frozenset({Role.OWNER, Role.MANAGER, Role.SUPPORT}),
    Action.SET_CASE_RULES: frozenset({Role.OWNER, Role.MANAGER}),
    Action.EDIT_INSERTS: frozenset({Role.OWNER, Role.MANAGER}),
    Action.EDIT_BADGES: frozenset({Role.OWNER, Role.MANAGER}),
    Action.PACK: frozenset({Role.OWNER, Role.MANAGER, Role.SUPPORT}),
}

ROLE_NAMES = {
    Role.OWNER: _("Owner"),
    Role.MANAGER: _("Manager"),
    Role.SUPPORT: _("Support"),
    Role.READ_ONLY: _("Read-only"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """The person in front of the page, at one merchant."""

    user: User
    merchant: Merchant
    role: Role
    merchants: tuple[Merchant, ...]

    def may(self, action: Action) -> bool:
        """Say whether the role allows this."""
        return self.role in POLICY[action]

    @property
    def role_name(self) -> str:
        return str(ROLE_NAMES[self.role])

    @property
    def may_edit_brand(self) -> bool:
        return self.may(Action.EDIT_BRAND)

    @property
    def may_switch_journeys(self) -> bool:
        return self.may(Action.SWITCH_JOURNEYS)

    @property
    def may_edit_customers(self) -> bool:
        return self.may(Action.EDIT_CUSTOMERS)

    @property
    def may_edit_attributes(self) -> bool:
        return self.may(Action.EDIT_ATTRIBUTES)

    @property
    def may_manage_keys(self) -> bool:
        return self.may(Action.MANAGE_KEYS)

    @property
    def may_manage_team(self) -> bool:
        return self.may(Action.MANAGE_TEAM)

    @property
    def may_export(self) -> bool:
        return self.may(Action.EXPORT)

    @property
    def may_import(self) -> bool:
        return self.may(Action.IMPORT)

    @property
    def may_manage_webhooks(self) -> bool:
        return self.may(Action.MANAGE_WEBHOOKS)

    @property
    def may_care_for_data(self) -> bool:
        return self.may(Action.CARE_FOR_DATA)

    @property
    def may_connect_shops(self) -> bool:
        return self.may(Action.CONNECT_SHOPS)

    @property
    def may_connect_carriers(self) -> bool:
        return self.may(Action.CONNECT_CARRIERS)

    @property
    def may_explain_codes(self) -> bool:
        return self.may(Action.EXPLAIN_CODES)

    @property
    def may_see_to_alarms(self) -> bool:
        return self.may(Action.SEE_TO_ALARMS)

    @property
    def may_edit_inserts(self) -> bool:
        return self.may(Action.EDIT_INSERTS)

    @property
    def may_edit_badges(self) -> bool:
        return self.may(Action.EDIT_BADGES)

    @property
    def may_pack(self) -> bool:
        return self.may(Action.PACK)

    @property
    def may_edit_watch(self) -> bool:
        return self.may(Action.EDIT_WATCH)

    @property
    def may_work_cases(self) -> bool:
        return self.may(Action.WORK_CASES)

    @property
    def may_set_case_rules(self) -> bool:
        return self.may(Action.SET_CASE_RULES)

    @property
    def may_edit_recommendations(self) -> bool:
        return self.may(Action.EDIT_RECOMMENDATIONS)

    @property
    def may_retry(self) -> bool:
        return self.may(Action.RETRY)


Page = Callable[Concatenate[HttpRequest, Member, ...], HttpResponseBase]


def member_page(action: Action) -> Callable[[Page], Callable[..., HttpResponseBase]]:
    """Open a page to members whose role allows ``action``, inside their merchant's scope."""

    def decorate(page: Page) -> Callable[..., HttpResponseBase]:
        @wraps(page)
        @login_required
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            member = member_of(request)
            if member is None:
                raise PermissionDenied(gettext("You do not work for any merchant yet. Ask the owner to invite you."))
            if not member.may(action):
                raise PermissionDenied(gettext("Your role does not allow this."))
            enter_request_scope(member.merchant.id)
            with timezone.override(ZoneInfo(member.merchant.time_zone)):
                response = page(request, member, *args, **kwargs)
            if isinstance(response, HttpResponse):
                response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        guarded.dashboard_action = action  # type: ignore[attr-defined]
        return guarded

    return decorate


def member_of(request: HttpRequest) -> Member | None:
    """Return the user's membership at the merchant they chose last, else at the first by name."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - login_required came first
    with all_merchants("which merchants a user works for"):
        memberships = list(
            Membership.objects.filter(user=user).select_related("merchant").order_by("merchant__name", "merchant_id")
        )
    if not memberships:
        return None
    chosen = request.session.get(SESSION_KEY)
    membership = next((item for item in memberships if str(item.merchant_id) == chosen), memberships[0])
    return Member(
        user=user,
        merchant=membership.merchant,
        role=Role(membership.role),
        merchants=tuple(item.merchant for item in memberships),
    )
