"""The document of the API, for programs (``/api/v1/schema/``) and for people (``/api/v1/docs/``). Open to everybody."""

import msgspec
import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from postpurchase.api.document import document
from postpurchase.api.guide import chapters, html_of, paragraphs
from postpurchase.api.introduction import INTRODUCTION
from postpurchase.api.problems import KINDS, problem_response
from postpurchase.lib.validation import Problem

YAML = "application/yaml"


class SchemaView(View):
    """OpenAPI as JSON, or as YAML where ``Accept`` or ``?format=yaml`` asks for it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("format", "")
        if set(request.GET) - {"format"} or wanted not in ("", "json", "yaml"):
            return problem_response(422, errors=[Problem("/format", "choice", "format is json or yaml.")])
        accepted = request.META.get("HTTP_ACCEPT", "")
        if wanted == "yaml" or (not wanted and "yaml" in accepted):
            text = yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=100)
            return HttpResponse(text, content_type=YAML)
        return HttpResponse(msgspec.json.encode(document()), content_type="application/vnd.oai.openapi+json")


class DocsView(View):
    """The same for people: a page without scripts."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        problems = [
            {"status": status, "name": name, "title": title, "advice": html_of(advice)}
            for status, (name, title, advice) in KINDS.items()
        ]
        context = {
            "introduction": paragraphs(INTRODUCTION),
            "chapters": chapters(document()),
            "problems": problems,
        }
        return render(request, "api/docs.html", context)
