"""The statement that finds candidates keeps to the limits that are named beside it."""

import inspect
import re

from fingerpost.lookup import store


def test_the_statement_holds_the_named_limits():
    limits = [int(figure) for figure in re.findall(r"LIMIT (\d+)", inspect.getsource(store.candidates))]
    # Of a token in either index, and of the question.
    assert limits == [store.MOST_OF_A_TOKEN, store.MOST_OF_A_TOKEN, store.MOST_CANDIDATES]
