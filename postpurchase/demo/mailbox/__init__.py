"""The world outside the demo: a mail server that keeps every mail, a telephone that keeps every SMS and WhatsApp
message, and a page that shows both.

    product ──SMTP──▶ smtp.py ─┐
                               ├─▶ store.py ─▶ pages.py (the mailbox in the browser, JSON for programs)
    product ──HTTP──▶ sms.py ──┘

It is a process of its own (`python -m postpurchase.demo.mailbox`) without Django: it is up before the web server
and shows what arrived while the product is down.
"""
