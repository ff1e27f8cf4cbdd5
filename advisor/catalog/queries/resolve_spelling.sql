-- The model that a name means by its letters and numbers alone ("qwen3:30b-a3b"): what differs in marks between words
-- first, an alias before a model's own name, the tuned model of a name that is not there itself ("gemma3:27b") last; then
-- the most downloaded.
WITH wanted AS (
    SELECT
        parts, regexp_replace(text, '[^a-z0-9.]+', '-', 'g') AS hyphened,
        [list_append(parts, 'it'), list_append(parts, 'instruct')] AS tuned
    FROM (SELECT lower(?::VARCHAR) AS text, regexp_extract_all(text, '[a-z]+|[0-9]+') AS parts)
    WHERE regexp_matches(text, '[a-z]{2}')
),
known AS (
    SELECT model_id, downloads, 1 AS rank, split_part(model_id, '/', -1) AS name FROM models
    UNION ALL SELECT model_id, downloads, 1, model_id FROM models
    UNION ALL SELECT a.model_id, m.downloads, 0, a.alias FROM aliases a JOIN models m USING (model_id)
),
spelled AS (SELECT *, regexp_extract_all(lower(name), '[a-z]+|[0-9]+') AS own FROM known)
SELECT model_id FROM spelled, wanted WHERE own = parts OR list_contains(tuned, own)
ORDER BY own <> parts, lower(name) <> hyphened, rank, downloads DESC NULLS LAST, model_id
LIMIT 1
