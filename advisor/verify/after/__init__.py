"""After a measurement: what is believed now, what follows, and what is kept."""
