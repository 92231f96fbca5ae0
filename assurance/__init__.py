"""Campaigns: the long, rough form of the tests. `python -m assurance.<name>`; README.md lists them."""
