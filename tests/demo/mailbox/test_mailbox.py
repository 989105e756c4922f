"""The mailbox as programs and people see it: mail goes in by SMTP and comes out by HTTP."""

import base64
import json
import smtplib
import urllib.parse
from email.message import EmailMessage

import pytest

from postpurchase.demo.mailbox.store import ContentStore, MailStore, SmsStore
from tests.demo.mailbox.conftest import ACCOUNT, Running

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT.sid}/Messages.json"


def letter(to: str = "anna@example.com", subject: str = "Grüße aus der Haselstube 🌰") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Haselstube <post@haselstube.example>"
    message["To"] = to
    message["Subject"] = subject
    message["X-Journey"] = "order_confirmation"
    message.set_content("Guten Tag,\n\nIhre Bestellung ist da.\n")
    message.add_alternative("<html><head><title>x</title></head><body><a href='/'>Link</a></body></html>", "html")
    return message


def send(mailbox: Running, *letters: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port) as server:
        for one in letters:
            server.send_message(one)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def text_message(mailbox: Running, *, authorization: str | None = None, **fields: str):
    return mailbox.request(
        "POST",
        MESSAGES,
        urllib.parse.urlencode(fields).encode(),
        Authorization=authorization or basic(ACCOUNT.sid, ACCOUNT.token),
    )


def test_a_mail_comes_out_as_the_contract_says(mailbox):
    send(mailbox, letter())

    (mail,) = mailbox.json("/mails.json")

    assert set(mail) == {"id", "received_at", "to", "from", "subject", "text", "html", "headers"}
    assert mail["to"] == ["anna@example.com"]
    assert mail["from"] == "post@haselstube.example"
    assert mail["subject"] == "Grüße aus der Haselstube 🌰"
    assert mail["text"] == "Guten Tag,\n\nIhre Bestellung ist da.\n"
    assert mail["html"].strip() == "<html><head><title>x</title></head><body><a href='/'>Link</a></body></html>"
    assert ["X-Journey", "order_confirmation"] in mail["headers"]


def test_mails_are_newest_last_filtered_by_address_and_emptied(mailbox):
    send(mailbox, letter(subject="1"), letter(to="Mia@Example.com", subject="2"), letter(subject="3"))

    assert [mail["subject"] for mail in mailbox.json("/mails.json")] == ["1", "2", "3"]
    assert [mail["subject"] for mail in mailbox.json("/mails.json?to=mia@example.com")] == ["2"]
    assert mailbox.json("/mails.json?to=nobody@example.com") == []

    assert mailbox.request("DELETE", "/mails.json")[0] == 204
    assert mailbox.json("/mails.json") == []
    assert list((mailbox.box.mails._files).iterdir()) == []


def test_the_server_speaks_smtputf8_and_8bitmime(mailbox):
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port) as server:
        server.ehlo()
        assert {"8bitmime", "smtputf8", "size"} <= set(server.esmtp_features)

    send(mailbox, letter(to="übel@example.com"))

    assert [mail["to"] for mail in mailbox.json("/mails.json")] == [["übel@example.com"]]


@pytest.mark.parametrize(("address", "code"), [("anna@unbekannt.example.com", 550), ("anna@voll.example.com", 452)])
def test_two_domains_refuse_for_good_and_for_now(mailbox, address, code):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(mailbox, letter(to=address))

    assert refused.value.recipients[address][0] == code
    assert mailbox.json("/mails.json") == []


def test_mails_and_sms_survive_a_restart_even_a_torn_one(mailbox, tmp_path):
    send(mailbox, letter(subject="kept"))
    text_message(mailbox, To="+491713920011", From="Haselstube", Body="Hallo")
    for name in ("mails.jsonl", "sms.jsonl"):
        with (tmp_path / name).open("a", encoding="utf-8") as index:
            index.write('{"id": "000002-torn", "rec')

    mails, sms = MailStore(tmp_path), SmsStore(tmp_path)

    assert [mail.subject for mail in mails.all()] == ["kept"]
    assert [one.body for one in sms.all()] == ["Hallo"]
    assert (tmp_path / "mails.jsonl").read_bytes().endswith(b"}\n")


def test_the_page_lists_newest_first_and_opens_one_in_a_frame_without_scripts(mailbox):
    send(mailbox, letter(subject="älter"), letter(subject="neuer"))
    older, newer = (mail["id"] for mail in mailbox.json("/mails.json"))

    status, html, headers = mailbox.get(f"/?mail={older}&lang=de")

    assert status == 200
    assert html.index(f'data-mail="{newer}"') < html.index(f'data-mail="{older}"')
    assert f'<iframe src="/mails/{older}.html"' in html
    assert "allow-scripts" not in html
    assert "Nur Mails an diese Adresse" in html
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "style=" not in html


