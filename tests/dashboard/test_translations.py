"""Everything in the dashboard can be read in German, and the compiled words are the written ones."""

from postpurchase.dashboard import catalogue


def test_every_word_in_use_is_translated_and_nothing_else_is_kept():
    stored = catalogue.stored()

    in_use = {catalogue.key_of(message) for message in catalogue.words_in_use() if message.id}

    assert in_use == {catalogue.key_of(message) for message in stored if message.id}, "run manage.py translations"
    assert len(in_use) > 250
    assert catalogue.untranslated(stored) == []


def test_the_compiled_file_is_the_written_one():
    assert catalogue.compiled(catalogue.stored()) == catalogue.MO.read_bytes(), "run manage.py translations"


def test_placeholders_survive_translation():
    for message in catalogue.stored():
        for error in message.check():
            raise AssertionError(f"{message.id!r}: {error}")
