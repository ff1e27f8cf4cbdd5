-- Models listed for embedding that are measured, fine-tuned, on tasks of language.
SELECT DISTINCT model_id
FROM models JOIN results USING (model_id) JOIN benchmarks USING (benchmark_id)
WHERE kind = 'embedding' AND arena = 'language'
ORDER BY model_id
