"""intl_cap/alerts: its real public files."""

from tests.support.real_files.real_file import RealFiles

# 13 messages alone, 17 in one list, 7 in an EDXL envelope, one in an Atom entry; one lacks the scope that CAP requires.
# Three of those that stay, and the one that is kept out, have no level.
REAL = RealFiles(
    source="intl_cap/alerts",
    paths=[
        "data2/alert/cap/*.cap",
        "data2/alert/cap/*.xml",
        "data2/alert/cap/google_amber.atom",
        "data2/alert/cap/google_bushfire_valid.edxlde",
    ],
    counts=(39, 38, 1, 0),
    children={
        "text": 42,
        "category": 44,
        "response": 13,
        "parameter": 428,
        "resource": 12,
        "area": 46,
        "shape": 24,
        "geocode": 133,
        "party": 39,
        "link": 13,
    },
    findings={
        ("MISSING_VALUE", "audience_code"): 1,
        ("UNLIKELY_VALUES", "message_type_code"): 4,
        ("PERSONAL_HIDDEN", None): 2,  # mailboxes in a text and under contact
        ("REPAIRED_BLANKS", "text.0.description"): 7,
        ("REPAIRED_BLANKS", "text.1.description"): 1,
        ("REPAIRED_BLANKS", "text.0.instruction"): 2,
        ("REPAIRED_BLANKS", "parameter.5.value_text"): 1,
        ("REPAIRED_BLANKS", "shape.0.polygon_text"): 1,
    },
    values={
        # an update in two languages with two references; the local offset is not known
        "2.49.0.1.124.6bddbc91.2012": {
            "event_at": "2012-05-02T23:21:04Z",
            "event_tz": "UTC",
            "message_type_code": "Update",
            "level_code": "blue",
            "urgency_code": "Past",
            "effective_at": "2012-05-02T23:20:00Z",
            "text.0.language": "en-CA",
            "text.0.headline": "severe thunderstorm watch",
            "text.1.language": "fr-CA",
            "link.0.target_no": "2.49.0.1.124.a3f342a4.2012",
            "link.1.target_no": "2.49.0.1.124.60f31a3a.2012",
            "link.1.relation_code": "replaces",
            "area.0.description": "Windsor - Leamington - Essex County",
            "geocode.0.value_text": "041420",
        },
        # signed
        "2.49.0.1.124.f2c83f5f.2013": {
            "level_code": "yellow",
            "event_text": "snowfall",
            "link.8.target_no": "2.49.0.1.124.b5af9b7c.2013",
        },
        # without a language: American English
        "43b080713727": {
            "event_at": "2003-04-02T19:39:01Z",
            "event_date": "2003-04-02",
            "event_tz": "-05:00",
            "level_code": "orange",
            "level_text": "ORANGE",
            "text.0.language": "en-US",
            "party.0.name": "U.S. Government, Department of Homeland Security",
            "resource.0.mime": "image/gif",
        },
        "WRA_ReservoirWarn_201405142010": {
            "event_text": "水庫洩洪",
            "text.0.language": "zh-tw",
            "level_code": "yellow",
            "level_text": "紅色",
            "geocode.0.value_text": "1000512",
            "party.0.name": "水利署",
        },
        "is-IMO-2a4c2db8-07fd-4a0f-b372-9667280d46d1": {
            "level_text": "Yellow",
            "text.0.onset_at": "2021-09-12T18:00:00Z",
            "text.1.headline": "Southeast gales",
            "area.1.area_no": "1.0",
            "resource.1.size_bytes": 17296,
        },
        # a cancellation has no text and so no level
        "1017033100951096-517189320160225203219800_Cancel": {
            "message_type_code": "Cancel",
            "level_code": None,
            "link.0.relation_code": "cancels",
            "link.0.target_no": "1017033100951096-517189320160225203219800",
        },
        # two categories in each of two texts
        "tag:www.rfs.nsw.gov.au2011-10-06:40184": {
            "category.1.category_code": "Met",
            "category.2.text_no": "1",
            "shape.0.circle_text": "-35.3888,147.0598 25.0",
            "response.0.response_code": "Evacuate",
        },
        # the last ones of the list and of the envelope
        "smhi-bpm-1552405011762": {"text.0.headline": "Norra Bottenhavet", "area.0.description": "043"},
        "tag:www.rfs.nsw.gov.au2011-10-18:40435": {"text.0.headline": "Old Mill Bush Fire"},
        "http://doj.dc.gov/amber12345": {"event_text": "Child Abduction", "geocode.0.scheme_text": "FIPS6"},
    },
)
