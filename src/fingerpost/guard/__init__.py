"""Promise 4: nobody browses. What stands between the decision and the search (docs/anti-trawl.md).

likeness → what a question is told apart by, as text to be keyed; rules → what that means, both pure
guard    → one round trip before the search, one beside the ledger's entry
desk     → what the guard goes by: households, blocks, budgets; challenge, alerts, paging → who is told
"""

from fingerpost.guard.guard import Guard, Passed, Stopped

__all__ = ["Guard", "Passed", "Stopped"]
