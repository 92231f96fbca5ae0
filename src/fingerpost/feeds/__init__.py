"""What authorities send becomes signposts. One bad row never stops a night; nothing accepted is lost.

folder → ssd.read → Extract → plan.Planner → Plan → apply (one transaction) → FeedReport
"""

from fingerpost.feeds.apply import Feeds, Held
from fingerpost.feeds.faults import Fault
from fingerpost.feeds.report import FeedReport

__all__ = ["Fault", "FeedReport", "Feeds", "Held"]
