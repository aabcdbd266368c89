"""wuhan2020/hospital_supplies: its real public files."""

from tests.support.real_files.real_file import RealFiles

# 56 supplies have a quantity, none a unit; places in a list count all that the hospital says
PLACES = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 22)
QUANTITIES = dict(zip(PLACES, (1, 6, 7, 8, 7, 2, 1, 8, 1, 1, 4, 1, 3, 2, 1, 2, 1), strict=True))
REAL = RealFiles(
    source="wuhan2020/hospital_supplies",
    paths=["data2/emergency_resource/wuhan2020_hospital_supply_*.json"],
    counts=(50, 50, 0, 0),
    children={"item": 1150},
    findings={
        ("REPAIRED_BLANKS", "site_name"): 1,
        **{("UNLIKELY_VALUES", f"item.{place}.quantity"): times for place, times in QUANTITIES.items()},
    },
    values={
        # the first hospital: 1 says that it is needed
        "8ee9235342117b386e1dcd18d6d3078e-1": {
            "site_name": "鄂州市中心医院",
            "region_code": "420700",
            "valid_from": "2020-02-01",
            "address_text": "湖北省鄂州市文星路9号鄂州市中心医院设备科",
            "item.2.item_text": "普通医用口罩",
            "item.2.item_code": "mask",
            "item.2.is_needed": True,
            "item.2.quantity": None,
            "item.2.standard_text": "YY/T 0969-2013",
            "item.8.item_text": "隔离衣",
            "item.8.is_needed": False,
        },
        # how many are needed
        "01e825fec5bcd299c9de999fe55788e1-1": {
            "site_name": "英山县疾病预防控制中心",
            "region_code": "421124",
            "item.2.is_needed": False,
            "item.3.is_needed": True,
            "item.3.quantity": "500000",
            "item.6.quantity": "3000",
        },
        # the only one of the last file
        "e0691a8fcf2c219904132aa52a9e7160-1": {
            "region_code": "421281",
            "item.3.standard_text": "YY 0469-2011",
        },
    },
)
