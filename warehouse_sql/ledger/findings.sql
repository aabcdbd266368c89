select code, level, file, sheet, line, "column", field, value, expected, count, samples
from ledger.finding
where batch_id = %(batch_id)s
order by number;
