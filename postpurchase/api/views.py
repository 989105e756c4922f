"""What every view of the API does: recognise the caller, count, read strictly, make one call, answer.

    class OrderView(ApiView):
        @operation("put_order", "Create or update an order", scope=Scope.ORDERS_WRITE, answers={200: OrderAnswer})
        def put(self, request: Request, external_id: str, body: OrderBody) -> Answer: ...

The parameters ``body`` (or ``items`` of a batch) and ``query`` of a method are Structs: they are read before the method
runs and are what the document of the API shows. There is no second definition of either.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, NoReturn, get_args, get_type_hints

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views import View
from msgspec import Struct
from msgspec.structs import fields as fields_of
from rest_framework.request import Request
from rest_framework.views import APIView

from postpurchase.accounts.models import Merchant, Scope
from postpurchase.api.authentication import Caller, caller_of
from postpurchase.api.batches import BatchShape, read_items
from postpurchase.api.idempotency import IdempotentRequest, idempotency_key
from postpurchase.api.keyless import MERCHANT, Keyless, Visitor, admit, for_caches, for_every_page, welcome
from postpurchase.api.problems import ApiProblem, problem_response
from postpurchase.api.rate_limit import Allowance, spend
from postpurchase.api.renderers import AlwaysJSON, json_response
from postpurchase.lib import clock
from postpurchase.lib.bodies import declared_length
from postpurchase.lib.composition import composed_text
from postpurchase.lib.strict_json import BATCH, SINGLE, Limits, NotStrict
from postpurchase.lib.validation import Problem, Refused, read


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method answers: a Struct and its status. ``max_age``: how many seconds a keyless answer stays true."""

    body: Struct
    status: int = 200
    max_age: int | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address, as the document of the API names it.

    ``answers`` maps statuses to Structs; ``refusals`` lists statuses beyond those every operation may answer.
    ``named_by`` maps a field of the body to the part of the address that gives it; ``batch`` says what ``items`` are
    in. ``scope`` is None where no key is ever needed.
    """

    id: str
    summary: str
    scope: Scope | None
    keyless: Keyless | None
    answers: Mapping[int, Any]
    description: str
    refusals: tuple[int, ...]
    named_by: Mapping[str, str]
    batch: BatchShape | None
    body: type[Struct] | None
    query: type[Struct] | None

    @property
    def limits(self) -> Limits:
        return BATCH if self.batch else SINGLE


def operation(
    id: str,
    summary: str,
    *,
    answers: Mapping[int, Any],
    scope: Scope | None = None,
    keyless: Keyless | None = None,
    refusals: tuple[int, ...] = (),
    named_by: Mapping[str, str] | None = None,
    batch: BatchShape | None = None,
) -> Callable[[Callable[..., Answer]], Callable[..., HttpResponseBase]]:
    """Make a method an operation: its docstring is the description, its parameters are read and checked."""

    def decorate(method: Callable[..., Answer]) -> Callable[..., HttpResponseBase]:
        hints = get_type_hints(method)
        if scope is None and keyless is None:
            raise TypeError(f"{id} needs a scope, or must be keyless")
        described = Operation(
            id=id,
            summary=summary,
            scope=scope,
            keyless=keyless,
            answers=answers,
            description=(method.__doc__ or "").strip(),
            refusals=refusals,
            named_by=named_by or {},
            batch=batch,
            body=get_args(hints["items"])[0] if batch else hints.get("body"),
            query=hints.get("query"),
        )

        @wraps(method)
        def handle(view: "ApiView", request: Request, **path: str) -> HttpResponseBase:
            return _handle(view, request, described, method, path)

        handle.operation = described  # type: ignore[attr-defined]
        return handle

    return decorate


class ApiView(APIView):
    """A view of the API. Its methods are operations."""

    http_method_names = ["get", "put", "post", "patch", "delete", "head"]
    content_negotiation_class = AlwaysJSON
    allowance: Allowance | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Recognise the caller and count the request before anything is read."""
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        if is_keyless(request, self):
            admit(request)
            return
        self.perform_authentication(request)
        if caller := caller_of(request):
            self.allowance = spend(str(caller.key.pk), caller.key.requests_per_minute, clock.now())
            if self.allowance and self.allowance.is_spent:
                raise ApiProblem(429, f"This key may make {self.allowance.limit} requests a minute.")
        self.check_permissions(request)

    # Answers are Django's own responses, already written; DRF's types ask for its own class.
    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if self.allowance:
            for header, value in self.allowance.headers.items():
                response.headers[header] = value
        return for_every_page(response) if is_keyless(request, self) else response

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> NoReturn:
        raise ApiProblem(405, "", {"Allow": ", ".join(self._allowed_methods())})

    def _allowed_methods(self) -> list[str]:
        return [name.upper() for name in self.http_method_names if hasattr(self, name)]


