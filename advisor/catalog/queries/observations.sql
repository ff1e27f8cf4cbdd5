-- One result a model and whole benchmark of an arena: the most trusted measurer, then the best configuration.
SELECT
    r.model_id, r.benchmark_id, r.score, r.config, r.measured_by, r.date,
    coalesce(s.title, s.repository, r.source_id) AS source
FROM results r
JOIN benchmarks b USING (benchmark_id)
JOIN sources s ON s.source_id = r.source_id
WHERE r.subset = '' AND b.arena = ? AND r.complete IS DISTINCT FROM false
QUALIFY row_number() OVER (
    PARTITION BY r.model_id, r.benchmark_id
    ORDER BY
        list_position(['independent', 'official', 'submitted', 'self-reported'], r.measured_by),
        CASE WHEN b.higher_is_better THEN -r.score ELSE r.score END,
        r.config
) = 1
ORDER BY r.model_id, r.benchmark_id
