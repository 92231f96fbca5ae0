"""The whole path of one question: decide, find, weigh, record, answer. Promises 3, 4 and 7."""

from fingerpost.lookup.answer import Answer, Coverage
from fingerpost.lookup.ask import Lookup
from fingerpost.lookup.question import Question

__all__ = ["Answer", "Coverage", "Lookup", "Question"]
