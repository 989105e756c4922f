"""The page about privacy names what there is."""

import re

from django.conf import settings

from postpurchase.privacy.registry import tables
from postpurchase.privacy.retention.classes import CLASSES

PAGE = (settings.BASE_DIR / "templates" / "docs" / "privacy.md").read_text(encoding="utf-8")


def test_it_names_every_section_of_the_copy_and_no_other() -> None:
    table = PAGE.partition("| Sections |")[2].partition("\n\n")[0]

    named = {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert named == {one.section for one in tables().values() if one.section}


def test_it_names_the_longest_periods() -> None:
    rows = PAGE.partition("| What | Days |")[2].partition("\n\n")[0]

    named = {int(days.replace(",", "")) for days in re.findall(r"\| ([\d,]+) \|", rows)}
    assert named == {one.days for key, one in CLASSES.items() if key != "retention_runs"}
