"""Invented fire reports by the million, in the form of `hn_fire/incidents`: csv, GB18030, two date forms.

Columns are made whole, never row by row, from texts that are encoded once, so that a million rows take seconds.  The
same seed gives the same bytes.  Causes, places and categories are the values of the source's crosswalks: a good row
gives no finding.
"""

from __future__ import annotations

import argparse
import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import mappings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Numbers = npt.NDArray[np.int64]

CROSSWALKS = Path(mappings.__file__).parent / "sources" / "hn_fire" / "incidents" / "crosswalks"
ENCODING = "gb18030"
BLOCK = 100_000  # rows made, joined and encoded at a time
FIRST = date(2023, 1, 1)
DAYS = 3 * 365
SECOND_FORM = 0.3  # the share of rows whose dates are written as 2026/3/2 9:05
CLOCKS = (  # and the most seconds from the clock before
    ("起火时间", 0),
    ("接警时间", 1_800),
    ("到场时间", 1_500),
    ("控制时间", 5_400),
    ("扑灭时间", 7_200),
    ("填报时间", 172_800),
)
COLUMNS = (
    "警情编号", "警情类型", "行政区划", "详细地址", "起火时间", "接警时间", "到场时间", "控制时间", "扑灭时间",
    "起火场所", "起火原因", "引火产品", "产品类别", "产品作用", "品牌型号", "是否涉及电池", "过火面积(平方米)",
    "死亡人数", "受伤人数", "受灾户数", "直接财产损失(万元)", "火灾等级", "首批力量", "简要经过", "填报时间",
    "报警人姓名", "报警人电话", "填报人",
)  # fmt: skip
PLACES = (
    "美兰区", "龙华区", "海口市秀英区", "海口市琼山区", "三亚市吉阳区", "天涯区", "海棠区", "三亚市崖州区", "儋州市",
    "东方市", "文昌市", "万宁", "琼海市", "澄迈县", "临高县", "定安", "屯昌县", "陵水黎族自治县", "乐东",
    "昌江黎族自治县", "白沙黎族自治县", "琼中", "保亭黎族苗族自治县", "五指山市",
)  # fmt: skip
STREETS = (
    "海府路", "国兴大道", "解放路", "人民北路", "中兴大街", "文清大道", "滨海大道", "工业大道", "新市路", "跃进路",
)  # fmt: skip
PRODUCTS = (
    "电动自行车", "插线板", "手机充电器", "空调", "电热水壶", "燃气灶", "锂电池组", "电风扇", "打火机", "取暖器",
)  # fmt: skip
BRANDS = ("踏浪 TL48V20A", "小椰 YH-15", "北辰 KFR-35", "清风 FS40", "安福 JYT-0.6", "能仓 P20", "无牌", "")
SIGNS = ("冒烟后起火", "充电时过热起火", "短路打火引燃", "老化破损起火", "爆燃", "长时间通电过热")
SPREAD = (
    "引燃周边可燃物并蔓延至相邻房间", "浓烟封堵楼道人员由窗口获救", "火势被邻居用灭火器控制", "过火后由消防队扑灭",
)  # fmt: skip
SURNAMES, GIVEN = "符王陈林黎周吴李羊文云卓冯许胡邓钟黄张", "甲乙丙丁戊己庚辛"
FAULTS = (  # what a bad row has instead, one of these
    ("警情编号", ""),
    ("行政区划", "无此县"),
    ("接警时间", "2026-02-30 10:00:00"),
    ("起火原因", "老鼠咬线"),
    ("直接财产损失(万元)", "约3"),
)


def make_fire(path: Path, rows: int, *, bad: float = 0.0, seed: int = 7) -> None:
    """Write a csv of `rows` rows to `path`; `bad` is the share of rows (0 to 1) with one fault in them."""
    rng = np.random.default_rng(seed)
    values = {name: _values(name) for name in ("incident_type", "place_use", "cause", "product_category", "grade")}
    with path.open("wb") as file:
        file.write(f"{','.join(COLUMNS)}\n".encode(ENCODING))
        for start in range(0, rows, BLOCK):
            block = _block(start, min(BLOCK, rows - start), values, rng)
            _spoil(block, bad, rng)
            cells = pc.binary_join_element_wise(*(block[name] for name in COLUMNS), b",")
            file.write(_joined(cells, "\n").buffers()[2])


def _values(crosswalk: str) -> list[str]:
    """Return the agency's values that have a code."""
    with (CROSSWALKS / f"{crosswalk}.csv").open(encoding="utf-8", newline="") as file:
        return [line["source_value"] for line in csv.DictReader(file) if line["code"] != "ignored"]


