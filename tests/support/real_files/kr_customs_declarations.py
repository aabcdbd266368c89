"""kr_customs/declarations: its real public files."""

from tests.support.real_files.real_file import RealFiles

REAL = RealFiles(
    source="kr_customs/declarations",
    paths=["data/customs/kcs_synthetic_import_declarations/df_syn_valid_eng.csv"],
    counts=(8134, 8134, 0, 0),
    children={"party": 24905, "goods": 8134},
    findings={},
    values={
        # midnight in Seoul is the afternoon before in UTC
        "56839011": {
            "event_at": "2020-12-31T15:00:00Z",
            "event_at_precision": "day",
            "declared_date": "2021-01-01",
            "customs_office_code": "40",
            "transport_mode_code": "5",
            "is_found_wrong": False,
            "party.0.agency_party_no": "76NV527",
            "party.0.role_code": "declarant",
            "party.2.agency_party_no": "249LO7A",
            "party.2.role_code": "seller",
            "goods.0.hs_code": "760711",
            "goods.0.g_no": 1,
            "goods.0.tax_rate_percent": "7.2",
            "goods.0.tax_type_code_text": "FCN1",
            "goods.0.net_mass_kg": "901.2",
            "goods.0.total_price_amount": "415092.72",
        },
        "62904299": {"is_found_wrong": True, "is_found_dangerous": False, "import_type_code_text": "89"},
        "55245935": {"is_found_wrong": True, "is_found_dangerous": True, "departure_country_code": "HKG"},
        "70335380": {"departure_country_code": "KOR", "goods.0.origin_country_code": None},
        "51772823": {"departure_country_code": None, "goods.0.origin_country_code": "LBR"},
        "56845061": {
            "party.3.agency_party_no": "2SP9SH",
            "party.3.role_code": "courier",
            "payment_type_code_text": "0",
        },
        "72292152": {"transport_mode_code": "9", "goods.0.net_mass_kg": "0.9", "goods.0.total_price_amount": "58.41"},
        "56829415": {"process_type_code_text": "D", "goods.0.origin_basis_code_text": "E"},
        "51897594": {
            "goods.0.net_mass_kg": "0",
            "goods.0.total_price_amount": "0",
            "goods.0.origin_country_code": "FRA",
        },
        "82234198": {
            "declared_date": "2021-03-31",
            "goods.0.net_mass_kg": "3000000",
            "goods.0.origin_country_code": "AUS",
        },
        "83976482": {"goods.0.hs_code": "030487", "goods.0.total_price_amount": "3073537.23"},
    },
)
