"""Promise 2: only vulnerable children, only as long as the rule allows. Signposts point, and never tell.

Case → eligibility.derive → Draft → Registration → register.plan → Changes → register.apply
"""

from fingerpost.signposts.signpost import Draft, Registration, SignpostRole, SourceRow

__all__ = ["Draft", "Registration", "SignpostRole", "SourceRow"]
