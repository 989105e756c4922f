"""What the package ``implicit`` recommends, asked by a benchmark: JSON in, JSON out.

Runs under whichever Python has ``implicit``, without anything of the product. In: ``model`` (a key of ``ITEM_TO_ITEM``,
or ``als``), ``articles`` (how many), ``groups`` (each a list of articles), ``k`` (neighbours kept, 0 for all),
``queries`` (``items`` to go with; ``only`` to choose from, or ``without``). Out: the ten best of each query.
"""

import json
import sys
from collections.abc import Iterator, Sequence

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender, TFIDFRecommender
from scipy.sparse import csr_matrix

ITEM_TO_ITEM = {"cosine": CosineRecommender, "tf-idf": TFIDFRecommender, "bm25": BM25Recommender}
FACTORS = 64
AT_ONCE = 200


def main() -> None:
    asked = json.load(sys.stdin)
    articles, queries = asked["articles"], asked["queries"]
    bought = _matrix(asked["groups"], articles)
    answers = []
    items = _matrix([query["items"] for query in queries], articles)
    for first, scores in _scores(asked["model"], bought, items, asked["k"] or articles):
        for query, row in zip(queries[first : first + AT_ONCE], scores, strict=True):
            if query["only"] is not None:
                others = np.ones(articles, bool)
                others[query["only"]] = False
                row[others] = -np.inf
            row[query["without"]] = -np.inf
            best = np.argsort(-row, kind="stable")[:10]
            answers.append([int(one) for one in best if row[one] > -np.inf])
    json.dump(answers, sys.stdout)


def _scores(name: str, bought: csr_matrix, items: csr_matrix, k: int) -> Iterator[tuple[int, np.ndarray]]:
    """Yield, from which query on, the scores of all articles for each of the next ``AT_ONCE``."""
    if name == "als":
        model = AlternatingLeastSquares(factors=FACTORS, random_state=1, num_threads=1)
        model.fit(bought, show_progress=False)
        left = model.recalculate_user(np.arange(items.shape[0]), items)
        right = model.item_factors.T
    else:
        model = ITEM_TO_ITEM[name](K=k)
        model.fit(bought, show_progress=False)
        left, right = items, model.similarity.tocsr()
    for first in range(0, items.shape[0], AT_ONCE):
        scores = left[first : first + AT_ONCE] @ right
        yield first, scores if isinstance(scores, np.ndarray) else scores.toarray()


def _matrix(groups: Sequence[Sequence[int]], articles: int) -> csr_matrix:
    rows = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    columns = np.concatenate([np.asarray(group, int) for group in groups])
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(groups), articles))


if __name__ == "__main__":
    main()
