"""Figures of merit over items, as the field defines them; each is tested against a reference implementation."""

from advisor.verify.metrics.agreement import SPEARMAN, V_MEASURE
from advisor.verify.metrics.classification import ACCURACY, MACRO_F1
from advisor.verify.metrics.code import PASS_AT_1
from advisor.verify.metrics.generation import CHRF, CONTAINS, EXACT_MATCH, PATTERN, TOKEN_F1
from advisor.verify.metrics.pairs import AVERAGE_PRECISION, PAIR_ACCURACY
from advisor.verify.metrics.ranking import ACCURACY_AT_1, NDCG_AT_10, RECALL_AT_10, RECALL_AT_100

__all__ = [
    "ACCURACY",
    "ACCURACY_AT_1",
    "AVERAGE_PRECISION",
    "CHRF",
    "CONTAINS",
    "EXACT_MATCH",
    "MACRO_F1",
    "NDCG_AT_10",
    "PAIR_ACCURACY",
    "PASS_AT_1",
    "PATTERN",
    "RECALL_AT_10",
    "RECALL_AT_100",
    "SPEARMAN",
    "TOKEN_F1",
    "V_MEASURE",
]
