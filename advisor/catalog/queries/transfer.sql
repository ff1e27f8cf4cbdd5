-- How much the distances between models differ from benchmark to benchmark of one task: what an expectation on one
-- tells of another. spread_varies: standard deviation of the spreads of benchmarks, relative to their mean, among the
-- models that have five results on the task or more.
WITH held AS (
  SELECT task, benchmark_id, model_id, max(score) AS score
  FROM results JOIN benchmarks USING (benchmark_id)
  WHERE unit = 'points' AND task IS NOT NULL AND subset = ''
  GROUP BY task, benchmark_id, model_id
  QUALIFY count(*) OVER (PARTITION BY benchmark_id) >= 10
), often AS (
  SELECT * FROM held
  QUALIFY count(*) OVER (PARTITION BY task, model_id) >= 5
), by_benchmark AS (
  SELECT task, stddev_samp(score) AS spread FROM often GROUP BY task, benchmark_id HAVING count(*) >= 10
)
SELECT task, count(*) AS n_benchmarks, stddev_samp(spread) / avg(spread) AS spread_varies
FROM by_benchmark GROUP BY task HAVING count(*) >= 5 ORDER BY task
