import pyarrow as pa
import pytest

from mappings.functions.cpsc_recall_url import cpsc_recall_url


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("http://www.cpsc.gov/en/Recalls/2014/A-Lamp/", "http://www.cpsc.gov/en/Recalls/2014/A-Lamp/"),
        ("https://www.cpsc.gov/Recalls/2014/A-Lamp", "https://www.cpsc.gov/Recalls/2014/A-Lamp"),
        ("/Safety/Recalls/ucm900011.htm", "http://www.fda.gov/Safety/Recalls/ucm900011.htm"),
        ("ucm900011.htm", None),
        ("/elsewhere/ucm900011.htm", None),
        ("ftp://www.cpsc.gov/A-Lamp", None),
        (None, None),
    ],
)
def test_address(written: str | None, address: str | None) -> None:
    assert cpsc_recall_url(pa.array([written], pa.string())).to_pylist() == [address]
