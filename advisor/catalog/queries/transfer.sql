-- How benchmarks of one task differ: what an expectation on one tells of another.
-- level_share: of the variance of a score around the mean of its task, the share that all models have in common, the
-- difficulty of the benchmark; the rest is what no other benchmark tells of a model. spread_varies: standard deviation
-- of the distances between models from benchmark to benchmark, relative to their mean.
WITH held AS (
  SELECT task, benchmark_id, model_id, max(score) AS score
  FROM results JOIN benchmarks USING (benchmark_id)
  WHERE unit = 'points' AND task IS NOT NULL AND subset = ''
  GROUP BY task, benchmark_id, model_id
  QUALIFY count(*) OVER (PARTITION BY benchmark_id) >= 10
), centred AS (
  SELECT task, benchmark_id, model_id,
         avg(score) OVER (PARTITION BY benchmark_id) AS level,
         score - avg(score) OVER (PARTITION BY benchmark_id) AS above
  FROM held
), rest AS (
  SELECT *, above - avg(above) OVER (PARTITION BY task, model_id) AS own
  FROM centred
  QUALIFY count(*) OVER (PARTITION BY task, model_id) >= 5
), by_benchmark AS (
  SELECT task, any_value(level) AS level, stddev_samp(above) AS spread, var_samp(own) AS own
  FROM rest GROUP BY task, benchmark_id HAVING count(*) >= 10
)
SELECT task, count(*) AS n_benchmarks,
       var_samp(level) / (var_samp(level) + avg(own)) AS level_share,
       stddev_samp(spread) / avg(spread) AS spread_varies
FROM by_benchmark GROUP BY task HAVING count(*) >= 5 ORDER BY task
