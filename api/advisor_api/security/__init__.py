"""Who may ask: API keys with scopes, and the headers that keep browsers honest."""
