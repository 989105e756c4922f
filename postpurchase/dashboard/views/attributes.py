"""The merchant's own attributes: what was seen, what it is called, and how it is read."""

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from orders.enums import AttributeKind
from orders.models import AttributeDefinition
from orders.services.attributes import choose_type
from postpurchase.dashboard import words
from postpurchase.dashboard.access import Action, Member, member_page
from postpurchase.dashboard.attribute_labels import examples
from postpurchase.lib import clock


class AttributeForm(forms.Form):
    """What an attribute is and what people call it."""

    label = forms.CharField(label=gettext_lazy("What people call it"), max_length=200, required=False)
    type = forms.ChoiceField(label=gettext_lazy("What it holds"), choices=list(words.ATTRIBUTE_TYPE.items()))


@member_page(Action.VIEW)
def attributes(request: HttpRequest, member: Member) -> HttpResponse:
    """List the attributes by what they belong to, each with examples."""
    seen = examples()
    by_kind: dict[str, list[dict[str, object]]] = {kind: [] for kind in AttributeKind.values}
    for row in AttributeDefinition.objects.order_by("name", "id"):
        by_kind[row.kind].append(
            {
                "row": row,
                "type": words.in_words(words.ATTRIBUTE_TYPE, row.type),
                "examples": seen.get((row.kind, row.name), []),
            }
        )
    groups = [
        {"title": words.in_words(words.ATTRIBUTE_KIND, kind), "rows": rows} for kind, rows in by_kind.items() if rows
    ]
    context = {"member": member, "area": "attributes", "groups": groups}
    return render(request, "dashboard/attributes.html", context)


@require_http_methods(["GET", "POST"])
@member_page(Action.EDIT_ATTRIBUTES)
def attribute(request: HttpRequest, member: Member, definition_id: uuid.UUID) -> HttpResponse:
    """Name an attribute and choose how it is read."""
    found = AttributeDefinition.objects.filter(pk=definition_id).first()
    if found is None:
        raise Http404
    form = AttributeForm(request.POST or None, initial={"label": found.label, "type": found.type})
    if request.method == "POST" and form.is_valid():
        choose_type(definition=found, type=form.cleaned_data["type"], label=form.cleaned_data["label"], now=clock.now())
        messages.success(request, _("Saved."))
        return redirect("dashboard:attributes")
    context = {
        "member": member,
        "area": "attributes",
        "form": form,
        "attribute": found,
        "kind": words.in_words(words.ATTRIBUTE_KIND, found.kind),
        "examples": examples().get((found.kind, found.name), []),
    }
    return render(request, "dashboard/attribute.html", context, status=422 if form.errors else 200)
