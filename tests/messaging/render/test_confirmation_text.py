"""The whole text part of one mail per voice, as a person gets it: what a reviewer should read once."""

import pytest

from messaging.content.plain import render_text
from tests.messaging.render.voices import DU, ENGLISH, SIE, SWISS, Voice

SIE_TEXT = """\
Bestellung 1001
Vielen Dank für Ihre Bestellung!
================================

Guten Tag Anna Muster,

schön, dass Sie bei uns eingekauft haben. Ihre Bestellung ist gut bei
uns eingegangen, und wir packen sie jetzt für Sie ein. Sobald das Paket
unterwegs ist, schreiben wir Ihnen wieder.

Voraussichtlich bei Ihnen: Donnerstag, 26. November

Bestellung ansehen:
http://127.0.0.1:8000/t/7Hq2vXbK9mTzR4wLs8NcYd

Das haben Sie bestellt
----------------------

- Teelichthalter Herz, weiß
  2 Stück                                                         9,90 €
- Wolldecke Bergsee
  1 Stück                                                        49,00 €
- Emaillebecher Fuchs
  3 Stück                                                        38,70 €

Zwischensumme                                                    97,60 €
Versand                                                           4,90 €
Gesamt                                                          102,50 €
darin enthaltene MwSt.                                           16,37 €

Dorthin schicken wir es
-----------------------

Anna Muster
Lindenstraße 14
10969 Berlin
Deutschland

Stimmt die Adresse nicht? Dann melden Sie sich bitte gleich, solange das
Paket noch bei uns ist.

--------

Haben Sie Fragen? Antworten Sie einfach auf diese E-Mail oder rufen Sie
uns an: +49 30 1234567.

Herzliche Grüße
Ihr Team von Lindenhof

--{space}
Sie erhalten diese Nachricht, weil Sie bei Lindenhof bestellt haben
(Bestellung 1001). Sie gehört zu Ihrer Bestellung und enthält keine
Werbung.

Zum Shop: https://lindenhof.example.com/
Rücksendung: https://lindenhof.example.com/retoure
Vertrag widerrufen: https://lindenhof.example.com/widerruf
Impressum: https://lindenhof.example.com/impressum
Datenschutz: https://lindenhof.example.com/datenschutz

Lindenhof Manufaktur GmbH
Lindenstraße 1, 10969 Berlin
Amtsgericht Charlottenburg, HRB 123456
"""

DU_TEXT = """\
Bestellung 1001
Danke für deine Bestellung!
===========================

Hallo Anna,

schön, dass du bei uns eingekauft hast. Deine Bestellung ist gut bei uns
eingegangen, und wir packen sie jetzt für dich ein. Sobald das Paket
unterwegs ist, schreiben wir dir wieder.

Voraussichtlich bei dir: Donnerstag, 26. November

Bestellung ansehen:
http://127.0.0.1:8000/t/7Hq2vXbK9mTzR4wLs8NcYd

Das hast du bestellt
--------------------

- Teelichthalter Herz, weiß
  2 Stück                                                         9,90 €
- Wolldecke Bergsee
  1 Stück                                                        49,00 €
- Emaillebecher Fuchs
  3 Stück                                                        38,70 €

Zwischensumme                                                    97,60 €
Versand                                                           4,90 €
Gesamt                                                          102,50 €
darin enthaltene MwSt.                                           16,37 €

Dorthin schicken wir es
-----------------------

Anna Muster
Lindenstraße 14
10969 Berlin
Deutschland

Stimmt die Adresse nicht? Dann melde dich bitte gleich, solange das
Paket noch bei uns ist.

--------

Hast du Fragen? Antworte einfach auf diese E-Mail oder ruf uns an:
+49 30 1234567.

Liebe Grüße
dein Team von Lindenhof

--{space}
Du erhältst diese Nachricht, weil du bei Lindenhof bestellt hast
(Bestellung 1001). Sie gehört zu deiner Bestellung und enthält keine
Werbung.

Zum Shop: https://lindenhof.example.com/
Rücksendung: https://lindenhof.example.com/retoure
Vertrag widerrufen: https://lindenhof.example.com/widerruf
Impressum: https://lindenhof.example.com/impressum
Datenschutz: https://lindenhof.example.com/datenschutz

Lindenhof Manufaktur GmbH
Lindenstraße 1, 10969 Berlin
Amtsgericht Charlottenburg, HRB 123456
"""

