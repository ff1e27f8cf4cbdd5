"""Trees without their library give what LightGBM gives."""

import lightgbm
import numpy as np
import pytest

from advisor.domain.errors import NotAvailable
from advisor.ranking.forest import from_lightgbm


def _trained(**options):
    generator = np.random.default_rng(0)
    features = generator.normal(size=(600, 7)).astype(np.float32)
    target = np.sin(3 * features[:, 0]) + features[:, 1] * (features[:, 2] > 0.3)
    settings = {"objective": "regression", "num_leaves": 15, "max_depth": 6, "use_missing": False, "verbosity": -1}
    return lightgbm.train(settings | options, lightgbm.Dataset(features, target), 25), features


def test_the_sum_of_several_models_is_that_of_lightgbm():
    first, features = _trained(seed=1, bagging_fraction=0.5, bagging_freq=1)
    second, _ = _trained(seed=2, bagging_fraction=0.5, bagging_freq=1)
    forest = from_lightgbm([first.model_to_string(), second.model_to_string()], 6)
    expected = first.predict(features) + second.predict(features)
    np.testing.assert_allclose(forest.predict(features), expected, rtol=1e-12, atol=1e-12)


def test_a_single_leaf_is_a_constant():
    booster, features = _trained(min_data_in_leaf=10_000)
    forest = from_lightgbm([booster.model_to_string()], 3)
    np.testing.assert_allclose(forest.predict(features), booster.predict(features), rtol=1e-12)


def test_trees_that_are_too_deep_are_refused():
    booster, _ = _trained()
    with pytest.raises(NotAvailable, match="deeper"):
        from_lightgbm([booster.model_to_string()], 2)


def test_trees_that_split_on_missing_values_are_refused():
    generator = np.random.default_rng(0)
    features = generator.normal(size=(300, 2))
    features[::3, 0] = np.nan
    data = lightgbm.Dataset(features, np.nan_to_num(features[:, 0]))
    booster = lightgbm.train({"objective": "regression", "verbosity": -1}, data, 5)
    with pytest.raises(NotAvailable, match="missing"):
        from_lightgbm([booster.model_to_string()], 10)
