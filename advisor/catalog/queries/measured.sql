-- Published decode runs of one request on a device: medians by model and precision, none that the fit refuses.
SELECT
    model_id, lower(quantization) AS quantization, median(value) AS value, min(value) AS least, max(value) AS most,
    count(*) AS n, string_agg(DISTINCT engine, ', ' ORDER BY engine) AS engines,
    string_agg(DISTINCT source_id, ', ' ORDER BY source_id) AS sources, max(date) AS date,
    median(2 * coalesce(prompt_tokens, 0) + coalesce(generated_tokens, 128)) AS context_tokens
FROM measurements
WHERE hardware = ? AND metric = 'decode_tokens_per_s' AND model_id IS NOT NULL AND quantization IS NOT NULL
    AND coalesce(batch, 1) = 1 AND count = 1 AND coalesce(prompt_tokens, 0) < 8192
    AND NOT list_has_any(flags, ['speculative', 'offloaded', 'cluster', 'above-roofline', 'mixed-devices'])
GROUP BY ALL
ORDER BY model_id, quantization
