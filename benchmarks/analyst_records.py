"""What the generated records of five years are: for each record type a table of expressions of SQL.

They are over `i`, the number of the record, and `day`, its day; an item of a list has `j` beside them, a number of its
own.  Everything follows from these numbers, so the same rows come out each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field


def number(salt: int, below: int, of: str = "i") -> str:
    """Return a whole number from 0, evenly spread."""
    return f"((hashint8extended({of}, {salt}) & 1073741823) % {below})::int"


def share(salt: int, of: str = "i") -> str:
    """Return a number from 0 to 1, evenly spread."""
    return f"((hashint8extended({of}, {salt}) & 1073741823) / 1073741824.0::float8)"


def skewed(salt: int, below: int, of: str = "i", power: float = 1.5) -> str:
    """Return a whole number from 0, the low ones more often."""
    return f"floor({below} * power({share(salt, of)}, {power}))::int"


def one_of(salt: int, texts: str, of: str = "i", power: float = 1.5) -> str:
    """Return one of some texts, which blanks part, the first ones more often."""
    found = texts.split()
    listed = ",".join(f"'{text}'" for text in found)
    return f"(array[{listed}])[1 + {skewed(salt, len(found), of, power)}]"


def some(salt: int, percent: float, value: str, of: str = "i") -> str:
    """Return the value for a part of the records, else nothing."""
    return f"case when {share(salt, of)} < {percent / 100} then {value} end"


REGIONS = (
    "460106 460105 460108 460107 460203 460204 460202 460400 469002 469005 469006 469007 469021 469022 469023 469024"
    " 469025 469026 469027 469028 469029 469030 469001 460205 460300"
)
CATEGORIES = (
    "food_fruit_vegetable toy food_catering appliance_small scooter ebike furniture food_meat food_fish clothing bag"
    " bicycle battery food_drink kitchenware childcare child_furniture footwear food_milk food_infant bedding"
    " appliance_kitchen food_cereal food_nut jewellery textile home_textile decoration ladder boat building_material"
    " appliance_large food_contact feed playground child_seat food_egg food_fat food_spice floor_covering"
)
HAZARDS = (
    "fall burn cut choking fire electric_shock crush poisoning collapse explosion pathogen lead phthalate"
    " pesticide_residue veterinary_residue mycotoxin entrapment drowning magnet allergen"
)
CLASSES = "physical chemical biological health environmental"
COUNTRIES = "CHN THA VNM JPN USA DEU KOR MYS IDN AUS NZL FRA ITA GBR IND BRA CHL ECU ESP NLD"
HEADINGS = "8711 9503 8507 0810 8516 9403 6109 4202 8712 2202 7323 6403 0402 9404 8509 1006 0802 7117 6302 8450"
BRANDS, MODELS, ENTERPRISES = 5000, 20, 200_000


def uscc(salt: int, of: str = "j") -> str:
    """Return the credit code of an enterprise; that of the example query is the first one's."""
    which = skewed(salt, ENTERPRISES, of)
    return (
        f"case {which} when 0 then '91460100MA0HN2014H'"
        f" else '9146' || lpad(({which} * 7919 % 1000000)::text, 6, '0') || 'MA' || lpad({which}::text, 6, '0') end"
    )


