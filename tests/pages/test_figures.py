"""Pictures: what they show, and that no text of others can break out of them."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from pages.figures.beside import beside
from pages.figures.columns import Column, column_chart, expected_band, small_columns
from pages.figures.tiles import Tile, short_name, tile_map
from tests.support.page_world import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture: str) -> ET.Element:
    """Return a picture as XML; what is not well-formed fails."""
    return ET.fromstring(str(picture).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314 - our own


def test_every_tile_has_its_name_its_count_and_its_place() -> None:
    tiles = [Tile("海口市", 3, 0, 1200, "/explore?unit=460100"), Tile("三沙市", 5, 5, 0)]
    picture = parsed(tile_map(tiles))
    assert [text.text for text in picture.iter(f"{SVG}text")] == ["海口", "1,200", "三沙", "0"]
    assert [tile.get("class") for tile in picture.iter(f"{SVG}g")] == ["tile shade5", "tile shade0"]
    assert picture.get("aria-hidden") == "true"
    assert all(link.get("tabindex") == "-1" for link in picture.iter(f"{SVG}a"))


def test_a_name_that_is_too_long_is_cut_between_syllables() -> None:
    assert short_name("Changjiang Li Autonomous County") == ["Chang-", "jiang"]
    assert short_name("Wuzhishan City") == ["Wuzhi-", "shan"]
    assert short_name("Ding'an County") == ["Ding'an"]
    assert short_name("保亭黎族苗族自治县") == ["保亭"]


def test_a_column_outside_of_the_band_is_unusual_and_an_open_one_only_above() -> None:
    band = (5.0, 10.0)
    assert [Column("w", count, band).is_unusual for count in (4, 5, 10, 11)] == [True, False, False, True]
    assert not Column("w", 4, band, open=True).is_unusual
    assert Column("w", 11, band, open=True).is_unusual
    assert not Column("w", 99).is_unusual


def test_steady_counts_are_expected_within_what_chance_does() -> None:
    low, high = expected_band([10] * 8) or (0, 0)
    assert 3 < low < 4
    assert 16 < high < 17
    wild = expected_band([0, 30, 0, 30, 0, 30, 0, 30]) or (0, 0)
    assert wild[1] > 40  # what swings is expected to swing


def test_no_picture_is_broken_by_a_text() -> None:
    for picture in (
        tile_map([Tile(HOSTILE, 0, 0, 1, HOSTILE)]),
        column_chart([Column(HOSTILE, 1, href=HOSTILE)]),
        small_columns([1, 2], HOSTILE),
    ):
        assert "<script" not in picture
        assert " style=" not in picture
        parsed(picture)


def test_pictures_of_nothing_are_pictures() -> None:
    for picture in (tile_map([]), column_chart([]), small_columns([], "none")):
        assert parsed(picture).tag.endswith("svg")


def test_a_month_without_a_number_is_a_gap_and_no_zero() -> None:
    months = ["2026-01", "2026-02", "2026-03", "<i>"]
    picture = parsed(beside(months, [0.9, None, 0.92, 0.95], [None, None, 0.97, None], is_share=True))
    lines = [len(str(line.get("points")).split()) for line in picture.iter(f"{SVG}polyline")]
    assert lines == [1, 1, 2], "the others first, so that the own line lies above"
    assert len(list(picture.iter(f"{SVG}circle"))) == 4, "a number without a neighbour shows too"
    assert [text.text for text in picture.iter(f"{SVG}text")] == ["90 %", "100 %", "2026-01", "<i>"]
    heights = [float(str(point.get("cy"))) for point in picture.iter(f"{SVG}circle")]
    assert heights[0] < heights[3] < heights[2] < heights[1], "more is higher"
    assert picture.get("aria-hidden") == "true"


def test_a_row_without_any_number_is_an_empty_picture() -> None:
    picture = parsed(beside(["2026-01"], [None], [None], is_share=False))
    assert not list(picture.iter(f"{SVG}circle"))
