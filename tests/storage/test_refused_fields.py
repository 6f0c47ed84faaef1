"""What a class refuses is named field by field, not only the first."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import field, frozen

from servicecore.kernel.problems import NOT_ACCEPTED
from servicecore.storage.codec import JsonCodec


def _positive(_self: object, attribute: Any, value: int) -> None:
    if value <= 0:
        raise NOT_ACCEPTED.error(attribute.name, value=value, accepted="above 0")


def _doubled(value: int) -> int:
    if value > 1000:
        raise NOT_ACCEPTED.error("width", value=value, accepted="up to 1000")
    return value


@frozen
class Box:
    height: int = field(validator=_positive)
    width: int = field(converter=_doubled, validator=_positive)
    depth: int = field(default=1)

    @depth.validator
    def _check_depth(self, _attribute: object, value: int) -> None:
        if value > self.height:
            raise NOT_ACCEPTED.error("depth", value=value, accepted=f"up to {self.height}")

    def __attrs_post_init__(self) -> None:
        if self.width > self.height:
            raise NOT_ACCEPTED.error("width", value=self.width, accepted=f"up to {self.height}")


@frozen
class Shelf:
    boxes: tuple[Box, ...]
    length: int = field(validator=_positive)


def _paths(plain: Any, cls: type = Box) -> list[str]:
    return [each.path for each in JsonCodec().problems(cls, plain)]


@pytest.mark.parametrize(
    ("plain", "paths"),
    [
        ({"height": 0, "width": -1}, ["height", "width"]),
        ({"height": 0, "width": 1001}, ["height", "width"]),
        ({"height": "x", "width": 0}, ["height", "width"]),
        ({"height": 3, "width": 1, "depth": 4}, ["depth"]),
        ({"height": 3, "width": 4}, ["width"]),
        ({"height": 0, "width": 0, "colour": 1, "age": 2}, ["age", "colour", "height", "width"]),
        ({"height": 3, "width": 3}, []),
    ],
)
def test_each_field_is_judged_for_itself(plain: dict[str, Any], paths: list[str]) -> None:
    """What holds between fields is said once each of them is right."""
    assert sorted(_paths(plain)) == sorted(paths)


def test_a_wrong_part_does_not_hide_the_fields_beside_it() -> None:
    plain = {"boxes": [{"height": 1, "width": 1}, {"height": 0, "width": 0}], "length": 0}
    assert _paths(plain, Shelf) == ["boxes[1].height", "boxes[1].width", "length"]


_looked_at: list[int] = []


def _look_at(_self: object, _attribute: object, value: int) -> None:
    _looked_at.append(value)


@frozen
class Room:
    number: int = field(validator=_look_at)
    rooms: tuple[Room, ...] = ()


@pytest.mark.parametrize("depth", [1, 4, 12])
def test_a_mistake_far_inside_is_looked_for_once_on_each_level(depth: int) -> None:
    """The numbers of the rooms around it are judged once each; looked for anew on each level it was 2**depth - 1."""
    plain: dict[str, Any] = {"number": "x"}
    for number in range(depth):
        plain = {"number": number, "rooms": [plain]}
    _looked_at.clear()
    assert _paths(plain, Room) == ["rooms[0]." * depth + "number"]
    assert sorted(_looked_at) == list(range(depth))
