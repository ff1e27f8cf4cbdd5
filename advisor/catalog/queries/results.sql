-- Whole-benchmark results of some models; with the second parameter false, only benchmarks that two of them share.
WITH picked AS (
    SELECT r.* FROM results r
    WHERE r.model_id IN (SELECT unnest(?::VARCHAR[])) AND r.subset = ''
)
SELECT
    p.model_id, p.benchmark_id, b.suite || ': ' || b.name AS benchmark, b.task, p.score, b.unit, b.higher_is_better,
    p.config, p.measured_by, p.source_id AS source, p.date
FROM picked p
JOIN benchmarks b USING (benchmark_id)
WHERE ?::BOOLEAN
   OR p.benchmark_id IN (SELECT benchmark_id FROM picked GROUP BY 1 HAVING count(DISTINCT model_id) > 1)
ORDER BY p.benchmark_id, p.model_id, p.score DESC
