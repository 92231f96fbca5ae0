"""One small country for all tests of this folder, made once."""

import pytest

from fingerpost.synthetic.country import make_country
from fingerpost.synthetic.next_night import make_next_night
from tests.synthetic.written import Country, order


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    folder = tmp_path_factory.mktemp("country") / "out"
    make_country(order(), folder, lambda _: None, processes=1)
    return Country(folder)


@pytest.fixture(scope="session")
def next_night(country: Country, tmp_path_factory: pytest.TempPathFactory) -> Country:
    folder = tmp_path_factory.mktemp("next") / "out"
    make_next_night(country.folder, folder)
    return Country(folder)
