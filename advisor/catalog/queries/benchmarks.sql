-- Benchmarks of an arena that have results, in the order of the evidence index.
SELECT
    benchmark_id, suite || ': ' || name AS title, suite, task, task_type, languages, domains, modalities, avg_chars, description, family,
    unit, higher_is_better
FROM benchmarks b
WHERE arena = ? AND EXISTS (SELECT 1 FROM results r WHERE r.benchmark_id = b.benchmark_id AND r.subset = '')
ORDER BY benchmark_id
