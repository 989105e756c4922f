"""``{{ picture|here }}``: a path of ours as this request's browser has to ask for it."""

from django import template

from postpurchase.lib.here import here

register = template.Library()
register.filter("here", here)