def test_the_html_part_may_run_nothing_and_opens_links_beside(mailbox):
    send(mailbox, letter())
    (mail,) = mailbox.json("/mails.json")

    status, html, headers = mailbox.get(f"/mails/{mail['id']}.html")

    assert status == 200
    assert '<head><base target="_blank">' in html
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; img-src 'self' data: http://127.0.0.1:8000;")
    assert "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox" in policy
    assert "script" not in policy


def test_what_a_mail_says_is_shown_as_text_never_as_markup(mailbox):
    send(mailbox, letter(subject="<script>alert(1)</script>"))

    html = mailbox.get("/?lang=en")[1]

    assert "<script>alert(1)</script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize(
    ("accepted", "title"),
    [("de-CH,de;q=0.9", "Postfach der Demo"), ("fr,en;q=0.5", "Demo mailbox"), ("", "Demo mailbox")],
)
def test_the_page_speaks_the_readers_language(mailbox, accepted, title):
    html = mailbox.get("/", Accept_Language=accepted)[1]

    assert f"<h1>{title}</h1>" in html


def test_the_mail_as_it_arrived_and_its_other_views(mailbox):
    send(mailbox, letter())
    (mail,) = mailbox.json("/mails.json")

    source = mailbox.get(f"/mails/{mail['id']}.eml")

    assert source[0] == 200
    assert "X-Journey: order_confirmation" in source[1]
    assert "<dt>X-Journey</dt><dd>order_confirmation</dd>" in mailbox.get(f"/?mail={mail['id']}&view=headers")[1]
    assert "Ihre Bestellung ist da." in mailbox.get(f"/?mail={mail['id']}&view=text")[1]
    assert mailbox.get("/mails/000009-abcdef.eml")[0] == 404
    assert mailbox.get("/mails/../mails.jsonl")[0] == 404


def test_a_foreign_host_name_is_turned_away(mailbox):
    send(mailbox, letter())

    status, body, _ = mailbox.get("/mails.json", Host="rebound.example.net")

    assert (status, body) == (421, "unknown host\n")


def test_an_sms_is_accepted_as_twilio_does(mailbox):
    status, body, _ = text_message(mailbox, To="+491713920011", From="Haselstube", Body="Ihr Paket: http://x.example/t")

    answer = json.loads(body)
    (kept,) = mailbox.json("/sms.json")
    assert status == 201
    assert (answer["status"], answer["to"], answer["error_code"]) == ("queued", "+491713920011", None)
    assert kept == {
        "id": answer["sid"],
        "received_at": kept["received_at"],
        "from": "Haselstube",
        "to": "+491713920011",
        "body": "Ihr Paket: http://x.example/t",
        "channel": "sms",
    }
    assert 'href="http://x.example/t"' in mailbox.get("/")[1]


def test_sms_are_filtered_and_emptied(mailbox):
    for to in ("+491713920011", "+491713920022"):
        text_message(mailbox, To=to, From="Haselstube", Body="Hallo")

    assert [one["to"] for one in mailbox.json("/sms.json?to=%2B491713920022")] == ["+491713920022"]
    assert [one["to"] for one in mailbox.json("/sms.json?to=+491713920022")] == ["+491713920022"]
    assert mailbox.request("DELETE", "/sms.json")[0] == 204
    assert mailbox.json("/sms.json") == []


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"To": "0171392", "From": "x", "Body": "b"}, 400, 21211),
        ({"To": "+491713920011", "Body": "b"}, 400, 21603),
        ({"To": "+491713920011", "From": "x"}, 400, 21602),
    ],
)
def test_a_wrong_sms_is_refused_in_twilios_words(mailbox, fields, status, code):
    answer = text_message(mailbox, **fields)

    assert (answer[0], json.loads(answer[1])["code"]) == (status, code)
    assert mailbox.json("/sms.json") == []


def hand_in(mailbox, types, authorization=None, language="de"):
    content = {"friendly_name": "x", "language": language, "variables": {}, "types": types}
    login = authorization or basic(ACCOUNT.sid, ACCOUNT.token)
    status, body, _ = mailbox.request("POST", "/v1/Content", json.dumps(content).encode(), Authorization=login)
    return status, json.loads(body)


def test_a_template_is_approved_at_once_and_sent_by_whatsapp(mailbox, tmp_path):
    status, content = hand_in(mailbox, {"twilio/text": {"body": "Paket von {{1}}: {{2}} Ende"}})
    assert status == 201
    fields = {"To": "whatsapp:+491713920011", "From": "whatsapp:+491713920001", "ContentSid": content["sid"]}
    variables = json.dumps({"1": "{{2}}", "2": "http://x.example/t"})

    assert text_message(mailbox, **fields, ContentVariables=variables)[0] == 201

    (kept,) = mailbox.json("/sms.json?to=+491713920011")
    assert (kept["channel"], kept["from"], kept["body"]) == (
        "whatsapp",
        "+491713920001",
        "Paket von {{2}}: http://x.example/t Ende",
    )
    assert "WhatsApp · +491713920011" in mailbox.get("/")[1]
    assert ContentStore(tmp_path).text_of(content["sid"]) == "Paket von {{1}}: {{2}} Ende"


