from pathlib import Path

from django.core.management import call_command

from messaging.content.mails import MAILS
from messaging.content.sms import SMS_TEMPLATES
from messaging.content.whatsapp import WHATSAPP_TEMPLATES


def test_every_message_becomes_a_file(tmp_path: Path) -> None:
    out = tmp_path / "mails"

    call_command("preview_mails", out=out, language="de-CH", tone="du")

    expected = {f"{name}.{kind}" for name in MAILS for kind in ("html", "txt")}
    expected |= {f"{name}.sms.txt" for name in SMS_TEMPLATES} | {f"{name}.whatsapp.txt" for name in WHATSAPP_TEMPLATES}
    assert {path.name for path in out.iterdir()} == expected
    assert (
        (out / "shipped.txt")
        .read_text(encoding="utf-8")
        .startswith("Subject: Dein Paket ist unterwegs: Bestellung 1001\nPreheader: Schau nach, wo es gerade ist.")
    )
    assert "Die Schweizerische Post" in (out / "out_for_delivery.html").read_text(encoding="utf-8")
