"""The OpenAPI 3.1 document, made from what the views really read and answer.

Each operation already holds its Structs (``postpurchase/api/views.py``); msgspec turns them into JSON Schema. What is
not an operation at a resolvable address is not in the document, and the other way round.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from django.conf import settings
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from postpurchase.api.introduction import INTRODUCTION
from postpurchase.api.problems import KINDS, MEDIA_TYPE, ProblemDocument
from postpurchase.api.renderers import JSON
from postpurchase.api.views import ApiView, Operation

BASE = "/api/v1/"
METHODS = ("get", "put", "post", "patch", "delete")
ALWAYS = (400, 422, 429, 500, 503)
WITH_KEY = (401, 403)
KEYLESS = (404,)
WITH_BODY = (413, 415)
SUCCESS = {200: "Done.", 201: "Created.", 202: "Accepted."}

_PART = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
_PART_SCHEMAS: dict[str, dict[str, Any]] = {
    "external": {"type": "string", "minLength": 1, "maxLength": 200},
    "slug": {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"},
    "uuid": {"type": "string", "format": "uuid"},
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An operation at its address, as the document spells it."""

    path: str
    method: str
    operation: Operation
    parts: dict[str, str]


def endpoints() -> list[Endpoint]:
    """Return every operation that an address leads to, in the order of the addresses."""
    found = []
    for route, view in _views():
        parts = {match["name"]: match["converter"] or "str" for match in _PART.finditer(route)}
        for method in METHODS:
            operation = getattr(getattr(view, method, None), "operation", None)
            if operation is not None:
                found.append(Endpoint(_PART.sub(r"{\g<name>}", route), method, operation, parts))
    return sorted(found, key=lambda endpoint: (endpoint.path, METHODS.index(endpoint.method)))


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the whole document."""
    found = endpoints()
    schemas = _Schemas(found)
    paths: dict[str, Any] = {}
    for endpoint in found:
        paths.setdefault(endpoint.path, {})[endpoint.method] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "postpurchase API",
            "version": "1",
            "description": INTRODUCTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": settings.BASE_URL}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "responses": {f"Problem{status}": _problem(status) for status in KINDS},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key, made in the dashboard."}
            },
        },
    }


def _views() -> Iterator[tuple[str, type[ApiView]]]:
    """Walk the resolver below the API."""
    for prefix, pattern in _patterns("/", get_resolver().url_patterns):
        view = getattr(pattern.callback, "view_class", None)
        if prefix.startswith(BASE) and isinstance(view, type) and issubclass(view, ApiView):
            yield prefix, view


def _patterns(prefix: str, patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + (str(pattern.pattern) if isinstance(pattern.pattern, RoutePattern) else "")
        if isinstance(pattern, URLResolver):
            yield from _patterns(route, pattern.url_patterns)
        else:
            yield route, pattern


class _Schemas:
    """The components, and a reference to the one that stands for a Struct."""

    def __init__(self, found: list[Endpoint]) -> None:
        types: list[Any] = [ProblemDocument]
        for endpoint in found:
            operation = endpoint.operation
            types += [type_ for type_ in (operation.body, operation.query, *operation.answers.values()) if type_]
        self._types = list({repr(type_): type_ for type_ in types}.values())
        refs, raw = msgspec.json.schema_components(
            self._types, schema_hook=_choices, ref_template="#/components/schemas/{name}"
        )
        self._refs = {repr(type_): _plain(ref) for type_, ref in zip(self._types, refs, strict=True)}
        self.components: dict[str, Any] = {_plain_name(name): _plain(schema) for name, schema in raw.items()}
        self._queries = {
            repr(endpoint.operation.query): self._resolve(endpoint.operation.query)
            for endpoint in found
            if endpoint.operation.query
        }
        for schema in self._queries.values():
            # Parameters stand one by one at their operations.
            self.components.pop(schema["title"], None)

    def ref(self, type_: Any) -> dict[str, Any]:
        ref: dict[str, Any] = self._refs[repr(type_)]
        return ref

    def query(self, type_: Any) -> dict[str, Any]:
        return self._queries[repr(type_)]

    def body(self, operation: Operation) -> dict[str, Any]:
        """Return the schema of a body; ids that the address names need not stand in it."""
        ref = self.ref(operation.body)
        if operation.batch:
            items = {"type": "array", "maxItems": operation.batch.most, "items": ref}
            return {
                "type": "object",
                "properties": {operation.batch.name: items},
                "required": [operation.batch.name],
                "additionalProperties": False,
            }
        if not operation.named_by:
            return ref
        whole = self._resolve(operation.body)
        name = whole["title"].removesuffix("Input") + "Body"
        schema = copy.deepcopy(whole) | {"title": name}
        schema["required"] = [field for field in whole["required"] if field not in operation.named_by]
        for field in operation.named_by:
            schema["properties"][field]["description"] = "As in the address; may be left out."
        if not schema["required"]:
            del schema["required"]
        self.components[name] = schema
        return {"$ref": f"#/components/schemas/{name}"}

    def _resolve(self, type_: Any) -> dict[str, Any]:
        schema: dict[str, Any] = self.components[self.ref(type_)["$ref"].rpartition("/")[2]]
        return schema


def _operation(endpoint: Endpoint, schemas: _Schemas) -> dict[str, Any]:
    operation = endpoint.operation
    shown: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": f"{_one_line(operation.description)}\n\n{_who_may(operation)}",
        "tags": [endpoint.path.removeprefix(BASE).split("/")[0]],
        "parameters": [*_path_parameters(endpoint), *_query_parameters(operation, schemas)],
        "responses": {},
    }
    if operation.keyless:
        shown["security"] = [{"key": []}, {}] if operation.scope else []
    if operation.body:
        shown["requestBody"] = {"required": True, "content": {JSON: {"schema": schemas.body(operation)}}}
    for status, answer in operation.answers.items():
        shown["responses"][str(status)] = {
            "description": SUCCESS[status],
            "headers": {**(_RATE_LIMIT_HEADERS if operation.scope else {}), **(_CACHES if operation.keyless else {})},
            "content": {JSON: {"schema": schemas.ref(answer)}},
        }
    refusals = {*ALWAYS, *operation.refusals, *(WITH_BODY if operation.body else ())}
    refusals |= {*(WITH_KEY if operation.scope else ()), *(KEYLESS if operation.keyless else ())}
    if endpoint.method == "post":
        shown["parameters"].append(_IDEMPOTENCY_KEY)
        refusals.add(409)
    for status in sorted(refusals):
        shown["responses"][str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    return shown


def _who_may(operation: Operation) -> str:
    if operation.scope is None:
        return _NO_KEY
    needs = f"Needs the scope `{operation.scope}`."
    return f"{needs} Where the query names a `merchant`: {_NO_KEY}" if operation.keyless else needs


def _path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _PART_SCHEMAS[converter]}
        for name, converter in endpoint.parts.items()
    ]


def _query_parameters(operation: Operation, schemas: _Schemas) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    parameters = []
    whole = schemas.query(operation.query)
    for name, schema in whole["properties"].items():
        schema = dict(schema)
        description = schema.pop("description", "")
        parameters.append(
            {"name": name, "in": "query", "required": name in whole.get("required", ()), "schema": schema}
            | ({"description": description} if description else {})
        )
    return parameters


def _problem(status: int) -> dict[str, Any]:
    _, title, advice = KINDS[status]
    return {
        "description": f"{title}. {advice}",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
    }


def _choices(type_: Any) -> dict[str, Any]:
    """Return the schema of Django's choices; for a type msgspec does not know either, ``TypeError``."""
    if issubclass(type_, models.TextChoices):
        return {"type": "string", "enum": list(type_.values)}
    raise TypeError(f"the document has no schema for {type_!r}")


