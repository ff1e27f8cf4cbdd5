"""Ranking metrics by ir-measures (trec_eval's definitions).

Outputs are positions of documents, best first, -1 where there are no more; a reference is the relevance by position.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from advisor.verify.metrics.mean import mean_of
from advisor.verify.protocols import Floats, Outputs

Relevance = Mapping[int, float]


def _by_ir_measures(name: str) -> Callable[[Outputs, Sequence[Relevance]], Floats]:
    def per_item(outputs: Outputs, references: Sequence[Relevance]) -> Floats:
        import ir_measures

        qrels = [
            ir_measures.Qrel(str(query), str(document), int(grade))
            for query, grades in enumerate(references)
            for document, grade in grades.items()
        ]
        depth = outputs.shape[1]
        run = [
            ir_measures.ScoredDoc(str(query), str(document), float(depth - rank))
            for query, ranked in enumerate(outputs)
            for rank, document in enumerate(ranked)
            if document >= 0
        ]
        values = np.zeros(len(references))
        for found in ir_measures.iter_calc([ir_measures.parse_measure(name)], qrels, run):
            values[int(found.query_id)] = found.value
        return values

    return per_item


NDCG_AT_10 = mean_of("NDCG@10", _by_ir_measures("nDCG@10"))
"""Discounted gain of the first ten over the best that is possible (Järvelin & Kekäläinen 2002)."""
RECALL_AT_10 = mean_of("recall@10", _by_ir_measures("R@10"))
"""Share of the right documents among the first ten."""
RECALL_AT_100 = mean_of("recall@100", _by_ir_measures("R@100"))
"""Share of the right documents among the first hundred."""
ACCURACY_AT_1 = mean_of("accuracy@1", _by_ir_measures("P@1"))
"""Share of queries whose first document is right."""
