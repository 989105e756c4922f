"""The document of the API as plain data for a page: chapters, operations, tables of fields. Pure."""

import json
import re
from dataclasses import dataclass
from html import escape
from typing import Any

METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a table. ``depth`` says how far inside it stands."""

    name: str
    depth: int
    type: str
    required: bool
    notes: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation, as a reader wants it."""

    id: str
    method: str
    path: str
    summary: str
    paragraphs: list[str]
    parameters: list[Field]
    body: list[Field]
    example: str
    answers: list[tuple[str, list[Field]]]
    refusals: str


@dataclass(frozen=True, slots=True)
class Chapter:
    name: str
    title: str
    entries: list[Entry]


def html_of(text: str) -> str:
    """Turn our own plain words into HTML: `code` and **strong**, everything else escaped."""
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(" ".join(text.split())))
    return re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", text)


READING_ORDER = (
    "orders",
    "shipments",
    "checkpoints",
    "carriers",
    "carrier-accounts",
    "cases",
    "delivery-estimate",
    "free-shipping",
    "promises",
    "products",
    "recommendations",
    "customers",
    "customer-merges",
    "events",
    "messages",
    "connectors",
    "inbound-deliveries",
    "webhook-endpoints",
    "webhook-deliveries",
)


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text as HTML."""
    return [html_of(paragraph) for paragraph in text.split("\n\n")]


def chapters(document: dict[str, Any]) -> list[Chapter]:
    """Return the operations by the first part of their address, in the order in which a shop comes to need them."""
    found: dict[str, list[Entry]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if operation := methods.get(method):
                found.setdefault(operation["tags"][0], []).append(_entry(document, path, method, operation))
    names = sorted(found, key=lambda name: READING_ORDER.index(name) if name in READING_ORDER else len(READING_ORDER))
    return [Chapter(name, name.capitalize().replace("-", " "), found[name]) for name in names]


def _entry(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Entry:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    answers, refusals = [], []
    for status, response in operation["responses"].items():
        if "$ref" in response:
            refusals.append(status)
        else:
            (content,) = response["content"].values()
            answers.append((status, _fields(document, content["schema"])))
    return Entry(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        paragraphs=paragraphs(operation["description"]),
        parameters=[_parameter(document, parameter) for parameter in operation["parameters"]],
        body=_fields(document, body) if body else [],
        example=json.dumps(_example(document, body), indent=2, ensure_ascii=False) if body else "",
        answers=answers,
        refusals=", ".join(refusals),
    )


def _parameter(document: dict[str, Any], parameter: dict[str, Any]) -> Field:
    type_, notes = _described(document, parameter["schema"])
    words = [f"in {parameter['in']}", parameter.get("description", ""), notes]
    return Field(parameter["name"], 0, type_, parameter["required"], ". ".join(word for word in words if word))


def _fields(document: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> list[Field]:
    schema = _inner(document, schema)
    required = schema.get("required", [])
    rows = []
    for name, field in schema.get("properties", {}).items():
        type_, notes = _described(document, field)
        rows.append(Field(name, depth, type_, name in required, notes))
        if depth < 3:
            rows += _fields(document, _item(document, field), depth + 1)
    return rows


def _item(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema inside: of a list its items, else the object itself."""
    inner = _inner(document, schema)
    return _inner(document, inner["items"]) if isinstance(inner.get("items"), dict) else inner


def _inner(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and look past "or null"."""
    while True:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif "anyOf" in schema:
            options = [option for option in schema["anyOf"] if option.get("type") != "null"]
            if len(options) != 1:
                return schema
            schema = options[0]
        else:
            return schema


def _described(document: dict[str, Any], schema: dict[str, Any]) -> tuple[str, str]:
    inner = _inner(document, schema)
    nullable = any(option.get("type") == "null" for option in schema.get("anyOf", []))
    if inner.get("type") == "array":
        type_ = f"list of {_described(document, inner.get('items', {}))[0]}"
    else:
        type_ = str(inner.get("format") or inner.get("type") or "any")
    notes = []
    if "enum" in inner:
        notes.append(", ".join(str(value) for value in inner["enum"]))
    for key, words in (("minimum", "at least"), ("maximum", "at most"), ("maxLength", "up to"), ("maxItems", "up to")):
        if key in inner:
            notes.append(f"{words} {inner[key]:,}" + (" characters" if key == "maxLength" else ""))
    if schema.get("default") not in (None, "", [], {}):
        notes.append(f"default {json.dumps(schema['default'])}")
    if inner.get("description") and inner.get("type") not in ("object", "array"):
        notes.append(inner["description"])
    return type_ + (" or null" if nullable else ""), "; ".join(notes)


def _example(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """Return a body of the required fields and a few telling ones."""
    inner = _inner(document, schema)
    if "examples" in inner:
        return inner["examples"][0]
    if "enum" in inner:
        return inner["enum"][0]
    kind, format_ = inner.get("type"), inner.get("format")
    if kind == "object":
        names = inner.get("required") or list(inner.get("properties", {}))[:3]
        wanted = [name for name in inner.get("properties", {}) if name in names or name in _TELLING]
        return {name: _EXAMPLES.get(name) or _example(document, inner["properties"][name]) for name in wanted}
    if kind == "array":
        return [_example(document, inner["items"])] if inner.get("items") else []
    if kind == "integer":
        return max(1, inner.get("minimum", 1))
    if kind == "boolean":
        return False
    return {"date-time": "2026-11-22T10:00:00+01:00", "date": "2026-11-26"}.get(str(format_), "…")


_TELLING = ("customer", "lines", "shipping_address", "sku", "email", "postal_code", "city", "country", "status")
_EXAMPLES = {
    "external_id": "1001",
    "sku": "85123A",
    "email": "anna@example.com",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
    "tracking_number": "00340434161094042557",
    "carrier": "dhl",
    "line": "1",
}
