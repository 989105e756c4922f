"""The phrases by which carriers' sentences are understood (``free_text.py``): data, one row for each claim.

Written against texts in lower case with single spaces. A phrase stands for itself, whatever is around it; a row without
substatus says no more than its status.
"""

import re

from tracking.enums import ShipmentStatus

S = ShipmentStatus


def _any(*phrases: str) -> re.Pattern[str]:
    """Return a pattern for any of these phrases as whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")


CLAIMS: tuple[tuple[ShipmentStatus, str, re.Pattern[str]], ...] = (
    (
        S.DELIVERED,
        "",
        _any(
            *("zugestellt", "ausgeliefert", "(zustellung|auslieferung) (war )?erfolgreich", "erfolgreiche zustellung"),
            *("delivered", "delivery (completed|successful)", "successful delivery"),
            *("livrée?s?", "distribuée?s?", "livraison effectuée", "remise? au destinataire"),
            *("consegnat[oa]", "recapitat[oa]", "consegna (effettuata|avvenuta)"),
        ),
    ),
    (
        S.OUT_FOR_DELIVERY,
        "",
        _any(
            *("in (der )?zustellung", "auf (der |die )?zustelltour", r"(in|im|auf) (das |dem )?zustellfahrzeug"),
            r"wird (voraussichtlich )?heute (noch )?(zugestellt|ausgeliefert)",
            *("out for delivery", "(on|onto) (the |a )?(fedex |ups |delivery )*vehicle( for delivery)?"),
            *("with (the )?delivery (courier|driver)", "en cours de (livraison|distribution)", "en livraison"),
            *("in (fase di )?consegna", "in distribuzione"),
        ),
    ),
    (
        S.AVAILABLE_FOR_PICKUP,
        "",
        _any(
            *("zur abholung bereit", "abholbereit", "liegt zur abholung", "bereit zur abholung"),
            *("(ready|available) for (pick ?-?up|collection)", "awaiting (pick ?-?up|collection)"),
            *("prête? à être retirée?", "disponible (pour le retrait|au retrait)", "en attente de retrait"),
            *("à votre disposition", "(pronto|disponibile) per il ritiro"),
        ),
    ),
    (
        S.ATTEMPT_FAILED,
        "attempt_failed_not_home",
        _any(
            *("nicht angetroffen", "niemand(en)? angetroffen", "niemand zu hause", "empfänger (war )?abwesend"),
            *("(nobody|no one|no-one) (was )?(at )?home", "not (at )?home"),
            r"(recipient|receiver|customer|addressee|consignee) (was |is )?not (available|present|in|home)",
            r"(recipient|receiver|customer|addressee|consignee) (was |is )?(unavailable|absent)",
            *("destinataire (était )?absente?", "destinatario (era )?assente"),
        ),
    ),
    (
        S.ATTEMPT_FAILED,
        "",
        _any(
            r"konnten? (\S+ ){0,6}nicht (\S+ ){0,2}(zugestellt|ausgeliefert|übergeben) werden",
            *(
                "nicht (zugestellt|ausgeliefert)",
                "zustellung (war |ist )?(leider )?nicht (möglich|erfolgreich|gelungen)",
            ),
            *("zustellversuch (war )?(nicht erfolgreich|erfolglos|fehlgeschlagen|gescheitert)", "unzustellbar"),
            *("erfolgloser zustellversuch", "zustellung (ist )?(fehlgeschlagen|gescheitert|erfolglos)"),
            r"(could|can|was|were|has|have) ?n[o']t (\S+ )?(be(en)? )?deliver(ed)?",
            *("cannot be delivered", "unable to (be )?deliver(ed)?", "not delivered", "undeliver(ed|able)"),
            *("delivery (attempt )?(has )?(failed|unsuccessful)", "failed (delivery|attempt)", "unsuccessful delivery"),
            *("failed delivery attempt", "delivery attempted", "attempted delivery", "delivery (is )?not possible"),
            r"n'a pas (pu être|été) (livrée?|remise?|distribuée?)",
            *("non (livrée?|distribuée?)", "livraison (non effectuée|impossible|échouée|infructueuse)"),
            *("échec de (la )?livraison", "tentative de livraison (infructueuse|échouée|sans succès)"),
            *("consegna (non riuscita|fallita|non effettuata|impossibile|non possibile)", "mancata consegna"),
            r"non (è stat[oa] |è stato possibile )?(consegnat[oa]|consegnare|recapitat[oa])",
            *("tentativo di consegna (fallito|non riuscito|infruttuoso)",),
        ),
    ),
    (
        S.EXCEPTION,
        "exception_refused",
        _any(
            *("annahme (wurde )?verweigert", "annahmeverweigerung", "verweigerte? die annahme", "annahme abgelehnt"),
            *("(delivery|parcel|package|shipment) (was )?refused", "refused by (the )?(recipient|consignee|customer)"),
            *("recipient refused", "refusée? par le destinataire", "colis refusé", "rifiutat[oa] dal destinatario"),
        ),
    ),
    (
        S.EXCEPTION,
        "exception_address_incorrect",
        _any(
            r"(adresse|anschrift) (ist |war )?(unvollständig|falsch|fehlerhaft|inkorrekt|unbekannt|nicht korrekt)",
            r"(adresse|anschrift) (konnte |wurde )?nicht gefunden( werden)?",
            *("empfänger unbekannt(?! verzogen)", "(incorrect|incomplete|insufficient|wrong|bad|invalid) address"),
            *("address (is |was )?(incorrect|incomplete|unknown|not found|invalid)", "addressee unknown"),
            *("adresse (incomplète|erronée|incorrecte|inconnue)", "destinataire inconnu"),
            *("indirizzo (errato|incompleto|sconosciuto|insufficiente)", "destinatario sconosciuto"),
        ),
    ),
    (
        S.EXCEPTION,
        "exception_recipient_moved",
        _any(
            *("(empfänger|unbekannt) (ist )?verzogen", "(recipient|addressee|customer) (has )?moved"),
            *("n'habite (pas|plus) à l'adresse( indiquée)?", "destinatario trasferito"),
        ),
    ),
    (
        S.EXCEPTION,
        "exception_damaged",
        _any(
            *("(sendung|paket) (ist |wurde |war )?beschädigt", "beschädigung (der sendung )?festgestellt"),
            *("(parcel|package|shipment|item) (is |was |has been )?damaged", "colis endommagé"),
            *("(pacco|spedizione) danneggiat[oa]",),
        ),
    ),
    (
        S.EXCEPTION,
        "exception_lost",
        _any(
            *("(sendung|paket) (ist |ging |wurde )?(verloren|verlorengegangen)( gegangen)?", "colis perdu"),
            *("(parcel|package|shipment|item) (is |was |has been )?lost", "(pacco|spedizione) smarrit[oa]"),
        ),
    ),
    (
        S.EXCEPTION,
        "exception_customs",
        _any(
            *("vom zoll (angehalten|festgehalten|zurückgehalten|beschlagnahmt)", "(held|seized) by customs"),
            *("retenue? (par|en|à) (la )?douane", "trattenut[oa] (dalla|in) dogana"),
        ),
    ),
    (
        S.EXCEPTION,
        "exception_returning_to_sender",
        _any(
            r"zur(ü|ue)ck (an|zum) (den )?(absender|versender|auftraggeber)",
            r"an den (absender|versender|auftraggeber) zur(ü|ue)ck\w*",
            r"(rückweg|rücksendung|rückversand) (an|zum) (den )?(absender|versender|auftraggeber)",
            *("(returned|returning|return|sent back) to (the )?(sender|shipper)",),
            *("(retour|retournée?|renvoyée?) à l'expéditeur",),
            *("(reso|restituit[oa]|ritorno|rispedit[oa]|in restituzione) al mittente",),
        ),
    ),
    (
        S.IN_TRANSIT,
        "in_transit_delayed",
        _any(
            *("verzögert( sich)?", "verzögerung", "verspätet", "delayed", "delay", "retardée?", "en retard"),
            *("in ritardo", "ritardat[oa]"),
        ),
    ),
    (
        S.IN_TRANSIT,
        "in_transit_customs_cleared",
        _any(
            *("verzollung (ist )?abgeschlossen", "vom zoll freigegeben", "zollabfertigung (ist )?abgeschlossen"),
            *("(customs )?clearance completed", "(released|cleared) by customs", "cleared customs", "customs cleared"),
            *("dédouanement terminé", "dédouanée?", "sdoganat[oa]", "sdoganamento completato"),
        ),
    ),
    (
        S.IN_TRANSIT,
        "in_transit_customs_started",
        _any(
            *(
                "(in|zur|bei der) verzollung",
                "dem zoll übergeben",
                "customs clearance (in progress|started|processing)",
            ),
            *("in customs", "en cours de dédouanement", "in sdoganamento", "in dogana"),
        ),
    ),
    (
        S.IN_TRANSIT,
        "in_transit_arrived",
        _any(
            r"(im|in der|am|in einem) (\S+ ){0,3}\S*(zentrum|depot|basis|niederlassung)( \S+){0,2}"
            r" (eingetroffen|angekommen|bearbeitet)",
            r"arrived at (\S+ ){0,4}(facility|depot|hub|location|centre|center|station)",
            r"arrivée? (au|à l'|à la|sur le|dans le) ?(\S+ ){0,3}(centre|dépôt|agence|site|plateforme)",
            r"arrivat[oa] (presso|al|in|nel|alla) (\S+ ){0,3}(centro|deposito|filiale|hub|sede)",
        ),
    ),
    (
        S.IN_TRANSIT,
        "in_transit_departed",
        _any(
            r"hat (\S+ ){0,4}\S*(zentrum|depot|basis|niederlassung)( \S+){0,2} verlassen",
            r"(departed|left) (\S+ ){0,4}(facility|depot|hub|location|centre|center|station)",
            r"a quitté (\S+ ){0,3}(centre|dépôt|agence|site|plateforme)",
            r"partit[oa] (da|dal|dalla) (\S+ ){0,3}(centro|deposito|filiale|hub|sede)",
        ),
    ),
    (
        S.IN_TRANSIT,
        "in_transit_accepted",
        _any(
            *("beim (absender|versender) abgeholt", r"(vom|durch den) (fahrer|zusteller|paketdienst) übernommen"),
            *("(picked up|collected) by (the )?(carrier|courier|driver)", "accepted by (the )?carrier"),
            *("prise? en charge par (le transporteur|la poste)", "pres[oa] in carico dal (corriere|vettore)"),
        ),
    ),
    (
        S.IN_TRANSIT,
        "",
        _any(
            *("unterwegs", "auf dem weg", "in transit", "on its way", "on the way", "en transit"),
            *("en cours d'acheminement", "in transito", "in viaggio"),
        ),
    ),
    (
        S.INFO_RECEIVED,
        "",
        _any(
            *("elektronisch angekündigt", r"(sendungs|auftrags)daten (\S+ ){0,4}(übermittelt|liegen vor)"),
            *("versandetikett (wurde )?erstellt", "(shipping )?label (has been |was )?created", "pre-?advice received"),
            *("shipment information (received|sent)", "notified (to \\S+ )?electronically", "order processed"),
            *("étiquette créée", "annoncée? (par voie )?électronique(ment)?", "etichetta creata"),
            *("registrat[oa] elettronicamente",),
        ),
    ),
)

# Where in the world a parcel lies: refines deliveries and parcels to pick up, where only one is named.
PLACES: dict[ShipmentStatus, tuple[tuple[str, re.Pattern[str]], ...]] = {
    S.DELIVERED: (
        ("delivered_to_neighbour", _any(r"nachbar\w*", r"neighbou?r\w*", r"voisine?s?", "vicin[oa]")),
        (
            "delivered_to_letterbox",
            _any("briefkasten", "letter ?box", "mail ?box", "boîte aux lettres", "cassetta (delle lettere|postale)"),
        ),
        ("delivered_to_safe_place", _any("ablageort", "wunschort", "garage", "safe place", "lieu sûr", "luogo sicuro")),
        (
            "delivered_to_recipient",
            _any(
                *("(an den|dem) empfänger", "(to|by) (the )?(recipient|addressee|consignee)", "au destinataire"),
                *("al destinatario",),
            ),
        ),
    ),
    S.AVAILABLE_FOR_PICKUP: (
        ("available_for_pickup_locker", _any("packstation", "paketstation", "locker", "consigne", "armadietto")),
        (
            "available_for_pickup_parcel_shop",
            _any(
                *("filiale", "postfiliale", "paketshop", "parcel ?shop", "post office", "access point"),
                *("bureau de poste", "point relais", "ufficio postale", "punto di ritiro"),
            ),
        ),
    ),
}

_NEGATION = (
    *("nicht", "nichts", r"kein\w*", "nie", "niemand", "ohne", "weder", "kaum", r"unm[öo]glich", r"un\w*zustell\w*"),
    *(
        "not",
        "no",
        "never",
        "none",
        "nobody",
        "without",
        "neither",
        "nor",
        "hardly",
        r"\w+n't",
        "cannot",
        "cant",
        "unable",
    ),
    *("pas", "non", "ne", r"n'\S*", "aucune?", "jamais", "sans", "ni", r"impossib\w*"),
    *("nessun[oa]?", "mai", "senza", "né"),
    *(
        r"(fehl|er)?geschlagen",
        r"fehl\w*",
        r"gescheitert\w*",
        r"erfolglos\w*",
        r"vergeblich\w*",
        r"versuch\w*",
        r"\w+versuch",
    ),
    *(
        r"fail\w*",
        r"unsuccess\w*",
        r"undeliver\w*",
        r"attempt\w*",
        r"tentativ\w*",
        r"échou\w*",
        "échec",
        r"infructu\w*",
    ),
    *(r"fallit\w*", r"mancat\w*", r"tentat\w*", r"riuscit\w*"),
)
_CONDITION = (
    *(
        "falls",
        "wenn",
        "sobald",
        "sofern",
        "bevor",
        "bis",
        "ob",
        "if",
        "once",
        "when",
        "unless",
        "until",
        "before",
        "whether",
    ),
    *("si", "lorsque", "dès", "quand", "avant", "qualora", "quando", "prima", "se"),
    *(r"storn\w*", r"korrig\w*", r"widerruf\w*", r"cancel\w*", r"correct\w*", r"revok\w*", r"annul\w*", r"corrig\w*"),
    *(
        r"refus\w*",
        r"verweiger\w*",
        r"rifiut\w*",
        "falsch",
        r"irrtümlich\w*",
        "versehentlich",
        "wrong",
        "wrongly",
        r"mis\w*",
        r"err(or|eur|on\w*)",
        r"sbagliat\w*",
    ),
)
_NOT_YET = (
    *("wird", "werden", "würde", "soll", "sollte", "kann", "können", "könnte", "konnte", "konnten", "muss", "möchte"),
    *("noch", "bald", "morgen", "demnächst", "voraussichtlich", r"geplant\w*", r"erwartet\w*", "fast", "beinahe"),
    *("will", "would", "shall", "should", "can", "could", "may", "might", "must", "be", "being", "yet", "soon"),
    *("tomorrow", "almost", "nearly", r"expect\w*", r"schedul\w*", r"estimat\w*", r"plann\w*", "still"),
    *("sera", "seront", "serait", "peut", "pourra", "pourrait", "doit", "demain", "bientôt", r"prévu\w*", "encore"),
    *("sarà", "saranno", "sarebbe", "può", "potrà", "deve", "domani", "presto", r"previst\w*", "ancora", "verrà"),
    *(r"teil\w*", "part", "rest", r"partia\w*", r"partiel\w*", r"parzia\w*", r"unvollständig\w*", r"incomplet\w*"),
)
_SOMETHING_ELSE = (
    # Back to where it came from, or handed to somebody on the way.
    *("absender", "versender", "auftraggeber", "shop", "sender", "shipper", "expéditeur", "mittente"),
    *(r"zur(ü|ue)ck\w*", r"rück\w*", r"retour\w*", r"return\w*", r"renvoy\w*", r"restitu\w*", r"ritorn\w*", "reso"),
    *(r"\w*zentrum", r"\w*depot", r"\w*station", r"\w*filiale", r"\w*basis", r"paket ?shop", r"spediteur\w*", "zoll"),
    *(r"facilit\w*", "hub", "office", "locker", r"parcel ?shop", "point", "agent", r"partner\w*", "carrier", "customs"),
    *("courier", "driver", "access", "warehouse", "bureau", "relais", "consigne", "douane", "agence", "transporteur"),
    *(
        "ufficio",
        "deposito",
        "dogana",
        "corriere",
        "vettore",
        "punto",
        "armadietto",
        r"dienstleister\w*",
        "subunternehmer",
    ),
    # Messages and papers are delivered too.
    *(r"\w*daten", "data", r"inform\w*", r"instruct\w*", r"nachricht\w*", r"\w*benachrichtig\w*", r"avis\w*", "sms"),
    *("e-?mail", "mail", r"\w*etikett\w*", "label", "étiquette", "etichetta", r"rechnung\w*", "invoice", "facture"),
    *(r"notif\w*", r"not(e|ice|ices)", r"messag\w*", "donn[ée]es?", "dati", "karte", "card", "zettel", r"\w*auftrag"),
)
_UNSURE = (*_NEGATION, *_CONDITION)
# Words that turn good news round, by the news. Bad news has none.
BLOCKED_BY: dict[ShipmentStatus, re.Pattern[str]] = {
    S.DELIVERED: _any(r"\S*\?", *_UNSURE, *_NOT_YET, *_SOMETHING_ELSE),
    S.OUT_FOR_DELIVERY: _any(r"\S*\?", *_UNSURE, r"zur(ü|ue)ck\w*", r"return\w*", r"retour\w*", "mittente"),
    S.AVAILABLE_FOR_PICKUP: _any(
        r"\S*\?", *_UNSURE, "absender", "sender", "mittente", "morgen", "tomorrow", "soon", "bald"
    ),
    S.IN_TRANSIT: _any(r"\S*\?", *_UNSURE, "back", r"zur(ü|ue)ck\w*", r"return\w*", r"retour\w*", r"ritorn\w*"),
    S.INFO_RECEIVED: _any(r"\S*\?", *_UNSURE),
}
