-- Models made smaller from another one of the catalog, in the order of the ranking index.
SELECT b.model_id, b.base_model_id, b.relation
FROM base_models b SEMI JOIN models m ON m.model_id = b.base_model_id
WHERE b.relation IN ('distillation', 'pruning')
ORDER BY ALL
