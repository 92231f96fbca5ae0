"""What every act is."""

from msgspec import Struct


class Act(Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """Root of everything that is said."""
