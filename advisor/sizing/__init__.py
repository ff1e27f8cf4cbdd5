"""Memory, speed, energy and cost of a model variant on a device."""
