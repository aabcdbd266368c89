"""kr_ts/vehicle_recalls: its real public file."""

from tests.support.real_files.real_file import RealFiles

# one row stands twice; the reasons of 71 have signs such as ＊ and ①
REAL = RealFiles(
    source="kr_ts/vehicle_recalls",
    paths=["data/market/kr_ts_자동차결함_리콜현황.csv"],
    counts=(1275, 1275, 0, 0),
    children={"party": 1275, "product": 1275, "vehicle_range": 1275},
    findings={("REPAIRED_SIGNS", "source_record_no"): 71},
    values={
        # the first row
        (
            "2020-03-23/(주)에프엠케이/기블리 디젤/2014-05-28/2016-03-15/스탑 & 고 기능 작동 직후 재시동 불가"
            " 1) 결함 있는 구조 장치 : 원동기(스탑 & 고) 2) 결함 원인 : 오토 스타트 결함(스탑&고 작"
        ): {
            "event_at": "2020-03-22T15:00:00Z",
            "recall_date": "2020-03-23",
            "recall_no": None,
            "party.0.name": "(주)에프엠케이",
            "party.0.role_code": "recaller",
            "product.0.name": "기블리 디젤",
            "vehicle_range.0.made_from_date": "2014-05-28",
            "vehicle_range.0.made_to_date": "2016-03-15",
        },
        (
            "2020-01-23/한국토요타자동차(주)/토요타 프리우스/2019-07-11/2019-07-31/콤비네이션 미터(계기판) 내"
            "부 기판의 생산 설비 관리가 부적절하여, 기판의 회로부품 내부에 균열이 발생할 가능성이 있음."
        ): {
            "vehicle_range.0.model": "토요타 프리우스",
            "vehicle_range.0.made_to_date": "2019-07-31",
        },
        # the last row
        (
            "2020-12-28/한국닛산(주)/INFINITI Q70 5.6/2014-04-08/2014-04-08/프로펠러 샤프트의 내구성이 저하될"
            " 수 있습니다."
        ): {
            "defect_text": "프로펠러 샤프트의 내구성이 저하될 수 있습니다.",
            "product.0.category_code": "vehicle",
            "event_date": "2020-12-28",
        },
    },
)
