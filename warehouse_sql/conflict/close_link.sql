-- A link that is declared no more: nothing is compared by it.
with gone as (
    update ledger.link set version = '' where link = %(link)s returning link
)
update ledger.conflict c
set closed_at = now(), closed_by = %(cause)s, outcome = 'agreed'
from gone g
where c.link = g.link and c.closed_at is null;
