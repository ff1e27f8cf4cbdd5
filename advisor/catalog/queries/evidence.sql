-- The results behind an answer: one row a (model, benchmark) pair, the most trusted measurer and its best configuration.
WITH pairs AS (
    SELECT unnest(?::VARCHAR[]) AS model_id, unnest(?::VARCHAR[]) AS benchmark_id
)
SELECT
    r.model_id, r.benchmark_id, b.suite || ': ' || b.name AS benchmark, b.task, b.languages, r.score, b.unit,
    b.higher_is_better, r.config, r.measured_by, r.date,
    coalesce(s.title, s.repository, r.source_id) AS source
FROM results r
JOIN pairs USING (model_id, benchmark_id)
JOIN benchmarks b USING (benchmark_id)
JOIN sources s ON s.source_id = r.source_id
WHERE r.subset = ''
QUALIFY row_number() OVER (
    PARTITION BY r.model_id, r.benchmark_id
    ORDER BY
        list_position(['independent', 'official', 'submitted', 'self-reported'], r.measured_by),
        CASE WHEN b.higher_is_better THEN -r.score ELSE r.score END
) = 1
