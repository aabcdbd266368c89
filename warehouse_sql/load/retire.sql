-- The version that a correction replaces moves to history; the clock of the transaction closes it.
insert into {history} ({columns}, recorded_to)
select {qualified}, now()
from {core} t
join verdict v on t.agency = %(agency)s and t.record_uid = v.record_uid
where v.loads and v.version is not null;
