"""uk_fsa/food_suppliers: its real public files."""

from tests.support.real_files.real_file import RealFiles

# two pivot tables stand before the ratings; 2,217 wait for a first inspection; one name holds an address for mail
REAL = RealFiles(
    source="uk_fsa/food_suppliers",
    paths=["data2/market_check/uk_fsa_food_manufacturers_distributors_ratings_APR25.xlsx"],
    counts=(13785, 11568, 0, 2217),
    children={"party": 23136},
    findings={("PERSONAL_HIDDEN", None): 1},
    slow=True,
    values={
        # the first that was inspected
        "Swansea 14": {
            "event_at": "2003-02-11T00:00:00Z",
            "event_at_precision": "day",
            "check_date": "2003-02-11",
            "result_code": "pass",
            "rating_text": "5",
            "target_kind_text": "Distributors/Transporters",
            "address_text": "Riverside Business Park, Moorhen Close, Swansea Vale",
            "lat": "51.669431",
            "lon": "-3.915265",
            "party.0.name": "AAH Pharmaceutical Plc",
            "party.0.role_code": "inspected",
            "party.1.name": "Swansea",
            "party.1.role_code": "authority",
        },
        # no address, no coordinates; November in winter time
        "Sefton 1899": {
            "event_at": "2018-11-01T00:00:00Z",
            "address_text": None,
            "lat": None,
            "party.0.name": "Superfoods and Snacks Ltd",
            "target_kind_text": "Importers/Exporters",
        },
        # the last row; summer time
        "Herefordshire 587": {
            "event_at": "2024-04-22T23:00:00Z",
            "check_date": "2024-04-23",
            "address_text": "The Egg Shed, The Hop Pocket, Bishops Frome, WR6 5BT",
        },
    },
)