SWISS_TEXT = """\
Bestellung 1001
Vielen Dank für Ihre Bestellung!
================================

Guten Tag Anna Muster

Schön, dass Sie bei uns eingekauft haben. Ihre Bestellung ist gut bei
uns eingegangen, und wir packen sie jetzt für Sie ein. Sobald das Paket
unterwegs ist, schreiben wir Ihnen wieder.

Voraussichtlich bei Ihnen: Donnerstag, 26. November

Bestellung ansehen:
http://127.0.0.1:8000/t/7Hq2vXbK9mTzR4wLs8NcYd

Das haben Sie bestellt
----------------------

- Teelichthalter Herz, weiß
  2 Stück                                                       CHF 9.90
- Wolldecke Bergsee
  1 Stück                                                      CHF 49.00
- Emaillebecher Fuchs
  3 Stück                                                      CHF 38.70

Zwischensumme                                                  CHF 97.60
Versand                                                         CHF 4.90
Gesamt                                                        CHF 102.50
darin enthaltene MwSt.                                         CHF 16.37

Dorthin schicken wir es
-----------------------

Anna Muster
Gerberngasse 12
3011 Bern
Schweiz

Stimmt die Adresse nicht? Dann melden Sie sich bitte gleich, solange das
Paket noch bei uns ist.

--------

Haben Sie Fragen? Antworten Sie einfach auf diese E-Mail oder rufen Sie
uns an: +49 30 1234567.

Herzliche Grüsse
Ihr Team von Lindenhof

--{space}
Sie erhalten diese Nachricht, weil Sie bei Lindenhof bestellt haben
(Bestellung 1001). Sie gehört zu Ihrer Bestellung und enthält keine
Werbung.

Zum Shop: https://lindenhof.example.com/
Rücksendung: https://lindenhof.example.com/retoure
Vertrag widerrufen: https://lindenhof.example.com/widerruf
Impressum: https://lindenhof.example.com/impressum
Datenschutz: https://lindenhof.example.com/datenschutz

Lindenhof Manufaktur GmbH
Lindenstraße 1, 10969 Berlin
Amtsgericht Charlottenburg, HRB 123456
"""

ENGLISH_TEXT = """\
Order 1001
Thank you for your order!
=========================

Hello Anna,

It is lovely to have you as our customer. Your order has reached us
safely and we are packing it now. We will write again as soon as your
parcel is on its way.

Expected with you: Thursday, 26 November

View your order:
http://127.0.0.1:8000/t/7Hq2vXbK9mTzR4wLs8NcYd

What you ordered
----------------

- Heart tealight holder, white
  Quantity 2                                                       £9.90
- Mountain lake blanket
  Quantity 1                                                      £49.00
- Fox enamel mug
  Quantity 3                                                      £38.70

Subtotal                                                          £97.60
Shipping                                                           £4.90
Total                                                            £102.50
includes VAT of                                                   £16.37

Where it is going
-----------------

Anna Muster
14 Elm Lane
York YO1 7HZ
United Kingdom

Is the address not right? Please tell us straight away, while the parcel
is still with us.

--------

Any questions? Just reply to this email or call us: +49 30 1234567.

Kind regards
Your team at Lindenhof

--{space}
You are getting this message because you ordered from Lindenhof (order
1001). It belongs to your order and contains no advertising.

Visit the shop: https://lindenhof.example.com/
Returns: https://lindenhof.example.com/retoure
Withdraw from the contract: https://lindenhof.example.com/widerruf
Legal notice: https://lindenhof.example.com/impressum
Privacy: https://lindenhof.example.com/datenschutz

Lindenhof Manufaktur GmbH
Lindenstraße 1, 10969 Berlin
Amtsgericht Charlottenburg, HRB 123456
"""


@pytest.mark.parametrize(
    ("voice", "text"),
    [(SIE, SIE_TEXT), (DU, DU_TEXT), (SWISS, SWISS_TEXT), (ENGLISH, ENGLISH_TEXT)],
    ids=str,
)
def test_order_confirmation(voice: Voice, text: str) -> None:
    # Amounts hold a space that does not break, and the signature's mark ends in a space; both are lost in editors.
    assert render_text(voice.compose("order_confirmation")).replace("\u00a0", " ") == text.replace("{space}", " ")
