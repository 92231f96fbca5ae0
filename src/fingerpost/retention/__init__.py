"""Promise 10: expired is gone everywhere, backups included: nothing outlives its key."""
