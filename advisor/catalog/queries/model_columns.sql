-- Every model, the columns that candidates are filtered and sized by, in the order of the ranking index.
SELECT
    model_id, organisation, kind, modalities, tasks, params_total, params_active, embedding_params, embed_dim,
    context_tokens, languages, license_tag, open_weights, release_date, family, flags, downloads, architecture,
    n_layers, hidden_size, vocab_size, sliding_window, attention, kv_bytes_per_token,
    coalesce(kv_exact, false) AS kv_exact, gmacs, macts_m, image_size, training_tokens
FROM models
ORDER BY model_id
