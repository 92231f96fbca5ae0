"""R13: the same child registered by many at once is registered once."""
