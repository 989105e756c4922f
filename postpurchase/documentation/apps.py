from django.apps import AppConfig


class DocumentationConfig(AppConfig):
    """The pages under /docs/."""

    name = "postpurchase.documentation"
    label = "documentation"
