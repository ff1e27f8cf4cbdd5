"""The report of a verification: JSON, Markdown, and one HTML file with everything in it."""
