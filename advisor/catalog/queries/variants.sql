-- Published variants of some models, most downloaded first.
SELECT variant_id, model_id, format, quantization, bits_per_weight, publisher, downloads
FROM variants
WHERE model_id IN (SELECT unnest(?::VARCHAR[]))
ORDER BY model_id, downloads DESC NULLS LAST, variant_id
