"""Values that only the service speaks; everything else on the wire is advisor.domain."""
