"""What SQLAlchemy says of a database is told by its class alone: its text may hold data."""

from __future__ import annotations

import pytest
from sqlalchemy import exc

from connectors.connection import Connection
from connectors.sql.engine import map_db_error
from hub.errors import FixTheHub

PLACE = "theirs: main.fires"


def test_a_fault_that_is_not_the_databases_names_its_class() -> None:
    with pytest.raises(FixTheHub) as caught, map_db_error(Connection.of("theirs", "sqlite:////a.db"), PLACE):
        raise exc.CompileError("张三 13900000000")
    assert (caught.value.where, caught.value.why) == (PLACE, "CompileError")
    assert "张三" not in str(caught.value)


def test_a_fault_of_the_hub_stays_as_it_is() -> None:
    fault = FixTheHub("ours")
    with pytest.raises(FixTheHub) as caught, map_db_error(Connection.of("theirs", "sqlite:////a.db"), PLACE):
        raise fault
    assert caught.value is fault
