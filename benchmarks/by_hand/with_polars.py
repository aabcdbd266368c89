"""By hand in polars: one lazy query per shape, all cores."""

from __future__ import annotations

import polars as pl

from benchmarks.by_hand import codes

FIRE, NEISS = "hn_fire/incidents", "us_cpsc/neiss"


def fire(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the records of fire reports (all columns text), and their products."""
    event = pl.coalesce(_text("起火时间"), _text("接警时间"))
    brand = _text("品牌型号")
    records = (
        rows.lazy()
        .select(
            **{name: _text(column) for name, column in codes.TEXTS.items()},
            **_local_time("event", event),
            **_local_time("reported", _text("填报时间")),
            **{name: _moment(_text(column)) for name, column in codes.CLOCKS.items()},
            region_code=_code(_text("行政区划"), codes.REGIONS),
            country_code=pl.lit("CHN"),
            hazard_class_code=pl.lit("physical"),
            hazard_type_code=pl.lit("fire"),
            **{name: _code(_text(column), codes.crosswalk(FIRE, walk)) for name, (column, walk) in codes.CODES.items()},
            area_m2=_text("过火面积(平方米)").cast(pl.Decimal(18, 2), strict=False),
            **{name: _text(column).cast(pl.Int64, strict=False) for name, column in codes.COUNTS.items()},
            loss_cny=(_text("直接财产损失(万元)").cast(pl.Decimal(18, 2), strict=False) * 10_000),
            is_battery_involved=_text("是否涉及电池").replace_strict({"是": True, "否": False}, default=None),
        )
        .collect()
    )
    product = {
        "name": _text("引火产品"),
        "brand": brand.str.extract(r"^(\S+)"),
        "model": brand.str.extract(r"^\S+\s+(.+)$"),
    }
    product |= {
        name: _code(_text(column), codes.crosswalk(FIRE, walk)) for name, (column, walk) in codes.PRODUCT_CODES.items()
    }
    products = (
        rows.lazy()
        .with_row_index("row")
        .select("row", position=pl.lit(0, pl.Int32), **product)
        .filter(pl.any_horizontal(pl.col(name).is_not_null() for name in product))
    )
    return [records, products.collect()]


def neiss(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the records of NEISS cases, their products and their diagnoses."""
    age = _plain("Age").cast(pl.Int64, strict=False)
    flag = {"1": True, "0": False}
    day = _plain("Treatment_Date").str.to_datetime("%m/%d/%y", strict=False)
    records = (
        rows.lazy()
        .select(
            **{name: _plain(column) for name, column in codes.NEISS_TEXTS.items()},
            event_at=_utc(day, "America/New_York"),
            event_at_precision=pl.lit("day"),
            event_date=day.dt.date(),
            event_tz=pl.lit("America/New_York"),
            visit_at=_utc(day, "America/New_York"),
            country_code=pl.lit("USA"),
            age_years=pl.when(age > 200).then((age - 200) // 12).when(age >= 2).then(age),  # noqa: PLR2004
            age_months=_plain("Age").str.extract(r"^2([012]\d)$").cast(pl.Int64, strict=False),
            sex_code=_code(_plain("Sex"), codes.crosswalk(NEISS, "sex")),
            hazard_class_code=_code(_plain("Diagnosis"), codes.crosswalk(NEISS, "hazard_class")),
            hazard_type_code=_code(_plain("Diagnosis"), codes.crosswalk(NEISS, "hazard_type")),
            severity_code=_code(_plain("Disposition"), codes.crosswalk(NEISS, "severity")),
            is_alcohol_involved=_plain("Alcohol").replace_strict(flag, default=None),
            is_drug_involved=_plain("Drug").replace_strict(flag, default=None),
            statistical_weight=_plain("Weight").cast(pl.Decimal(18, 4), strict=False),
        )
        .collect()
    )
    categories = codes.crosswalk(NEISS, "product_category")
    products = [
        rows.lazy()
        .with_row_index("row")
        .select(
            "row",
            position=pl.lit(at, pl.Int32),
            injury_product_code=_plain(f"Product_{at + 1}").replace({"0": None}),
        )
        .filter(pl.col("injury_product_code").is_not_null())
        .with_columns(category_code=_code(pl.col("injury_product_code"), categories))
        for at in range(3)
    ]
    diagnoses = [
        rows.lazy()
        .with_row_index("row")
        .select("row", position=pl.lit(at, pl.Int32), **{name: _plain(column) for name, column in parts.items()})
        .filter(pl.any_horizontal(pl.col(name).is_not_null() for name in parts))
        for at, parts in enumerate(codes.DIAGNOSES)
    ]
    return [records, pl.concat(products).collect(), pl.concat(diagnoses).collect()]


def _text(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().replace(dict.fromkeys(codes.MISSING))


def _plain(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().replace({"": None})


def _code(text: pl.Expr, codes: dict[str, str]) -> pl.Expr:
    return text.replace_strict(codes, default=None, return_dtype=pl.String)


def _moment(text: pl.Expr) -> pl.Expr:
    return _utc(_local(text), "Asia/Shanghai")


def _local(text: pl.Expr) -> pl.Expr:
    return pl.coalesce(*(text.str.to_datetime(form, strict=False) for form in codes.FORMS))


def _local_time(stem: str, text: pl.Expr) -> dict[str, pl.Expr]:
    local, first = _local(text), text.str.to_datetime(codes.FORMS[0], strict=False)
    unit = pl.when(first.is_not_null()).then(pl.lit("second")).when(local.is_not_null()).then(pl.lit("minute"))
    return {
        f"{stem}_at": _utc(local, "Asia/Shanghai"),
        f"{stem}_at_precision": unit,
        f"{stem}_date": local.dt.date(),
        f"{stem}_tz": pl.when(local.is_not_null()).then(pl.lit("Asia/Shanghai")),
    }


def _utc(local: pl.Expr, zone: str) -> pl.Expr:
    placed = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return placed.dt.convert_time_zone("UTC")
