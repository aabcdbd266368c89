-- DuckDB, over Arrow: one line per bad row with its findings as JSON, in the order they were found.
select row, to_json(list({code: code, "column": "column", field: field, value: value, expected: expected, read: read}
                         order by code, field))::varchar as findings
from errors
group by row
order by row;
