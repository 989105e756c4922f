import re
from pathlib import Path

from django.conf import settings

from messaging.content.mails import MAILS
from messaging.content.sms import SMS_TEMPLATES

PAGE = (Path(settings.BASE_DIR) / "templates" / "docs" / "mails.md").read_text(encoding="utf-8")


def test_the_page_about_mails_lists_every_mail_and_sms() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([\w, ]+) \|", PAGE, re.MULTILINE))

    assert rows.keys() == MAILS.keys()
    assert {name for name, kind in rows.items() if "SMS" in kind} == set(SMS_TEMPLATES)


def test_every_file_the_page_names_is_there() -> None:
    named = re.findall(r"`((?:messaging|templates|tests)/[\w/.]+)`", PAGE)

    assert len(named) >= 6
    assert [path for path in named if not (Path(settings.BASE_DIR) / path).exists()] == []
