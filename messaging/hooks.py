"""``/hooks/<merchant>/providers/<name>/``: where mail and SMS providers report what became of a message."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from messaging.providers.base import ReportRefused
from messaging.providers.registry import PROVIDERS
from messaging.services.feedback import record_feedback, secret_of
from postpurchase.accounts.scoping import enter_request_scope
from postpurchase.accounts.selectors import merchant_by_slug
from postpurchase.api.problems import problem_response
from postpurchase.lib import clock
from postpurchase.lib.bodies import declared_length

LARGEST_REPORT = 2_000_000


@csrf_exempt
@require_http_methods(["POST"])
def provider_report(request: HttpRequest, merchant_slug: str, provider: str) -> HttpResponse:
    """Prove, store and apply a report: 202 with how much of it was news. Without a connection there is nothing here."""
    merchant = merchant_by_slug(slug=merchant_slug)
    if merchant is None or provider not in PROVIDERS:
        return problem_response(404, "There is no such hook.")
    enter_request_scope(merchant.id)
    secret = secret_of(provider=provider)
    if secret is None:
        return problem_response(404, "There is no such hook.")
    if declared_length(request.META) > LARGEST_REPORT:
        return problem_response(413, f"A report may have {LARGEST_REPORT} bytes.")
    try:
        reports = PROVIDERS[provider].read(request, secret)
    except ReportRefused as refused:
        transaction.set_rollback(True)
        return problem_response(refused.status, refused.reason)
    news = record_feedback(merchant=merchant, provider=provider, reports=reports, now=clock.now())
    return JsonResponse({"reports": len(reports), "new": news}, status=202)