def test_the_text_of_a_code_is_whatsapps_own(mailbox):
    _, content = hand_in(mailbox, {"whatsapp/authentication": {}})

    text_message(
        mailbox,
        To="whatsapp:+491713920011",
        From="whatsapp:+491713920001",
        ContentSid=content["sid"],
        ContentVariables='{"1": "012345"}',
    )

    assert mailbox.json("/sms.json")[0]["body"] == "012345 ist dein Verifizierungscode."


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"To": "whatsapp:0171"}, 21211),
        ({"From": "+491713920001"}, 21603),
        ({"ContentSid": "HX1"}, 63016),
        ({"ContentSid": "", "Body": "Hallo"}, 63016),
        ({"ContentVariables": "{}"}, 63028),
        ({"ContentVariables": '{"1": ""}'}, 63028),
        ({"ContentVariables": "not json"}, 63028),
    ],
)
def test_what_whatsapp_would_not_take_is_refused(mailbox, fields, code):
    _, content = hand_in(mailbox, {"twilio/text": {"body": "Paket {{1}}."}})
    good = {
        "To": "whatsapp:+491713920011",
        "From": "whatsapp:+491713920001",
        "ContentSid": content["sid"],
        "ContentVariables": '{"1": "da"}',
    }

    answer = text_message(mailbox, **(good | fields))

    assert (answer[0], json.loads(answer[1])["code"]) == (400, code)
    assert mailbox.json("/sms.json") == []


def test_only_the_account_hands_templates_in(mailbox):
    assert hand_in(mailbox, {"twilio/text": {"body": "x"}}, authorization=basic(ACCOUNT.sid, "wrong"))[0] == 401
    assert hand_in(mailbox, {"twilio/card": {}})[0] == 400


@pytest.mark.parametrize("authorization", [basic(ACCOUNT.sid, "wrong"), basic("AC1", "token"), "Bearer x", "Basic %%"])
def test_an_sms_without_the_right_account_is_refused(mailbox, authorization):
    status, body, _ = text_message(mailbox, authorization=authorization, To="+491713920011", From="x", Body="b")

    assert (status, json.loads(body)["code"]) == (401, 20003)
    assert mailbox.json("/sms.json") == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_about_the_demo_credits_and_says_what_is_invented(mailbox, language):
    status, html, _ = mailbox.get(f"/about?lang={language}")

    assert status == 200
    assert "Daqing Chen" in html
    assert "CC BY 4.0" in html
    assert "300 " in html
    assert ("Was erfunden ist" if language == "de" else "What is invented") in html
    assert f'href="/about?lang={language}"' in mailbox.get(f"/?lang={language}")[1]


def test_links_of_products_lead_to_a_shop_window(mailbox):
    shelf = mailbox.get("/shop/haselstube?lang=de")
    product = mailbox.get("/shop/haselstube/85123A", Accept_Language="en")

    assert shelf[0] == product[0] == 200
    assert shelf[1].count("<article>") == 80
    assert "Teelichthalter Herz, weiß, zum Hängen" in shelf[1]
    assert "2,95 €" in shelf[1]
    assert "<h1>White hanging heart tea-light holder</h1>" in product[1]
    assert 'src="http://127.0.0.1:8000/static/demo/pictures/85123a.png"' in product[1]


def test_a_how_to_leads_to_its_words_in_the_window(mailbox):
    german = mailbox.get("/shop/haselstube/22423?lang=de")[1]
    english = mailbox.get("/shop/haselstube/22423?lang=en")[1]

    assert '<section id="anleitung"><h2>Die Etagere aufbauen</h2>' in german
    assert '<section id="anleitung"><h2>Putting the cake stand together</h2>' in english
    assert "anleitung" not in mailbox.get("/shop/haselstube/21181?lang=de")[1]


@pytest.mark.parametrize("path", ["/shop/nobody", "/shop/wimpel/85123A", "/shop/haselstube/00000", "/shop/"])
def test_there_is_no_window_of_what_does_not_exist(mailbox, path):
    assert mailbox.get(path)[0] == 404


def test_lines_that_only_underline_are_left_out_of_the_preview(mailbox):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "x"
    message.set_content("Ihr Paket ist da\n================\n\nViel Freude – damit!\n")
    send(mailbox, message)

    assert '<span class="preview">Ihr Paket ist da Viel Freude – damit!</span>' in mailbox.get("/")[1]
