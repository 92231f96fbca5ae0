"""A model of the operator's own weighs what is looked up; a file that is none stops the service."""

from pathlib import Path

import msgspec
import pytest

from fingerpost.access.caller import Caller
from fingerpost.lookup.answer import Outcome
from fingerpost.matching import shipped
from fingerpost.matching.model import Bands
from fingerpost.settings import Settings
from fingerpost.wiring import Service, opened
from fingerpost.words.errors import Misconfigured
from fingerpost.words.vocabulary import Band
from tests.conftest import Child, Publish, form_of, question

ZEBEDEE = Child(nhs_number="9990000034")


def test_the_service_weighs_by_the_model_it_is_given(
    service: Service, settings: Settings, publish: Publish, nurse: Caller, tmp_path: Path
) -> None:
    publish("E08000035", ZEBEDEE)
    surer = msgspec.structs.replace(shipped().written, bands=Bands(certain=1.0, probable=1.0, possible=0.5))
    path = tmp_path / "model.json"
    path.write_bytes(msgspec.json.encode(surer))
    with opened(msgspec.structs.replace(settings, model=path)) as other:
        (match,) = other.lookup.ask(nurse, question(form_of(ZEBEDEE))).matches
    assert match.band is Band.POSSIBLE
    answer = service.lookup.ask(nurse, question(form_of(ZEBEDEE)))
    assert (answer.outcome, answer.matches[0].band) == (Outcome.FOUND, Band.CERTAIN)


@pytest.mark.parametrize("content", [None, "", "{}", '{"version": 1}'])
def test_a_file_that_is_no_model_is_named(settings: Settings, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "model.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    wrong = msgspec.structs.replace(settings, model=path)
    with pytest.raises(Misconfigured, match=r"FINGERPOST_MODEL: model\.json: is not a model"), opened(wrong):
        pass


def test_a_model_that_lacks_a_level_is_refused(settings: Settings, tmp_path: Path) -> None:
    levels = dict(shipped().written.levels) | {"sex": {"same": shipped().written.levels["sex"]["same"]}}
    path = tmp_path / "model.json"
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(shipped().written, levels=levels)))
    wrong = msgspec.structs.replace(settings, model=path)
    with pytest.raises(Misconfigured, match=r"it lacks sex\.different"), opened(wrong):
        pass
