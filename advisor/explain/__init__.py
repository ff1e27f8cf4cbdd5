"""Reasons, risks and advice in words."""
