-- One score a model and whole benchmark of an arena: the most trusted measurer, then the best configuration.
WITH trusted AS (
    SELECT
        r.model_id, r.benchmark_id, r.score, b.higher_is_better,
        list_position(['independent', 'official', 'submitted', 'self-reported'], r.measured_by) AS trust
    FROM results r
    JOIN benchmarks b USING (benchmark_id)
    WHERE r.subset = '' AND b.arena = ? AND r.complete IS DISTINCT FROM false
), best AS (
    SELECT model_id, benchmark_id, min(trust) AS trust FROM trusted GROUP BY ALL
)
SELECT
    model_id, benchmark_id,
    CASE WHEN any_value(higher_is_better) THEN max(score) ELSE min(score) END AS score
FROM trusted JOIN best USING (model_id, benchmark_id, trust)
GROUP BY ALL
ORDER BY model_id, benchmark_id
