"""R13, small: a child whom 64 threads register at once stands once (assurance/at_once)."""

from pathlib import Path

from assurance.at_once.registered import House

from fingerpost.wiring import Service


def test_the_same_child_registered_by_64_at_once_stands_once(service: Service, tmp_path: Path) -> None:
    with House(service, tmp_path, 64) as house:
        house.register(1)
        house.register(2)
    assert house.said["registered"]
    assert house.not_once() == {}