class NothingHere(View):
    """Every other address below ``/api/v1/``, so that no page of another kind ever answers there."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return problem_response(404)


def merchant_of(request: Request) -> Merchant:
    """Return whose key the request carries, or whom a keyless one names."""
    speaker: object = request.user
    if not isinstance(speaker, Caller | Visitor):
        raise TypeError("the request was not authenticated")
    return speaker.merchant


def is_keyless(request: Request, view: APIView) -> bool:
    """Say whether a request is one that needs no key."""
    described: Operation | None = getattr(getattr(view, (request.method or "").lower(), None), "operation", None)
    if described is None or described.keyless is None:
        return False
    return described.scope is None or MERCHANT in request.query_params


def _handle(
    view: ApiView, request: Request, described: Operation, method: Callable[..., Answer], path: dict[str, str]
) -> HttpResponseBase:
    arguments: dict[str, Any] = dict(path)
    query = _read_query(request, described.query)
    if described.query is not None:
        arguments["query"] = query
    keyless = described.keyless if is_keyless(request, view) else None
    if keyless:
        welcome(request, getattr(query, MERCHANT))
    repeatable = None
    tree = _read_body(request) if described.body is not None else None
    if request.method == "POST" and (key := idempotency_key(request)) is not None:
        repeatable = IdempotentRequest(
            merchant=merchant_of(request),
            route=described.id,
            key=key,
            path=request.path,
            body=tree,
            now=clock.now(),
        )
        if (before := repeatable.stored_answer()) is not None:
            return before
    if described.body is not None:
        if described.batch:
            arguments["items"] = read_items(tree, described.batch, described.body)
        else:
            arguments["body"] = read(_with_names(tree, described.named_by, path), described.body)
    answer = method(view, request, **arguments)
    response = json_response(answer.body, answer.status)
    if keyless:
        return for_caches(request._request, response, keyless.max_age if answer.max_age is None else answer.max_age)
    if repeatable is not None:
        repeatable.store(response)
    return response


def _read_body(request: Request) -> Any:
    if not request.META.get("CONTENT_TYPE") and not declared_length(request.META):
        raise NotStrict("The body is empty.")
    tree = request.data
    if not declared_length(request.META):
        raise NotStrict("The body is empty.")
    return tree


def _with_names(tree: Any, named_by: Mapping[str, str], path: Mapping[str, str]) -> Any:
    """Put the ids that the address names into the body, where they may stand as well."""
    if not isinstance(tree, dict):
        return tree
    for name, part in named_by.items():
        if tree.setdefault(name, path[part]) != path[part]:
            raise Refused([Problem(f"/{name}", "mismatch", "This is not the id in the address.")])
    return tree


def _read_query(request: Request, type_: type[Struct] | None) -> Struct | None:
    """Read the query parameters; unknown ones and repetitions are refused."""
    known = {one.encode_name for one in fields_of(type_)} if type_ else set()
    problems = [
        Problem(f"/{name}", "unknown_parameter", "There is no such query parameter.")
        for name in request.query_params
        if name not in known
    ]
    problems += [
        Problem(f"/{name}", "repeated", "This query parameter may stand once.")
        for name, values in request.query_params.lists()
        if name in known and len(values) > 1
    ]
    if problems:
        raise Refused(problems)
    if type_ is None:
        return None
    told = {name: composed_text(value) for name, value in request.query_params.dict().items()}
    return read(told, type_, lax=True)