def _plain(schema: Any) -> Any:
    """Rename generic components, and write patterns as JSON Schema means them: there ``$`` is the end already."""
    if isinstance(schema, dict):
        return {key: _plain(value) for key, value in schema.items()}
    if isinstance(schema, list | tuple):
        return [_plain(item) for item in schema]
    if isinstance(schema, str):
        return _plain_name(schema).removesuffix(r"(?!\n)").replace("``", "`")
    return schema


def _plain_name(name: str) -> str:
    return re.sub(r"Page_(\w+?)_$|Page\[(\w+?)\]$", lambda match: f"{match[1] or match[2]}Page", name)


def _one_line(text: str) -> str:
    """Unwrap the paragraphs of a docstring."""
    paragraphs = re.split(r"\n\s*\n", text)
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and request again gets the stored answer, with `Idempotent-Replay: true`.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]*$"},
}
_NO_KEY = (
    "Needs no key and sets no cookie: any page's script may ask (`Access-Control-Allow-Origin: *`), caches may keep the"
    " answer, and `If-None-Match` is answered 304."
)
_CACHES = {
    "Cache-Control": {"description": "`public, max-age=…`: how long it stays true.", "schema": {"type": "string"}},
    "ETag": {"description": "Changes with the answer.", "schema": {"type": "string"}},
}
_RATE_LIMIT_HEADERS = {
    name: {"description": description, "schema": {"type": "integer"}}
    for name, description in (
        ("RateLimit-Limit", "Requests a minute; absent for keys without limit."),
        ("RateLimit-Remaining", "What is left of this minute."),
        ("RateLimit-Reset", "Seconds until the next minute."),
    )
}
