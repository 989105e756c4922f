"""``/hooks/<merchant>/providers/<name>/``: where mail and SMS providers report what became of a message."""

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from messaging.providers.base import ReportRefused
from messaging.providers.registry import PROVIDERS
from messaging.services.feedback import record_feedback, secret_of
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, enter_request_scope
from postpurchase.lib import clock

LARGEST_REPORT = 2_000_000


@csrf_exempt
@require_http_methods(["POST"])
def provider_report(request: HttpRequest, merchant_slug: str, provider: str) -> JsonResponse:
    """Prove, store and apply a report: 202 with how much of it was news. Without a connection there is nothing here."""
    with all_merchants("a report names its merchant by slug"):
        merchant = Merchant.objects.filter(slug=merchant_slug).first()
    if merchant is None or provider not in PROVIDERS:
        return _problem(404, "There is no such hook.")
    enter_request_scope(merchant.id)
    secret = secret_of(provider=provider)
    if secret is None:
        return _problem(404, "There is no such hook.")
    if int(request.headers.get("Content-Length") or 0) > LARGEST_REPORT:
        return _problem(413, f"A report may have {LARGEST_REPORT} bytes.")
    try:
        reports = PROVIDERS[provider].read(request, secret)
    except ReportRefused as refused:
        transaction.set_rollback(True)
        return _problem(refused.status, refused.reason)
    news = record_feedback(merchant=merchant, provider=provider, reports=reports, now=clock.now())
    return JsonResponse({"reports": len(reports), "new": news}, status=202)


def _problem(status: int, detail: str) -> JsonResponse:
    body = {"type": "about:blank", "title": detail, "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")
