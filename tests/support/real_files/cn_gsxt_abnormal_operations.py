"""cn_gsxt/abnormal_operations: its real public file."""

from tests.support.real_files.real_file import RealFiles

# 1,278 enterprises, up to five stays each; one stay is there twice.  Signs of reasons are repaired for the key only.
REAL = RealFiles(
    source="cn_gsxt/abnormal_operations",
    paths=["data2/credit/cn_经营异常名录_泗阳_2019_insert_first2000.gbk.sql"],
    counts=(2000, 2000, 0, 0),
    children={},
    findings={
        ("REPAIRED_BLANKS", "source_record_no"): 1,
        ("REPAIRED_SIGNS", "source_record_no"): 1797,
        ("REPAIRED_WIDTH", "source_record_no"): 1996,
    },
    values={
        (
            "头等舱食品江苏有限公司 2017-09-26 工商行政管理部门在依法履职过程中通过登记的住所或经营场所无法取"
            "得联系,依据《企业经营异常名录管理暂行办法》第九条之规定列入经营异常名录"
        ): {
            "name": "头等舱食品江苏有限公司",
            "uscc": "91321323MA1MMX7K7T",
            "valid_from": "2017-09-26",
            "valid_to": "2017-11-23",
            "listed_by_text": "泗阳县市场监督管理局",
            "legal_basis_text": "《企业经营异常名录管理暂行办法》第九条",
            "reason_text": "工商行政管理部门在依法履职过程中通过登记的住所或经营场所无法取得联系，"
            "依据《企业经营异常名录管理暂行办法》第九条之规定列入经营异常名录",
            "repair_code": "repaired",
        },
        # put on, taken off, put on again; without a credit code
        (
            "东山电子科技(泗阳)有限公司 2016-07-05 在2016年6月30日前未按规定报送2015年度年度报告,根据<企业经"
            "营异常名录管理暂行办法>第六条之规定列入经营异常名录"
        ): {
            "valid_to": "2017-12-06",
            "uscc": None,
            "repair_code": "repaired",
        },
        (
            "东山电子科技(泗阳)有限公司 2018-07-01 在2018年6月30日前未按规定报送2017年度年度报告,根据<企业经"
            "营异常名录管理暂行办法>第六条之规定列入经营异常名录"
        ): {
            "valid_to": None,
            "repair_code": "none",
            "delisted_by_text": None,
        },
    },
)
