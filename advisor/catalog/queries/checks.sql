-- Data checks of a snapshot. Each statement returns the rows that are wrong; a build with any fails.

-- name: every row names a known source
SELECT 'models', source_id FROM models WHERE source_id NOT IN (SELECT source_id FROM sources)
UNION ALL SELECT 'benchmarks', source_id FROM benchmarks WHERE source_id NOT IN (SELECT source_id FROM sources)
UNION ALL SELECT DISTINCT 'results', source_id FROM results WHERE source_id NOT IN (SELECT source_id FROM sources)
UNION ALL SELECT DISTINCT 'measurements', source_id FROM measurements WHERE source_id NOT IN (SELECT source_id FROM sources)
UNION ALL SELECT 'hardware', source_id FROM hardware WHERE source_id NOT IN (SELECT source_id FROM sources)
UNION ALL SELECT DISTINCT 'variants', source_id FROM variants WHERE source_id NOT IN (SELECT source_id FROM sources)
UNION ALL SELECT 'prices', source_id FROM prices WHERE source_id NOT IN (SELECT source_id FROM sources);

-- name: results belong to known models
SELECT DISTINCT r.model_id FROM results r ANTI JOIN models m USING (model_id) LIMIT 5;

-- name: results belong to known benchmarks
SELECT DISTINCT r.benchmark_id FROM results r ANTI JOIN benchmarks b USING (benchmark_id) LIMIT 5;

-- name: one score for a model, benchmark, subset, config and measurer
SELECT model_id, benchmark_id, subset, config, measured_by, count(*) FROM results
GROUP BY ALL HAVING count(*) > 1 LIMIT 5;

-- name: variants package known models
SELECT variant_id, v.model_id FROM variants v ANTI JOIN models m USING (model_id) LIMIT 5;

-- name: a variant is not also a model
SELECT v.variant_id FROM variants v JOIN models m ON m.model_id = v.variant_id LIMIT 5;

-- name: aliases name known models
SELECT alias, a.model_id FROM aliases a ANTI JOIN models m USING (model_id) LIMIT 5;

-- name: kinds are of the vocabulary
SELECT DISTINCT kind FROM models
WHERE kind NOT IN ('embedding', 'reranker', 'generative', 'encoder', 'vision', 'speech-recognition', 'forecaster', 'other');

-- name: arenas are of the vocabulary
SELECT DISTINCT arena FROM benchmarks
WHERE arena NOT IN ('embedding', 'language', 'vision', 'speech', 'forecasting');

-- name: who measured is of the vocabulary
SELECT DISTINCT measured_by FROM results
WHERE measured_by NOT IN ('independent', 'official', 'submitted', 'self-reported');

-- name: points are at most 100
SELECT r.benchmark_id, r.score FROM results r JOIN benchmarks b USING (benchmark_id)
WHERE r.subset = '' AND b.unit = 'points' AND (r.score > 100.5 OR r.score < -100.5) LIMIT 5;

-- name: scores are finite
SELECT model_id, benchmark_id, score FROM results WHERE NOT isfinite(score) LIMIT 5;

-- name: sizes are possible
SELECT model_id, params_total FROM models
WHERE params_total IS NOT NULL AND (params_total < 100 OR params_total > 2e13) LIMIT 5;

-- name: a part is not larger than the whole
SELECT model_id, params_active, params_total FROM models WHERE params_active > params_total LIMIT 5;

-- name: no placeholder dates
SELECT model_id FROM models WHERE release_date = DATE '2022-03-02' LIMIT 5;

-- name: devices have possible memory and bandwidth
SELECT name, memory_gib, memory_bandwidth_gb_s FROM hardware
WHERE memory_gib <= 0 OR memory_bandwidth_gb_s <= 0 OR memory_bandwidth_gb_s > 30000 LIMIT 5;

-- name: device aliases name known devices
SELECT alias, a.hardware FROM hardware_aliases a ANTI JOIN hardware h ON h.name = a.hardware LIMIT 5;

-- name: measurements are positive
SELECT run_id, metric, value FROM measurements WHERE value < 0 OR NOT isfinite(value) LIMIT 5;

-- name: license aliases name known licenses
SELECT alias, a.license_id FROM license_aliases a ANTI JOIN licenses l USING (license_id) LIMIT 5;

-- name: training data is of known models and sets
SELECT model_id, t.dataset_id FROM training_data t ANTI JOIN models m USING (model_id)
UNION ALL SELECT model_id, t.dataset_id FROM training_data t ANTI JOIN datasets d USING (dataset_id) LIMIT 5;
