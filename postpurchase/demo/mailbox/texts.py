"""The words of the mailbox page."""

from __future__ import annotations

_MONTHS = {
    "de": "Jan. Feb. März April Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}

TEXTS: dict[str, dict[str, str]] = {
    "de": {
        "title": "Postfach der Demo",
        "lead": "Alles, was die beiden Demo-Läden verschicken, kommt hier an und nirgends sonst.",
        "dashboard": "Dashboard",
        "about": "Über die Demo",
        "other_language": "English",
        "mails": "Mails",
        "phone": "Telefon",
        "phone_lead": "SMS und WhatsApp an die Kundinnen und Kunden der Demo",
        "no_sms": "Noch keine Nachrichten.",
        "sms": "SMS",
        "whatsapp": "WhatsApp",
        "empty": "Noch keine Post",
        "empty_lead": "Die ersten Mails kommen, sobald die Demo ihre Bestellungen aufgibt. Das dauert wenige Sekunden.",
        "all": "Alle",
        "sender": "Absender",
        "from": "Von",
        "to": "An",
        "received": "Erhalten",
        "only_to": "Nur Mails an diese Adresse",
        "filtered": "Nur Mails an {to}",
        "show_all": "Alle zeigen",
        "page": "Ansicht",
        "text": "Textteil",
        "headers": "Kopfzeilen",
        "download": "Als Datei (.eml)",
        "no_subject": "(ohne Betreff)",
        "no_text": "Diese Mail hat keinen Textteil.",
        "frame": "Inhalt der Mail",
        "back": "Zurück zur Liste",
        "refused": "Adressen auf @unbekannt.example.com lehnt dieser Mailserver endgültig ab, solche auf "
        "@voll.example.com vorübergehend. So sieht man im Dashboard, was mit unzustellbarer Post geschieht.",
    },
    "en": {
        "title": "Demo mailbox",
        "lead": "Everything the two demo shops send arrives here and nowhere else.",
        "dashboard": "Dashboard",
        "about": "About the demo",
        "other_language": "Deutsch",
        "mails": "Mails",
        "phone": "Phone",
        "phone_lead": "SMS and WhatsApp to the demo’s customers",
        "no_sms": "No messages yet.",
        "sms": "SMS",
        "whatsapp": "WhatsApp",
        "empty": "No post yet",
        "empty_lead": "The first mails arrive as soon as the demo places its orders. That takes a few seconds.",
        "all": "All",
        "sender": "Sender",
        "from": "From",
        "to": "To",
        "received": "Received",
        "only_to": "Only mails to this address",
        "filtered": "Only mails to {to}",
        "show_all": "Show all",
        "page": "View",
        "text": "Text part",
        "headers": "Headers",
        "download": "As a file (.eml)",
        "no_subject": "(no subject)",
        "no_text": "This mail has no text part.",
        "frame": "Content of the mail",
        "back": "Back to the list",
        "refused": "This mail server refuses addresses at @unbekannt.example.com for good and those at "
        "@voll.example.com for the time being, so that the dashboard can show what becomes of such mail.",
    },
}


WINDOW_TEXTS: dict[str, dict[str, str]] = {
    "de": {
        "all": "Alle Artikel",
        "invented": "Diesen Laden gibt es nur in der Demo. Hier steht sonst der Shop des Händlers.",
    },
    "en": {
        "all": "All products",
        "invented": "This shop exists in the demo only. A merchant’s own shop stands here otherwise.",
    },
}


def month(number: int, language: str) -> str:
    """The short name of a month, 1 to 12."""
    return _MONTHS[language].split()[number - 1]
