"""Detection of this machine's devices, one vendor a module."""
