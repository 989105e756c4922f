"""The documentation's examples do what the page says: each block is run as it stands."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from postpurchase.lib.standard_webhooks import OVERLAP, new_secret, signed_headers
from postpurchase.webhooks.models import WebhookEndpoint
from postpurchase.webhooks.schedule import DEAD_AFTER, DEAD_AFTER_FAILURES, MOST_ATTEMPTS, PATIENT_ATTEMPTS
from postpurchase.webhooks.services.endpoints import MOST_ENDPOINTS
from postpurchase.webhooks.services.forget import KEEP
from postpurchase.webhooks.services.replay import LONGEST_RANGE, MOST_REPLAYED
from postpurchase.webhooks.services.send import AT_ONCE, SHOWN_BYTES

PAGE = (Path(__file__).resolve().parents[2] / "templates" / "docs" / "webhooks.md").read_text(encoding="utf-8")
BODY = '{"type": "order.placed", "data": {"name": "Käthe 🎁"}}'


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return found


def run(command: list[str], program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        input=program,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


PYTHON = """
import sys
for case in json.loads(CASES):
    try:
        print(verified(case["secret"], case["headers"], case["body"].encode())["type"])
    except ValueError as error:
        print(error)
"""
PHP = """
foreach (json_decode($cases, true) as $case) {
    try {
        echo verified($case["secret"], $case["headers"], $case["body"])["type"] . "\\n";
    } catch (RuntimeException $error) {
        echo $error->getMessage() . "\\n";
    }
}
"""


@pytest.mark.parametrize("language", ["python", pytest.param("php", marks=pytest.mark.php)])
def test_the_checks_let_pass_what_is_ours_and_nothing_else(language):
    now, old, new = clock.now(), new_secret(), new_secret()
    headers = signed_headers(webhook_id="msg_1", body=BODY, secrets=[new, old], now=now)
    late = signed_headers(webhook_id="msg_1", body=BODY, secrets=[new], now=now.replace(year=now.year - 1))
    cases = [
        {"secret": new, "headers": headers, "body": BODY},
        {"secret": old, "headers": headers, "body": BODY},
        {"secret": new_secret(), "headers": headers, "body": BODY},
        {"secret": new, "headers": headers, "body": BODY.replace("placed", "paid")},
        {"secret": new, "headers": {**headers, "webhook-id": "msg_2"}, "body": BODY},
        {"secret": new, "headers": late, "body": BODY},
    ]
    if language == "python":
        program = block(language) + f"\nCASES = {json.dumps(cases)!r}\n" + PYTHON
        done = run([sys.executable, "-W", "error", "-"], program)
    else:
        program = block(language) + "\n$cases = <<<'JSON'\n" + json.dumps(cases) + "\nJSON;\n" + PHP
        done = run(["php"], program)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        *["order.placed"] * 2,
        *["not from postpurchase"] * 3,
        "too old or too new",
    ]


@pytest.mark.curl
def test_an_endpoint_is_made_as_the_page_shows_it(monkeypatch, request):
    monkeypatch.setenv("EGRESS_ALLOW", "127.0.0.1:9")
    web = request.getfixturevalue("web")
    world = request.getfixturevalue("world")

    done = run(
        ["bash", "-euo", "pipefail"],
        block("bash"),
        POSTPURCHASE_URL=web,
        POSTPURCHASE_KEY=world.secret,
        RECEIVER_URL="http://127.0.0.1:9/in",
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["secret"].startswith("whsec_")
    with merchant_scope(world.merchant.id):
        assert WebhookEndpoint.objects.get().events == ["order.*", "shipment.status_changed"]


@pytest.mark.parametrize(
    "sentence",
    [
        f"{MOST_ATTEMPTS} attempts, 30 s",
        f"at least {DEAD_AFTER_FAILURES} failures",
        "**seven days**" if DEAD_AFTER.days == 7 else "",
        "five attempts" if PATIENT_ATTEMPTS == 5 else "",
        f"attempts for {KEEP.days} days",
        f"{LONGEST_RANGE.days} days and {MOST_REPLAYED:,} events",
        f"first {SHOWN_BYTES:,} bytes",
        f"for {OVERLAP.total_seconds() / 3600:.0f} hours",
        "more than two deliveries" if AT_ONCE == 2 else "",
        f"A merchant may have {MOST_ENDPOINTS}",
    ],
)
def test_the_page_names_the_figures_that_apply(sentence):
    assert sentence
    assert sentence in " ".join(PAGE.split())
