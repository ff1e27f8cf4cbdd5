"""How answers look in a terminal: plain text and bars that need neither colour nor more than 80 columns."""
