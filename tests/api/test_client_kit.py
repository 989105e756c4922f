"""The documentation's examples do what the page says: each block is run as it stands, one after the other."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from orders.models import Order, Product, Refund
from postpurchase.accounts.scoping import merchant_scope
from tracking.models import Shipment

PAGE = Path(__file__).resolve().parents[2] / "templates" / "docs" / "client-kit.md"
# How each language reads a program from standard input.
INTERPRETERS = {"bash": ["bash", "-euo", "pipefail"], "python": [sys.executable, "-W", "error", "-"], "php": ["php"]}


def program(language: str) -> str:
    """Every block of a language, in the order of the page."""
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize(
    "language",
    [pytest.param("bash", marks=pytest.mark.curl), "python", pytest.param("php", marks=pytest.mark.php)],
)
def test_the_examples_run(web, world, language) -> None:
    environment = {**os.environ, "POSTPURCHASE_URL": web, "POSTPURCHASE_KEY": world.secret}

    done = subprocess.run(
        INTERPRETERS[language],
        input=program(language),
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    with merchant_scope(world.merchant.id):
        orders = {
            order.external_id: (order.status, order.payment_status, str(order.total), order.backfill)
            for order in Order.objects.all()
        }
        assert orders == {
            "1001": ("cancelled", "partially_refunded", "49.9000", False),
            "901": ("open", "paid", "10.0000", True),
        }
        assert [str(refund.amount) for refund in Refund.objects.all()] == ["22.5000"]
        assert Shipment.objects.get().tracking_number == "00340434161094042557"
        assert Product.objects.get().name == "Heart T-light holder"
    if language == "bash":
        assert '"pointer":"/total"' in done.stdout
        return
    lines = done.stdout.splitlines()
    assert re.fullmatch(rf"{re.escape(web)}/t/[\w-]{{22}}", lines[0])
    assert lines[1:3] == ["pending", "cancelled"]
    assert [line.split()[:2] for line in lines[3:5]] == [["901", "created"], ["902", "invalid"]]
    assert "/total" in lines[4]
    assert sorted(lines[5:]) == ["1001 cancelled 20", "901 open 20"]


@pytest.mark.parametrize("language", INTERPRETERS)
def test_every_task_has_an_example_in_every_language(language) -> None:
    tasks = PAGE.read_text().split("\n## ")[1:]

    assert len(tasks) == 7
    assert all(f"```{language}\n" in task for task in tasks)


def test_a_wrong_body_ends_the_example_with_the_reason(web, world) -> None:
    first = re.search(r"```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert first is not None
    source = first[1] + 'call("PUT", "/orders/1", {"currency": "EUR"})\n'

    done = subprocess.run(
        INTERPRETERS["python"],
        input=source,
        env={**os.environ, "POSTPURCHASE_URL": web, "POSTPURCHASE_KEY": world.secret},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert "/placed_at" in done.stderr.splitlines()[-1]
