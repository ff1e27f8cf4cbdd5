-- Whole records of some models.
SELECT
    m.model_id, m.name, m.organisation, m.kind, m.modalities, m.tasks, m.params_total, m.params_active,
    m.embedding_params, m.embed_dim, m.context_tokens, m.languages, m.license_tag, m.license_told_by, m.open_weights,
    m.gated, m.release_date, m.family, m.flags, m.downloads, m.architecture, m.n_layers, m.hidden_size, m.n_heads, m.n_kv_heads,
    m.head_dim, m.vocab_size, m.n_experts, m.n_experts_active, m.sliding_window, m.attention, m.kv_bytes_per_token,
    m.kv_exact, m.gmacs, m.macts_m, m.image_size, m.notes, m.source_id AS source,
    coalesce(
        (SELECT list(b.base_model_id ORDER BY b.base_model_id) FROM base_models b WHERE b.model_id = m.model_id), []
    ) AS base_models
FROM models m
WHERE m.model_id IN (SELECT unnest(?::VARCHAR[]))
