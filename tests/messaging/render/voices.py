"""The four voices in which everything is checked, and facts to vary."""

from dataclasses import dataclass

from messaging.content.blocks import Mail
from messaging.content.examples import example_facts
from messaging.content.facts import MessageFacts
from messaging.content.mails import compose

# Where the settings say we are: pictures come from there.
BASE_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Voice:
    language: str
    tone: str

    def facts(self, template: str) -> MessageFacts:
        return example_facts(template, language=self.language, tone=self.tone, base_url=BASE_URL)

    def compose(self, template: str) -> Mail:
        return compose(template, self.facts(template))

    def __str__(self) -> str:
        return f"{self.language}-{self.tone}"


SIE, DU, SWISS, ENGLISH = Voice("de", "sie"), Voice("de", "du"), Voice("de-CH", "sie"), Voice("en", "sie")
VOICES = (SIE, DU, SWISS, ENGLISH)