def product(lot_lag: str = "0") -> dict[str, str]:
    """Return the columns of a product: a brand of five thousand, a model of twenty of it, and what belongs to it."""
    brand, model = skewed(101, BRANDS, "j"), number(102, MODELS, "j")
    made = f"(day - {lot_lag})"
    return {
        "name": f"'产品 ' || {skewed(103, 3000, 'j')} || ' product of a kind'",
        "brand": some(
            104, 80, f"case {brand} when 0 then 'FunRide' else 'Brand ' || chr(65 + {brand} % 26) || {brand} end", "j"
        ),
        "model": some(
            105,
            55,
            f"case {brand} * {MODELS} + {model} when 0 then 'FR-S3'"
            f" else 'M' || {brand} || '-' || chr(65 + {model}) || '10' end",
            "j",
        ),
        "spec": some(106, 40, f"(10 * {number(107, 60, 'j')}) || ' g'", "j"),
        "category_code": some(108, 85, one_of(109, CATEGORIES, "j"), "j"),
        "hs_code": f"{one_of(110, HEADINGS, 'j')} || lpad({number(111, 20, 'j')}::text, 2, '0') || '00'",
        "gtin": some(112, 25, f"'69' || lpad(({brand} * 100 + {model})::text, 11, '0')", "j"),
        "batch_lot": some(113, 50, f"'L' || to_char({made}, 'YYYYMM') || '-' || {number(114, 40, 'j')}", "j"),
        "origin_country_code": one_of(115, COUNTRIES, "j", 2),
        "manufacturer_name": some(
            116, 60, f"'Manufacturer of things no. ' || {skewed(117, 20000, 'j')} || ' Ltd'", "j"
        ),
        "quantity": some(118, 70, f"1 + {number(119, 400, 'j')}", "j"),
        "unit_code": some(118, 70, one_of(120, "H87 KGM C62", "j"), "j"),
    }


def party(roles: str, identified: float = 80) -> dict[str, str]:
    """Return the columns of a party; so many percent have a credit code."""
    return {
        "name": f"'海南某某贸易有限公司 ' || {skewed(131, ENTERPRISES, 'j')}",
        "uscc": some(132, identified, uscc(131), "j"),
        "region_code": some(133, 50, one_of(134, REGIONS, "j"), "j"),
        "role_code": one_of(135, roles, "j", 1),
    }


def hazard() -> dict[str, str]:
    """Return the columns of a hazard."""
    return {"class_code": one_of(141, CLASSES, "j", 2), "type_code": one_of(142, HAZARDS, "j"), "is_main": "true"}


@dataclass(frozen=True)
class Items:
    """A list of a record type: how many items a record has, from 0 to 8, and their columns."""

    count: str
    columns: dict[str, str]


@dataclass(frozen=True)
class Generated:
    """The records of one type.

    Attributes:
        record_type: As in the standard.
        source: Whose they are.
        part: Of all records, in a million.
        columns: Expressions of the fields beside those that every record has.
        items: The lists.
        has_day: Whether it is of events; otherwise it holds from a day on.
    """

    record_type: str
    source: str
    part: int
    columns: dict[str, str]
    items: dict[str, Items] = field(default_factory=dict)
    has_day: bool = True


