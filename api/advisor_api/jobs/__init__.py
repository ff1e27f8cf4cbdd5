"""Long work: parts of a job are answered in child processes of the server and kept as they are done."""
