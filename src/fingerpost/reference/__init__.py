"""Real-world lists: the authorities of England and the postcodes in them.

Promise: every code here is one that its publisher issued, and nothing is fetched at run time.
Sources: Office for National Statistics lists as packaged for the Quality LAC Data project
(Open Government Licence v3), and short hand-kept lists under `data/` that name their own source.
"""

from fingerpost.reference.authorities import (
    Authority,
    authorities,
    authority,
    local_authorities,
    local_authority_of,
)
from fingerpost.reference.postcodes import authority_of, postcodes_of

__all__ = [
    "Authority",
    "authorities",
    "authority",
    "authority_of",
    "local_authorities",
    "local_authority_of",
    "postcodes_of",
]
