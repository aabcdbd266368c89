"""By hand in pandas, one column after the other."""

from __future__ import annotations

from typing import Any

import pandas as pd

from benchmarks.by_hand import codes

FIRE, NEISS = "hn_fire/incidents", "us_cpsc/neiss"


def fire(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the records of fire reports (all columns text), and their products."""
    text = {name: _without(rows[name].str.strip(), codes.MISSING) for name in rows.columns}
    event = text["起火时间"].fillna(text["接警时间"])
    found = {name: text[column] for name, column in codes.TEXTS.items()}
    found |= _local_time("event", event) | _local_time("reported", text["填报时间"])
    found |= {name: _moment(text[column]) for name, column in codes.CLOCKS.items()}
    found["region_code"] = text["行政区划"].map(codes.REGIONS)
    found |= {name: text[column].map(codes.crosswalk(FIRE, walk)) for name, (column, walk) in codes.CODES.items()}
    found["area_m2"] = pd.to_numeric(text["过火面积(平方米)"], errors="coerce")
    found |= {name: pd.to_numeric(text[column], errors="coerce") for name, column in codes.COUNTS.items()}
    found["loss_cny"] = pd.to_numeric(text["直接财产损失(万元)"], errors="coerce") * 10_000
    found["is_battery_involved"] = text["是否涉及电池"].map({"是": True, "否": False})
    records = pd.DataFrame(found)
    records["country_code"], records["hazard_class_code"], records["hazard_type_code"] = "CHN", "physical", "fire"
    product = {"name": text["引火产品"], "brand": text["品牌型号"].str.extract(r"^(\S+)", expand=False)}
    product["model"] = text["品牌型号"].str.extract(r"^\S+\s+(.+)$", expand=False)
    product |= {
        name: text[column].map(codes.crosswalk(FIRE, walk)) for name, (column, walk) in codes.PRODUCT_CODES.items()
    }
    products = pd.DataFrame(product).dropna(how="all")
    products["position"] = 0
    return [records, products]


def neiss(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the records of NEISS cases, their products and their diagnoses."""
    text = {name: _without(rows[name].str.strip(), ("",)) for name in rows.columns}
    age = pd.to_numeric(text["Age"], errors="coerce")
    day = pd.to_datetime(text["Treatment_Date"], format="%m/%d/%y", errors="coerce")
    found = {name: text[column] for name, column in codes.NEISS_TEXTS.items()}
    found["event_at"] = found["visit_at"] = _utc(day, "America/New_York")
    found["event_date"] = day.dt.date
    found["age_years"] = age.mask(age > 200, (age - 200) // 12).mask(age < 2)  # noqa: PLR2004
    found["age_months"] = pd.to_numeric(text["Age"].str.extract(r"^2([012]\d)$", expand=False), errors="coerce")
    found["sex_code"] = text["Sex"].map(codes.crosswalk(NEISS, "sex"))
    found["hazard_class_code"] = text["Diagnosis"].map(codes.crosswalk(NEISS, "hazard_class"))
    found["hazard_type_code"] = text["Diagnosis"].map(codes.crosswalk(NEISS, "hazard_type"))
    found["severity_code"] = text["Disposition"].map(codes.crosswalk(NEISS, "severity"))
    found["is_alcohol_involved"] = text["Alcohol"].map({"1": True, "0": False})
    found["is_drug_involved"] = text["Drug"].map({"1": True, "0": False})
    found["statistical_weight"] = pd.to_numeric(text["Weight"], errors="coerce")
    records = pd.DataFrame(found)
    records["event_at_precision"], records["event_tz"], records["country_code"] = "day", "America/New_York", "USA"
    categories = codes.crosswalk(NEISS, "product_category")
    products = []
    for at in range(3):
        code = _without(text[f"Product_{at + 1}"], ("0",)).dropna()
        products.append(pd.DataFrame({"injury_product_code": code, "category_code": code.map(categories)}))
        products[-1]["position"] = at
    diagnoses = []
    for at, parts in enumerate(codes.DIAGNOSES):
        diagnoses.append(pd.DataFrame({name: text[column] for name, column in parts.items()}).dropna(how="all"))
        diagnoses[-1]["position"] = at
    return [records, pd.concat(products), pd.concat(diagnoses)]


def _without(text: pd.Series[str], missing: tuple[str, ...]) -> pd.Series[str]:
    return text.mask(text.isin(missing))


def _moment(text: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    return _utc(_local(text)[0], "Asia/Shanghai")


def _local(text: pd.Series[str]) -> tuple[pd.Series[pd.Timestamp], pd.Series[str]]:
    """Return the times by the clock in China, and their precision."""
    first, second = (pd.to_datetime(text, format=form, errors="coerce") for form in codes.FORMS)
    return first.fillna(second), first.notna().map({True: "second"}).fillna(second.notna().map({True: "minute"}))


def _local_time(stem: str, text: pd.Series[str]) -> dict[str, pd.Series[Any]]:
    local, precision = _local(text)
    return {
        f"{stem}_at": _utc(local, "Asia/Shanghai"),
        f"{stem}_at_precision": precision,
        f"{stem}_date": local.dt.date,
        f"{stem}_tz": local.notna().map({True: "Asia/Shanghai"}),
    }


def _utc(local: pd.Series[pd.Timestamp], zone: str) -> pd.Series[pd.Timestamp]:
    return local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").dt.tz_convert("UTC")
