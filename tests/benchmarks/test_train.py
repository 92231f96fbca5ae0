"""Every figure of the shipped model is counted, or named as judged."""

from benchmarks.matching.train import METHOD, by_judgement

from fingerpost.matching import shipped


def test_the_model_names_what_was_not_counted():
    written = shipped().written
    assert written.provenance.method == METHOD.format(", ".join(by_judgement(written)))
