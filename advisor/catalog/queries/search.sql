-- Models whose id or an alias contains every word.
SELECT
    m.model_id, m.kind, m.params_total, m.license_tag, m.release_date, m.downloads, m.open_weights,
    (SELECT count(*) FROM results r WHERE r.model_id = m.model_id AND r.subset = '') AS n_results
FROM models m
WHERE (
    SELECT coalesce(bool_and(
        lower(m.model_id) LIKE word
        OR EXISTS (SELECT 1 FROM aliases a WHERE a.model_id = m.model_id AND lower(a.alias) LIKE word)
    ), true)
    FROM (SELECT unnest(?::VARCHAR[]) AS word)
)
AND (?::VARCHAR IS NULL OR m.kind = ?::VARCHAR)
ORDER BY m.downloads DESC NULLS LAST, m.model_id
LIMIT ? OFFSET ?
