"""Item-item cosine of the package ``implicit``, asked by a benchmark: JSON in, JSON out.

Runs under whichever Python has ``implicit``, without anything of the product. In: ``articles`` (how many), ``groups``
(each a list of articles), ``k`` (neighbours kept), ``queries`` (``items`` to go with; ``only`` to choose from, or
``without``). Out: the ten best of each query.
"""

import json
import sys

import numpy as np
from implicit.nearest_neighbours import CosineRecommender
from scipy.sparse import csr_matrix


def main() -> None:
    asked = json.load(sys.stdin)
    articles = asked["articles"]
    groups = asked["groups"]
    rows = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    columns = np.concatenate([np.asarray(group) for group in groups])
    model = CosineRecommender(K=asked["k"] or articles)
    shape = (len(groups), articles)
    model.fit(csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape), show_progress=False)
    similarity = model.similarity.tocsr()
    answers = []
    for query in asked["queries"]:
        items = query["items"]
        bought = csr_matrix((np.ones(len(items)), (np.zeros(len(items), int), items)), shape=(1, articles))
        scores = (bought @ similarity).toarray().ravel()
        if query.get("only") is not None:
            others = np.ones(articles, bool)
            others[query["only"]] = False
            scores[others] = -np.inf
        if query.get("without"):
            scores[query["without"]] = -np.inf
        best = np.argsort(-scores, kind="stable")[:10]
        answers.append([int(one) for one in best if scores[one] > -np.inf])
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