def _block(start: int, size: int, values: dict[str, list[str]], rng: np.random.Generator) -> dict[str, pa.Array]:
    def some(values: Sequence[str]) -> pa.Array:
        return _picked(values, rng.integers(0, len(values), size))

    def few(most: int, share: float) -> pa.Array:
        return _text(np.where(rng.random(size) < share, rng.integers(1, most + 1, size), 0))

    product = some(PRODUCTS)
    return {
        **_times(size, rng),
        "警情编号": _joined("XF46-", _text(np.arange(start, start + size) + 10_000_000)),
        "警情类型": some(values["incident_type"][:1] * 6 + values["incident_type"]),
        "行政区划": some(PLACES),
        "详细地址": _joined(some(STREETS), _text(rng.integers(1, 400, size)), "号"),
        "起火场所": some(values["place_use"]),
        "起火原因": some(values["cause"]),
        "引火产品": product,
        "产品类别": some(values["product_category"]),
        "产品作用": some(("引火", "引火", "助燃", "受损")),
        "品牌型号": some(BRANDS),
        "是否涉及电池": some(("是", "否", "否", "否")),
        "过火面积(平方米)": _hundredths((rng.lognormal(6.5, 1.6, size)).astype(np.int64) + 10),
        "死亡人数": few(2, 0.004),
        "受伤人数": few(4, 0.03),
        "受灾户数": few(9, 0.6),
        "直接财产损失(万元)": _hundredths(rng.lognormal(5, 1.8, size).astype(np.int64)),
        "火灾等级": some(values["grade"][:1] * 99 + values["grade"]),
        "首批力量": _joined(some(STREETS), "消防站"),
        "简要经过": _joined(product, some(SIGNS), "，", some(SPREAD)),
        "报警人姓名": _joined(some(SURNAMES), some(GIVEN), some(GIVEN)),
        "报警人电话": _text(rng.integers(10_010_000_000, 10_019_999_999, size)),
        "填报人": _joined(some(SURNAMES), some(GIVEN)),
    }


def _times(size: int, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Return the clocks of each row, in order, all of a row in one of the two forms."""
    dates, hours = _dates(), _hours()
    second_form = rng.random(size) < SECOND_FORM
    at = rng.integers(0, DAYS * 86_400, size)
    found = {}
    for name, most in CLOCKS:
        at = at + rng.integers(60, most, size) if most else at
        day, second = at // 86_400, at % 86_400
        written = _picked(dates, np.where(second_form, day + len(dates) // 2, day))
        found[name] = _joined(written, " ", _picked(hours, np.where(second_form, 86_400 + second // 60, second)))
    return found


@cache
def _dates() -> list[str]:
    """Return every day in the form 2026-03-02, then every day in the form 2026/3/2."""
    days = [FIRST + timedelta(day) for day in range(DAYS + 5)]
    return [day.isoformat() for day in days] + [f"{day.year}/{day.month}/{day.day}" for day in days]


@cache
def _hours() -> list[str]:
    """Return every second of a day in the form 09:05:00, then every minute in the form 9:05."""
    seconds = [f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}" for at in range(86_400)]
    return seconds + [f"{at // 60}:{at % 60:02}" for at in range(1_440)]


def _spoil(block: dict[str, pa.Array], share: float, rng: np.random.Generator) -> None:
    """Put one fault into a share of the rows."""
    size = len(block[COLUMNS[0]])
    fault = np.where(rng.random(size) < share, rng.integers(0, len(FAULTS), size), -1)
    for number, (name, text) in enumerate(FAULTS):
        block[name] = pc.if_else(pa.array(fault == number), text.encode(ENCODING), block[name])


def _picked(values: Sequence[str], at: Numbers) -> pa.Array:
    return _encoded(tuple(values)).take(pa.array(at))


@cache
def _encoded(values: tuple[str, ...]) -> pa.Array:
    return pa.array([value.encode(ENCODING) for value in values], pa.binary())


def _text(numbers: Numbers) -> pa.Array:
    return _bytes(pc.cast(pa.array(numbers), pa.string()))


def _hundredths(numbers: Numbers) -> pa.Array:
    """Return whole hundredths as decimal text: 1234 as 12.34."""
    return _joined(_text(numbers // 100), ".", _text(numbers // 10 % 10), _text(numbers % 10))


def _bytes(text: pa.Array) -> pa.Array:
    return pc.cast(text, pa.binary())


def _joined(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(
        *(part.encode(ENCODING) if isinstance(part, str) else part for part in parts), b""
    )


def main() -> None:
    """Write one file, as told on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--bad", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    make_fire(options.path, options.rows, bad=options.bad, seed=options.seed)


if __name__ == "__main__":
    main()
