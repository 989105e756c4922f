"""The words for data care: classes of data, erasures, sources."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Word = str | Promise

# Class of data → what it is, and from when its days are counted.
KEPT: dict[str, tuple[Word, Word]] = {
    "inbound_bodies": (_("What your shops sent"), _("the bodies as they came, from their arrival")),
    "tracking_events": (
        _("Carriers' news"),
        _("with parcel numbers and signatures, from the delivery; status and days stay"),
    ),
    "message_contents": (_("Words of messages"), _("subject and text, from sending; that it was sent stays")),
    "messages": (_("Messages and journeys"), _("that they were sent, when and why, from planning")),
    "cases": (_("Words in problem cases"), _("from the day the case was resolved; reason and outcome stay")),
    "surveys": (_("Words of survey answers"), _("from the answer; the score stays without its author")),
    "evidence": (_("Evidence of permissions"), _("from the day on which nothing rests on it any more")),
    "erasures": (_("Erasures and holds"), _("that they were, from their end")),
    "retention_runs": (_("This job's own log"), _("from the run")),
    "imports": (_("Imported files"), _("with their rows, from the import")),
    "webhook_log": (_("Log of webhooks"), _("from sending")),
    "unmatched_news": (_("News of unknown parcels"), _("from its arrival")),
    "stored_answers": (_("Answers for repeated requests"), _("from the request")),
}
ERASURE_STATE: dict[str, Word] = {
    "held": _("Held by a legal hold"),
    "waiting": _("Under way"),
    "erased": _("Erased"),
    "done": _("Erased and checked"),
    "failed": _("Failed"),
}
ERASURE_TONE = {"held": "warn", "failed": "bad", "erased": "ok", "done": "ok"}
ERASURE_SOURCE: dict[str, Word] = {
    "api": _("by the API"),
    "shop": _("by a connected shop"),
    "dashboard": _("in the dashboard"),
    "command": _("by the operator"),
    "replay": _("again after a restore"),
}
PERMISSION_STATUS: dict[str, Word] = {"granted": _("Agreed"), "withdrawn": _("Refused")}
