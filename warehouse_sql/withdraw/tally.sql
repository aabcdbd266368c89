-- A key may fit several record types of a feed; the best of what became of it counts.
select fate, count(*)
from (select distinct on (row) row, fate from fate order by row, rank) best
group by fate;
