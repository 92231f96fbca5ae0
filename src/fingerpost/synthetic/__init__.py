"""Synthetic England: a made-up country of children in real places, written as authorities' own extracts.

Promise: the same seed gives the same bytes, and nothing in it belongs to anybody: NHS numbers are from the
range kept for tests, pupil numbers carry an authority number that was never issued, telephone numbers are
from Ofcom's drama ranges and e-mail ends in `.example`.
"""
