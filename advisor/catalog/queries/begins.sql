-- Whole models whose names go on after a text at the end of a word, the most downloaded first, then the most measured.
WITH wanted AS (SELECT lower(?::VARCHAR) AS wanted_name)
SELECT model_id FROM models m, wanted
WHERE length(wanted_name) > 3
    AND starts_with(lower(split_part(model_id, '/', -1)), wanted_name)
    AND NOT regexp_matches(substr(lower(split_part(model_id, '/', -1)), length(wanted_name) + 1, 1), '[a-z0-9]')
    AND NOT list_has_any(flags, ['orphan-quantization', 'unidentified', 'test', 'draft', 'adapter', 'merged'])
ORDER BY coalesce(downloads, 0) DESC, (SELECT count(*) FROM results r WHERE r.model_id = m.model_id) DESC, model_id
LIMIT ?
