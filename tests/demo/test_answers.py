"""What past customers answered: believable, and always the same."""

from collections import Counter

from postpurchase.demo.answers import past_answer
from postpurchase.demo.bodies import scenario_of
from postpurchase.demo.parcels import Scenario
from postpurchase.demo.people import person_of
from postpurchase.demo.sample import read_sample


def all_answers():
    return [
        past_answer(
            number=order.number,
            scenario=scenario_of(order.number),
            language=person_of(order.customer).language,
        )
        for order in read_sample("haselstube")
    ]


def test_about_one_of_three_answers_and_most_are_content():
    answers = [answer for answer in all_answers() if answer is not None]
    groups = Counter("up" if a.score >= 9 else "middle" if a.score >= 7 else "down" for a in answers)

    assert all_answers() == all_answers()
    assert 60 <= len(answers) <= 100
    assert groups["up"] > groups["middle"] > 0
    assert groups["down"] > 0
    assert 20 <= sum(bool(answer.comment) for answer in answers) <= 45


def test_late_parcels_get_worse_marks():
    def mean(scenario):
        answers = [past_answer(number=str(n), scenario=scenario, language="de") for n in range(600)]
        scores = [answer.score for answer in answers if answer is not None]
        return sum(scores) / len(scores)

    assert mean(Scenario.NORMAL) > mean(Scenario.DELAYED) + 2


def test_comments_are_in_the_persons_language_and_fit_the_score():
    english = {
        answer.comment
        for n in range(300)
        if (answer := past_answer(number=str(n), scenario=Scenario.DELAYED, language="en")) and answer.score < 7
    }

    assert english == {"", "Stuck in customs for ages and nobody told me.", "Arrived late, the birthday was over."}
