"""The page for operators mentions everything there is to set, to watch and to ask."""

import re
from pathlib import Path

import pytest
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families

from postpurchase.lib import clock
from postpurchase.operations import metrics

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "templates" / "docs" / "operations.md").read_text()


def test_every_setting_is_explained_and_exists() -> None:
    source = (ROOT / "postpurchase" / "settings.py").read_text()
    read = set(re.findall(r'(?:env|env_bool|env_int|env_list|_secret)\(\s*"(\w+)"', source))
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", PAGE))

    assert read - named == set()
    assert named - read == {"PROMETHEUS_MULTIPROC_DIR"}  # read by the metrics themselves


@pytest.mark.django_db
def test_every_metric_is_explained_and_exists() -> None:
    metrics.observe_request(method="GET", route="healthz", status=200, seconds=0.1)
    shown = metrics.exposition(now=clock.now()).decode()
    there = {family.name for family in text_string_to_metric_families(shown)}
    named = {name.removesuffix("_total") for name in re.findall(r"`(postpurchase_\w+)", PAGE)}

    assert {name for name in there if not name.startswith("postpurchase_")} == set()
    assert named == there


def test_every_address_of_the_operator_is_explained() -> None:
    for name in ("healthz", "readyz", "metrics"):
        assert f"`{reverse(name)}`" in PAGE
