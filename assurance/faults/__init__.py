"""R3: see `__main__.py`."""
