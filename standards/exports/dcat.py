"""The standard as a catalogue in DCAT-AP 3 (JSON-LD): a dataset for every record type, published by the hub.

DCAT-AP 3.0 makes title, description and publisher of a catalogue mandatory, and title and description of a dataset.
Whether a dataset is open follows from what the standard shares: EU access rights, public or restricted.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from standards.schema import BASE

if TYPE_CHECKING:
    from standards import RecordType, Standard
    from standards.schema import Json

FILE = "catalogue.dcat.jsonld"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
}
RIGHTS = "http://publications.europa.eu/resource/authority/access-right/"
LANGUAGES = {"en": "en", "zh": "zh-CN"}
TITLE = {"en": "Unified risk-data standard", "zh": "统一风险数据标准"}
ABOUT = {
    "en": "Record types of the exchange of product-safety risk data.",
    "zh": "产品安全风险数据交换的记录类型。",
}
HUB = {"@id": "urn:riskhub:hub", "@type": "foaf:Agent", "foaf:name": [{"@value": "riskhub", "@language": "en"}]}


def dcat_files(standard: Standard) -> dict[str, bytes]:
    """Return the one file of the export by its name."""
    catalogue = {
        "@context": CONTEXT,
        "@id": f"{BASE}:{standard.version}",
        "@type": "dcat:Catalog",
        "dct:title": _texts(TITLE),
        "dct:description": _texts(ABOUT),
        "dct:publisher": HUB,
        "owl:versionInfo": standard.version,
        "dcat:dataset": [_dataset(each, standard.version) for each in standard.types.values()],
    }
    return {FILE: (json.dumps(catalogue, ensure_ascii=False, indent=1) + "\n").encode()}


def _dataset(record_type: RecordType, version: str) -> Json:
    identity = f"{BASE}:{version}:{record_type.name}"
    shares = {field.share for table in record_type.tables.values() for field in table.fields.values()}
    return {
        "@id": f"urn:riskhub:dataset:{record_type.name}",
        "@type": "dcat:Dataset",
        "dct:identifier": record_type.name,
        "dct:title": _texts(record_type.label),
        "dct:description": _texts(record_type.description),
        "dct:publisher": {"@id": HUB["@id"]},
        "dct:conformsTo": {"@id": identity, "@type": "dct:Standard"},
        "dct:accessRights": {
            "@id": RIGHTS + ("PUBLIC" if shares == {"unconditional"} else "RESTRICTED"),
            "@type": "dct:RightsStatement",
        },
        "dcat:keyword": _texts(record_type.label),
    }


def _texts(text: dict[str, str]) -> list[dict[str, str]]:
    return [{"@value": text[language], "@language": tag} for language, tag in LANGUAGES.items()]
