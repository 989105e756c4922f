"""Die Post / La Poste / La Posta (Switzerland). No table of codes yet: its news must name our statuses."""

import re

from tracking.carriers.base import CarrierProfile, NumberPattern
from tracking.carriers.check_digits import s10
from tracking.enums import Carrier

PROFILE = CarrierProfile(
    slug=Carrier.SWISS_POST,
    name="Die Post",
    page="https://service.post.ch/ekp-web/ui/entry/search/{number}?lang={language}",
    words=("schweizerischepost", "schweizerpost", "diepost", "laposte", "postch", "swisspost", "lapostech"),
    numbers=(
        NumberPattern(re.compile(r"99\d{16}")),
        NumberPattern(re.compile(r"[A-Z]{2}\d{9}CH"), s10),
    ),
)
