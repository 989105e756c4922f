"""Sentences in four languages are understood where they leave no doubt, and never turned round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.carriers.free_text import classify, plain
from tracking.carriers.phrases import CLAIMS
from tracking.enums import STATUS_OF_SUBSTATUS, ShipmentStatus

UNDERSTOOD = [
    # German
    ("Die Sendung wurde zugestellt.", "delivered"),
    ("Die Sendung wurde erfolgreich zugestellt.", "delivered"),
    ("Zustellung erfolgreich", "delivered"),
    ("Die Sendung wurde im Briefkasten zugestellt.", "delivered_to_letterbox"),
    ("Ihre Sendung wurde an einen Nachbarn ausgeliefert", "delivered_to_neighbour"),
    ("Sendung zugestellt: Ablageort", "delivered_to_safe_place"),
    ("Die Sendung wurde dem Empfänger zugestellt.", "delivered_to_recipient"),
    ("Sendung in Zustellung", "out_for_delivery"),
    ("Die Sendung ist auf Zustelltour gegangen. Die Zustellung erfolgt voraussichtlich heute.", "out_for_delivery"),
    ("Die Sendung wurde in das Zustellfahrzeug geladen.", "out_for_delivery"),
    ("Das Paket wird heute zugestellt.", "out_for_delivery"),
    ("Die Sendung liegt in der Postfiliale zur Abholung bereit.", "available_for_pickup_parcel_shop"),
    ("Abholbereit in der Packstation 123", "available_for_pickup_locker"),
    ("Der Empfänger wurde nicht angetroffen.", "attempt_failed_not_home"),
    ("Die Sendung konnte leider nicht zugestellt werden.", "attempt_failed"),
    ("Zustellung nicht möglich", "attempt_failed"),
    ("Nicht zugestellt", "attempt_failed"),
    ("Zustellversuch fehlgeschlagen", "attempt_failed"),
    ("Die Sendung konnte nicht zugestellt werden, da niemand angetroffen wurde.", "attempt_failed_not_home"),
    ("Annahme verweigert", "exception_refused"),
    ("Die Sendung konnte nicht zugestellt werden: Annahme verweigert", "exception_refused"),
    ("Anschrift unvollständig", "exception_address_incorrect"),
    ("Empfänger unbekannt verzogen", "exception_recipient_moved"),
    ("Die Sendung wurde beschädigt", "exception_damaged"),
    ("Die Sendung wird an den Absender zurückgesandt.", "exception_returning_to_sender"),
    ("Die Sendung ist im Ziel-Paketzentrum eingetroffen.", "in_transit_arrived"),
    ("Die Sendung wurde im Start-Paketzentrum bearbeitet.", "in_transit_arrived"),
    ("Die Sendung hat das Paketzentrum Hagen verlassen", "in_transit_departed"),
    ("Die Zustellung verzögert sich.", "in_transit_delayed"),
    ("Sendung vom Zoll freigegeben", "in_transit_customs_cleared"),
    ("Ihre Sendung ist unterwegs.", "in_transit"),
    ("Die Sendung wurde elektronisch angekündigt.", "info_received"),
    # English
    ("Delivered", "delivered"),
    ("DELIVERED, FRONT DOOR", "delivered"),
    ("Your parcel has been delivered to your neighbour", "delivered_to_neighbour"),
    ("Delivered to recipient", "delivered_to_recipient"),
    ("Out for delivery", "out_for_delivery"),
    ("On FedEx vehicle for delivery", "out_for_delivery"),
    ("Ready for collection at the post office", "available_for_pickup_parcel_shop"),
    ("Could not be delivered", "attempt_failed"),
    ("The parcel couldn’t be delivered", "attempt_failed"),
    ("Unable to deliver", "attempt_failed"),
    ("Not delivered - recipient not at home", "attempt_failed_not_home"),
    ("Delivery attempt failed", "attempt_failed"),
    ("Undeliverable", "attempt_failed"),
    ("Refused by recipient", "exception_refused"),
    ("Insufficient address", "exception_address_incorrect"),
    ("Returned to sender", "exception_returning_to_sender"),
    ("Held by customs", "exception_customs"),
    ("Arrived at FedEx location", "in_transit_arrived"),
    ("Departed from USPS facility", "in_transit_departed"),
    ("In transit", "in_transit"),
    ("Shipment information sent to FedEx", "info_received"),
    # French
    ("Votre colis est livré.", "delivered"),
    ("Colis livré dans votre boîte aux lettres", "delivered_to_letterbox"),
    ("Livré chez un voisin", "delivered_to_neighbour"),
    ("En cours de livraison", "out_for_delivery"),
    ("Disponible pour le retrait au bureau de poste", "available_for_pickup_parcel_shop"),
    ("Destinataire absent", "attempt_failed_not_home"),
    ("Non livré", "attempt_failed"),
    ("Le colis n’a pas pu être livré", "attempt_failed"),
    ("Livraison impossible", "attempt_failed"),
    ("Colis refusé par le destinataire", "exception_refused"),
    ("Retour à l'expéditeur", "exception_returning_to_sender"),
    ("En cours d'acheminement", "in_transit"),
    # Italian
    ("Consegnato", "delivered"),
    ("Spedizione consegnata al vicino", "delivered_to_neighbour"),
    ("In consegna", "out_for_delivery"),
    ("Pronto per il ritiro presso l'ufficio postale", "available_for_pickup_parcel_shop"),
    ("Destinatario assente", "attempt_failed_not_home"),
    ("Non consegnato", "attempt_failed"),
    ("Consegna non riuscita", "attempt_failed"),
    ("Mancata consegna", "attempt_failed"),
    ("Reso al mittente", "exception_returning_to_sender"),
    ("In transito", "in_transit"),
]
UNKNOWN = [
    "",
    "   ",
    "Hm",
    "Scan",
    "Wird morgen zugestellt",
    "Wird zugestellt",
    "Ihr Paket kann erst am Montag zugestellt werden",
    "Your parcel will be delivered tomorrow",
    "Expected to be delivered by Friday",
    "Has it been delivered?",
    "Zugestellt?",
    "If delivered, please sign",
    "Sobald die Sendung zugestellt ist, erhalten Sie eine Nachricht",
    "Zugestellt an Paketzentrum",
    "Delivered to local post office",
    "Delivered to carrier facility",
    "Delivered to sender",
    "Zugestellt an Absender",
    "Benachrichtigung zugestellt",
    "Shipment data delivered to DHL",
    "SMS delivered",
    "Teilweise zugestellt",
    "Partially delivered",
    "Fälschlich als zugestellt gemeldet: Status korrigiert",
    "Wrongly delivered",
    "Picked up",
    "Abgeholt",
    "Votre colis sera livré demain",
    "Sarà consegnato domani",
    "Noch nicht abholbereit",
    "Not out for delivery",
    "Ne sera pas en cours de livraison",
    # Contradictions
    "Im Depot eingetroffen und in Zustellung",
    "Zustellversuch fehlgeschlagen, liegt zur Abholung bereit",
    "In transit / out for delivery",
    "Nicht angetroffen. In Zustellung.",
]
DELIVERED = ["zugestellt", "ausgeliefert", "delivered", "livré", "livrée", "distribué", "consegnato", "consegnata"]
NEGATIONS = [
    *("nicht {0}", "noch nicht {0}", "konnte nicht {0} werden", "konnte leider am Dienstag nicht {0} werden"),
    *("wurde nie {0}", "ohne Erfolg {0}", "nicht: {0}", "{0}? Nein, nicht", "kein Paket {0}", "kann nicht {0} werden"),
    *("not {0}", "not yet {0}", "could not be {0}", "couldn't be {0}", "wasn’t {0}", "has not been {0}", "never {0}"),
    *("cannot be {0}", "unable to be {0}", "no parcel {0}", "failed: {0}", "attempted, not {0}", "{0} - NOT"),
    *("non {0}", "n'a pas pu être {0}", "pas {0}", "jamais {0}", "n’est pas {0}", "impossible: {0}", "échec: {0}"),
    *("non è stato {0}", "mai {0}", "non ancora {0}", "impossibile: {0}", "mancata: {0}", "senza {0}"),
    *("Zustellung nicht möglich, {0}", "{0}: nicht möglich", "Zustellversuch erfolglos, {0}", "wird {0}"),
    *("will be {0}", "sera {0}", "sarà {0}", "soll {0} werden", "to be {0}", "if {0}", "falls {0}"),
]


def said(text: str) -> str | None:
    meaning = classify(text)
    return meaning and (meaning.substatus or str(meaning.status))


@pytest.mark.parametrize(("text", "expected"), UNDERSTOOD, ids=[text for text, _ in UNDERSTOOD])
def test_a_sentence_without_doubt_is_understood(text: str, expected: str) -> None:
    assert said(text) == expected
    assert said(f"  {text.upper()}\n") == expected


@pytest.mark.parametrize("text", UNKNOWN)
def test_a_doubtful_sentence_stays_unknown(text: str) -> None:
    assert said(text) is None


@pytest.mark.parametrize("negation", NEGATIONS)
@pytest.mark.parametrize("word", DELIVERED)
def test_a_negated_delivery_is_none(word: str, negation: str) -> None:
    for text in (negation.format(word), f"Die Sendung: {negation.format(word)}.", negation.format(word).upper()):
        meaning = classify(text)
        assert meaning is None or meaning.status != ShipmentStatus.DELIVERED


words = st.sampled_from(
    [
        *(
            "Paket",
            "die",
            "Sendung",
            "wurde",
            "heute",
            "um",
            "12:30",
            "in",
            "Berlin",
            "the",
            "parcel",
            "was",
            "at",
            "le",
        ),
        *(
            "colis",
            "est",
            "il",
            "pacco",
            "è",
            "stato",
            "alle",
            "Nachbar",
            "door",
            "porte",
            "erfolgreich",
            "-",
            ",",
            "/",
        ),
        *("successfully", "correctement", "signed", "gegen", "Unterschrift"),
    ]
)
turned = st.sampled_from(
    [
        *(
            "nicht",
            "kein",
            "keine",
            "nie",
            "ohne",
            "unmöglich",
            "konnte",
            "wird",
            "falls",
            "Absender",
            "zurück",
            "noch",
        ),
        *("not", "never", "no", "cannot", "couldn't", "wasn’t", "unable", "will", "if", "failed", "sender", "yet"),
        *("pas", "non", "n'est", "jamais", "aucun", "impossible", "échec", "sera", "si", "expéditeur", "retour"),
        *("mai", "nessun", "senza", "impossibile", "sarà", "mancata", "mittente", "ancora", "tentativo", "storniert"),
    ]
)


@given(st.lists(words, max_size=8), st.lists(words, max_size=8), turned, st.sampled_from(DELIVERED), st.randoms())
def test_no_word_that_turns_it_round_is_overlooked(before, after, turning, word, random) -> None:
    text = [*before, word, *after]
    text.insert(random.randrange(len(text) + 1), turning)
    meaning = classify(" ".join(text))

    assert meaning is None or meaning.status != ShipmentStatus.DELIVERED


@given(st.text(max_size=300))
def test_any_text_is_understood_in_our_words_or_not_at_all(text: str) -> None:
    meaning = classify(text)

    assert meaning is None or meaning.status is not None
    assert meaning is None or not meaning.substatus or STATUS_OF_SUBSTATUS[meaning.substatus] == meaning.status
    assert plain(plain(text)) == plain(text)


def test_long_texts_are_cut_and_take_no_time() -> None:
    assert classify("wurde " * 100_000 + "zugestellt") is None
    assert classify("konnte " + "a " * 480 + "nicht zugestellt werden") is not None


def test_every_claim_is_in_our_words() -> None:
    for status, substatus, _ in CLAIMS:
        assert not substatus or STATUS_OF_SUBSTATUS[substatus] == status
