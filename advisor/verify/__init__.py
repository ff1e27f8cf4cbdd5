"""Run the picks on the user's own hardware and data, and tell what was measured."""
