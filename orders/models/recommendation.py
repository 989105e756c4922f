"""What was learned from a merchant's orders. Of articles only: no row says who bought anything."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from postpurchase.accounts.models import MerchantModel


def _skus() -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=200), default=list)


def _scores() -> "ArrayField[list[float], list[float]]":
    return ArrayField(models.FloatField(), default=list)


def _counts() -> "ArrayField[list[int], list[int]]":
    return ArrayField(models.PositiveIntegerField(), default=list)


class Learning(MerchantModel):
    """One look at the orders. ``whole``: at all of them, else at what concerned ``articles`` changed ones.

    ``ages_from`` is the day from which ages are measured until the next whole look. ``lines`` were read, ``baskets``
    and ``customers`` counted, in ``seconds``.
    """

    learned_at = models.DateTimeField()
    order_count = models.PositiveIntegerField()
    whole = models.BooleanField(default=False)
    ages_from = models.DateField(null=True)
    lines = models.PositiveIntegerField(default=0)
    baskets = models.PositiveIntegerField(default=0)
    customers = models.PositiveIntegerField(default=0)
    articles = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)

    class Meta(MerchantModel.Meta):
        indexes = [models.Index(fields=["merchant", "-learned_at"], name="learning_newest")]

    def __str__(self) -> str:
        return f"{self.learned_at:%Y-%m-%d %H:%M}: {self.order_count} orders"


class LearnedArticle(MerchantModel):
    """All that is known of one article, so that a basket of five is served from five rows.

    ``together`` are the articles most often in the same orders, best first, with their scores and the number of orders;
    ``following`` those that the same customers buy, the later the better, with the number of customers.
    ``recent_orders`` held it lately. Of its buyers, ``came_back`` ordered something on a later day, and
    ``repeat_buyers`` the same article, ``repeat_days`` days later (the median; null where nobody did). The weights are
    what learning a part of the articles needs to know of the others (``orders/recommendations/weigh.py``).
    """

    sku = models.CharField(max_length=200)
    together = _skus()
    together_scores = _scores()
    together_orders = _counts()
    following = _skus()
    following_scores = _scores()
    following_customers = _counts()
    recent_orders = models.PositiveIntegerField(default=0)
    came_back = models.PositiveIntegerField(default=0)
    repeat_buyers = models.PositiveIntegerField(default=0)
    repeat_days = models.PositiveIntegerField(null=True)
    basket_count = models.PositiveIntegerField(default=0)
    basket_weight = models.FloatField(default=0)
    customer_count = models.PositiveIntegerField(default=0)
    customer_weight = models.FloatField(default=0)
    customer_weight_aged = models.FloatField(default=0)

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "sku"], name="learned_article_once")]
        indexes = [models.Index(fields=["merchant", "-recent_orders", "sku"], name="learned_article_wanted")]

    def __str__(self) -> str:
        return self.sku


class RecommendationSettings(MerchantModel):
    """What a merchant decided. ``personal``: what a customer bought before helps to choose for them, on their own page
    and in mails they agreed to. Without a row, it does.
    """

    personal = models.BooleanField(default=True)
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant"], name="recommendation_settings_once")]

    def __str__(self) -> str:
        return "personal" if self.personal else "not personal"
