"""Values: what goes in, what comes out, what the catalog holds. No I/O."""
