"""hn_customs/cbec_inventories: the official example of the message CEB621, of May 2022."""

from tests.support.real_files.real_file import RealFiles

# ten inventories under one guid, of two companies' numbers; the quantity times the price is not the total of any line
REAL = RealFiles(
    source="hn_customs/cbec_inventories",
    paths=["data2/customs_cbec/gacc_202205_import_samples/CEB621Message.xml"],
    counts=(10, 10, 0, 0),
    children={"party": 50, "cost": 20, "status": 10, "goods": 20},
    findings={("UNLIKELY_VALUES", "goods.0.quantity"): 10, ("UNLIKELY_VALUES", "goods.1.quantity"): 10},
    values={
        "NBBH20160308005/order2016030811340001": {
            "event_at": "2016-03-15T07:35:55Z",
            "event_date": "2016-03-15",
            "declared_date": "2016-03-08",
            "declaration_no": None,
            "order_no": "order2016030811340001",
            "waybill_no": "L201603081138007",
            "licence_no": "L20160315001",
            "manual_no": "S1501I000164",
            "customs_office_code": "3700",
            "trade_mode_code": "9610",
            "transport_mode_code": "0",
            "departure_country_code": "JPN",  # 116
            "package_kind_code": "1",  # a wooden case until 2018
            "package_count": 6000,
            "gross_mass_kg": "4000",
            "net_mass_kg": "3500",
            "status.0.status_code": "open",  # declared
            "cost.0.amount": "500",
            "cost.1.amount": "200",
            "cost.1.currency_code": "CNY",  # 142
            "party.2.customs_reg_no": "1101180326",
            "party.4.name": None,
            "party.4.is_natural_person": True,
            "goods.0.name": "小米盒子",
            "goods.0.hs_code": "8541401000",  # a heading of HS 2017, in force on the day
            "goods.1.spec": "44mm",
            "goods.1.quantity": "200",
            "goods.1.total_price_amount": "12",
            "goods.1.second_statutory_quantity": "300",
            "goods.1.second_statutory_unit_code": "KGM",  # 035
        },
        "NBBH20160308006/order2016030811340008": {"waybill_no": "L201603081138008", "bill_no": "B00024204002"},
    },
)
