"""Who must be told what, until somebody has seen it.

Promise: a notice exists exactly if its cause committed, and once. It holds nothing of a child, and what
leaves by e-mail or webhook says only how many items wait. Nobody's silence ends it: after four working hours
it is the manager's, then the duty team's. What is not so any more is recalled, visibly, even after it was
seen.
"""
