"""Promise 6: a shielded child cannot be told from an absent one: same bytes, same time.

Shields.ask → signposts.shielding hides; Watch tells the keeper afterwards; Desk answers the phone.
"""

from fingerpost.shields.keep import Shields
from fingerpost.shields.watch import Watch

__all__ = ["Shields", "Watch"]