ONE, TWO = "1", "2"
SEVERITY = one_of(21, "minor none moderate severe minor minor fatal", power=2.2)
REGION = some(22, 97, one_of(23, REGIONS))
NARRATIVE = "'当事人在家中使用产品时受伤，送医处理。The person was hurt while using the product at home, case ' || i"
RECORDS = [
    Generated(
        "customs_declaration", "hn_customs/declarations", 480_000,
        {
            "ie_flag_code": one_of(31, "I I I E"), "declaration_no": "lpad(i::text, 18, '0')", "declared_date": "day",
            "region_code": some(22, 60, one_of(23, REGIONS)), "trade_mode_code": "'0110'", "transport_mode_code": "'2'",
            "package_count": number(32, 900), "gross_mass_kg": number(33, 30_000), "net_mass_kg": number(34, 28_000),
            "trade_country_code": one_of(35, COUNTRIES), "departure_country_code": one_of(36, COUNTRIES),
            "bill_no": "'BL' || i * 7", "transport_name": f"'VESSEL ' || {number(37, 3000)}",
            "is_found_wrong": f"{share(38)} < 0.01", "is_found_dangerous": f"{share(39)} < 0.002",
        },
        {
            "goods": Items(
                f"1 + {number(40, 2)}",
                {
                    **product(), "g_no": "position + 1",
                    "net_mass_kg": some(41, 95, f"1 + {number(42, 9000, 'j')}", "j"),
                    "total_price_amount": number(43, 90_000, "j"), "currency_code": one_of(44, "USD CNY EUR", "j"),
                    "destination_region_code": some(45, 70, one_of(46, REGIONS, "j"), "j"),
                },
            ),
            "party": Items(TWO, party("consignee consignor declarant owner", 60)),
        },
    ),
    Generated(
        "port_inspection", "hn_customs/port_inspections", 80_000,
        {
            "insp_no": "'PI' || i", "ie_flag_code": "'I'", "region_code": REGION,
            "insp_type_code": one_of(51, "sampling visual document quarantine"),
            "result_code": one_of(52, "pass pass pass pass pass pass pass pass pass fail pass_after_treatment pending"
                                  " not_inspected", power=1),
            "disposal_code": one_of(53, "release return destroy treat"), "insp_office_name": "'海口海关'",
        },
        {
            "product": Items(ONE, product()), "party": Items(ONE, party("consignee importer")),
            "hazard": Items(f"case when {share(54)} < 0.1 then 1 else 0 end", hazard()),
        },
    ),
    Generated(
        "market_sampling", "hn_market/sampling", 100_000,
        {
            "sample_no": "'S' || i", "region_code": REGION, "sampled_date": "day",
            "task_text": "'2025 年省级监督抽检'",
            "sampling_category_code": one_of(61, "additive alcohol appliance aquatic battery biscuit canned catering"),
            "sampling_link_code": one_of(62, "circulation catering production online"), "report_no": "'R' || i",
            "verdict_code": one_of(63, "pass pass pass pass pass pass pass pass pass pass fail fail problem pending"
                                   " not_judged", power=1),
        },
        {
            "product": Items(ONE, product(number(64, 150))), "party": Items(ONE, party("sampled manufacturer")),
            "test_item": Items(
                TWO,
                {
                    "item_text": f"'检测项目 ' || {number(65, 300, 'j')}", "method_standard": "'GB 5009.12'",
                    "result_value": f"{number(66, 1000, 'j')} / 100.0", "limit_value": "5.0", "unit_text": "'mg/kg'",
                    "verdict_code": one_of(67, "pass pass pass pass pass pass pass pass pass fail", "j", 1),
                    "hazard_type_code": one_of(68, HAZARDS, "j"),
                },
            ),
        },
    ),
    Generated(
        "injury_case", "hn_hospital/injuries", 130_000,
        {
            "region_code": REGION, "severity_code": SEVERITY, "hazard_type_code": some(71, 70, one_of(72, HAZARDS)),
            "hazard_class_code": some(71, 70, one_of(73, CLASSES)), "age_years": skewed(74, 95, power=1.2),
            "sex_code": one_of(75, "1 2", power=1), "mechanism_code": one_of(76, "fall blunt cut burn choking traffic"),
            "disposition_code": one_of(77, "1 1 1 4 6 2 5 9 8", power=2), "narrative": NARRATIVE,
            "place_code": one_of(78, "home road school"),
            "statistical_weight": some(79, 30, f"1 + {number(80, 900)} / 10.0"),
        },
        {
            "product": Items(f"case when {share(81)} < 0.1 then 2 else 1 end", product()),
            "diagnosis": Items(ONE, {"diagnosis_code": one_of(82, "57 59 53 62 71 51", "j"), "body_part_code": "'75'"}),
            "hazard": Items(f"case when {share(83)} < 0.8 then 1 else 0 end", hazard()),
        },
    ),
    Generated(
        "fire_incident", "hn_fire/incidents", 50_000,
        {
            "incident_no": "'F' || i", "region_code": REGION, "severity_code": some(21, 60, SEVERITY),
            "incident_type_code": one_of(84, "structure_fire vehicle_fire outdoor_fire rubbish_fire false_alarm"),
            "cause_code": one_of(85, "electrical cooking open_flame smoking battery appliance undetermined"),
            "death_count": f"case when {share(86)} < 0.004 then 1 else 0 end", "injury_count": skewed(87, 4, power=12),
            "loss_cny": f"100 * {skewed(88, 20_000, power=4)}", "is_battery_involved": f"{share(89)} < 0.05",
            "narrative": some(
                90, 80, "case when i % 3 = 0 then '电动自行车充电时起火，' else '起火，' end || " + NARRATIVE
            ),
            "hazard_type_code": "'fire'", "hazard_class_code": "'physical'",
        },
        {
            "product": Items(
                f"case when {share(91)} < 0.4 then 1 else 0 end",
                {**product(), "contribution_code": one_of(92, "ignition fuel", "j")},
            ),
        },
    ),
    Generated(
        "complaint", "hn_market/complaints", 120_000,
        {
            "complaint_no": "'C' || i", "kind_code": one_of(93, "complaint report complaint enquiry"),
            "region_code": REGION,
            "channel_code": "'12315'", "title": "'投诉商家销售不合格产品'", "narrative": NARRATIVE,
            "is_injury": f"{share(94)} < 0.02", "hazard_type_code": some(95, 20, one_of(96, HAZARDS)),
            "severity_code": some(97, 20, SEVERITY),
        },
        {"product": Items(ONE, product()), "party": Items(ONE, party("complainant responsible"))},
    ),
    Generated(
        "penalty", "cn_credit/penalties", 20_000,
        {"doc_no": "'Z' || i", "decided_date": "day", "violation_text": "'销售不符合标准的产品'", "region_code": REGION,
         "fine_amount": number(98, 50_000), "currency_code": "'CNY'"},
        {"party": Items(ONE, party("penalised", 100)),
         "penalty_item": Items(ONE, {"class_code": one_of(99, "fine warning confiscated_goods", "j")})},
    ),
    Generated(
        "overseas_notification", "hn_customs/overseas_notifications", 5_000,
        {"system_code": "'rasff'", "ref_no": "'N' || i", "notified_date": "day",
         "country_code": one_of(35, COUNTRIES[4:]),
         "notification_type_code": one_of(36, "border_rejection alert information recall withdrawal"),
         "summary": "'Notice from abroad about a product'"},
        {"product": Items(ONE, product()), "hazard": Items(ONE, hazard())},
    ),
    Generated(
        "recall", "hn_market/recalls", 2_000,
        {"recall_no": "'R' || i", "recall_date": "day", "country_code": one_of(35, COUNTRIES), "status_code": "'open'",
         "affected_count": number(37, 90_000), "done_count": number(38, 9_000), "recall_class_code": "'class_2'"},
        {"product": Items(ONE, product()), "party": Items(ONE, party("importer manufacturer"))},
    ),
    Generated(
        "enterprise", "cn_gsxt/enterprises", 12_000,
        {"uscc": uscc(100, "i"), "name": "'海南某某贸易有限公司 ' || i", "region_code": REGION,
         "reg_status_code": "'active'"},
        has_day=False,
    ),
    Generated(
        "risk_signal", "hn_market/signals", 900,
        {"signal_no": "'RS' || i", "source_class_code": "'market'", "description": "'Signal of a risk'",
         "triage_status_code": one_of(31, "new reviewing verified escalated dismissed closed", power=1)},
        {"product": Items(ONE, product())},
    ),
    Generated(
        "alert", "hn_market/alerts", 100,
        {"alert_no": "'A' || i", "issued_at": "day::timestamp at time zone 'Asia/Shanghai'",
         "message_type_code": "'Alert'",
         "handling_code": "'Actual'", "audience_code": "'public'", "level_code": one_of(32, "blue yellow orange red"),
         "expires_at": "(day + 30)::timestamp at time zone 'Asia/Shanghai'"},
        {"product": Items(ONE, product())},
    ),
]  # fmt: skip
