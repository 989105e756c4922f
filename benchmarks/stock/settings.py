"""The product's settings with the addresses to measure."""

from postpurchase.settings import *  # noqa: F403 - all of them

ROOT_URLCONF = "benchmarks.stock.urls"
