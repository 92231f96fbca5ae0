"""Which entries are also kept beside the database: those that take something away (`vault/beside.py`)."""

# By kind, since only kinds stand in clear. Purges are not among them: their dates stand in the restored rows.
KINDS = frozenset({
    "link_broken", "link_decided", "never_join_ordered", "kept_apart",
    "practitioner_suspended", "client_revoked", "access_suspended", "access_restored",
    "hold_placed", "hold_renewed", "hold_lifted", "child_erased", "erasure_settled", "missing_alert_moved",
    "shield_asked", "shield_lifted",
})  # fmt: skip
