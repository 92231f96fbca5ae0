"""R27: somebody who may ask sets out to learn of children they have no work with. See `__main__`."""
