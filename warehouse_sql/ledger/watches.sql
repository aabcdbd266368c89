select since, until, fault
from ledger.watch
where agency || '/' || feed = %(source)s
order by since;
