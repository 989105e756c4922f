"""Ready words for the notice of § 7 (3) No. 4 UWG (Germany), § 174 (4) TKG 2021 (Austria), Art. 3 (1) o UWG (CH).

They name who writes, about what, and that objecting is possible at any time without other costs than the basic rates. A
merchant may change them; which words were shown when is kept (``NoticeVersion``).
"""

from postpurchase.accounts.models.store import Tone

_WORDING = {
    ("de", Tone.SIE): (
        "{shop} verwendet Ihre E-Mail-Adresse, die wir beim Kauf erhalten, auch, um Ihnen Angebote zu ähnlichen Waren "
        "aus unserem Sortiment zu senden und nach Ihrer Zufriedenheit zu fragen. Sie können dem jederzeit "
        "widersprechen, etwa über den Link am Ende jeder E-Mail, ohne dass hierfür andere als die "
        "Übermittlungskosten nach den Basistarifen entstehen."
    ),
    ("de", Tone.DU): (
        "{shop} verwendet deine E-Mail-Adresse, die wir beim Kauf erhalten, auch, um dir Angebote zu ähnlichen Waren "
        "aus unserem Sortiment zu senden und nach deiner Zufriedenheit zu fragen. Du kannst dem jederzeit "
        "widersprechen, etwa über den Link am Ende jeder E-Mail, ohne dass hierfür andere als die "
        "Übermittlungskosten nach den Basistarifen entstehen."
    ),
    ("en", Tone.SIE): (
        "{shop} also uses the e-mail address you give with your purchase to send you offers of similar goods of ours "
        "and to ask whether you are satisfied. You may object to this at any time, for example by the link at the end "
        "of every e-mail, without any costs other than the transmission costs at the basic rates."
    ),
}


def ready_wording(*, shop: str, language: str, tone: Tone) -> str:
    """Return the notice's words for a shop of this name; English knows no two forms of address."""
    pattern = _WORDING.get((language, tone)) or _WORDING[language, Tone.SIE]
    return pattern.replace("{shop}", shop)
