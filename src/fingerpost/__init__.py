"""Fingerpost: who else is, or was, working with this child, in another area, and how to reach them."""

__version__ = "0.1.0"
