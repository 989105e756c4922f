"""What a mail or SMS says, and how it looks.

    facts.py    plain data about the store, the person, the order, the parcel: all a message may know
    mails.py    facts -> a mail as a list of blocks (blocks.py), in the words of messaging/texts/*.toml;
                parcel_mails.py those about a parcel, parts.py what they share
    html.py     blocks -> HTML          plain.py   the same blocks -> the text part
    sms.py      facts -> one short line of text
    examples.py believable facts for previews

Nothing here reads the database or the clock: ``messaging/services/mail_context.py`` collects the facts and
``messaging/services/render.py`` puts the two together.
"""
