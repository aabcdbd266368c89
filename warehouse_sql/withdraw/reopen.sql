-- The rows become what they would be if the withdrawn submission had never come.
update quarantine.row q
set state = r.state, closed_by = r.closed_by, closed_at = case when r.closed_by is not null then now() end
from reopened r
where q.agency = %(agency)s and q.batch_id = r.batch_id and q.row = r.row;
