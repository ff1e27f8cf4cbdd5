-- The model that a name means: exact id before alias before variant, then whatever the case.
WITH wanted AS (SELECT ?::VARCHAR AS wanted_name)
SELECT model_id, rank FROM (
    SELECT m.model_id, 0 AS rank FROM models m, wanted WHERE m.model_id = wanted_name
    UNION ALL SELECT a.model_id, 1 FROM aliases a, wanted WHERE a.alias = wanted_name
    UNION ALL SELECT m.model_id, 2 FROM models m, wanted WHERE lower(m.model_id) = lower(wanted_name)
    UNION ALL SELECT a.model_id, 3 FROM aliases a, wanted WHERE lower(a.alias) = lower(wanted_name)
    UNION ALL SELECT v.model_id, 4 FROM variants v, wanted WHERE lower(v.variant_id) = lower(wanted_name)
)
ORDER BY rank, model_id
LIMIT 1
