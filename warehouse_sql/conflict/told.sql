-- What the owners of one side are to be told of the conflicts that a cause has opened: counts, and the first places.
with numbered as (
    select c.*, count(*) over each_rule as count,
           row_number() over (each_rule order by c.record_no, c.thing, c.other_source, c.other_no, c.other_value) as at
    from ledger.conflict_side c
    where c.opened_by = %(cause)s and c.link = %(link)s and c.side = %(side)s
    window each_rule as (partition by c.agency, c.feed, c.rule)
)
select n.agency, n.feed, n.rule, n.count, n.thing, n.record_no, n.value, n.other_agency, n.other_feed, n.other_no, n.other_value,
       o.title_zh, o.title_en, a.name_zh, a.name_en,
       r.source_file as file, r.source_sheet as sheet, r.source_line as line
from numbered n
join ledger.source o on o.agency = n.other_agency and o.feed = n.other_feed
join ledger.agency a on a.agency = n.other_agency
left join {core} r on r.agency = n.agency and r.record_uid = n.record_uid
where n.at <= %(most)s
order by n.agency, n.feed, n.rule, n.at;
