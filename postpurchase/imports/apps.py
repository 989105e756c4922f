from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "postpurchase.imports"
    label = "imports"
