-- Known licenses, with how many models carry each under one of its names.
SELECT l.license_id, l.name, l.kind, l.spdx_id, l.confidence, l.url, count(m.model_id) AS n_models
FROM licenses l
LEFT JOIN (SELECT license_id, alias FROM license_aliases UNION SELECT license_id, lower(license_id) FROM licenses) a
    USING (license_id)
LEFT JOIN models m ON lower(m.license_tag) = a.alias
GROUP BY ALL
ORDER BY l.license_id
