"""Say what you need; get the open-source model to use, why, whether you may and whether it runs."""

__version__ = "0.1.0"
