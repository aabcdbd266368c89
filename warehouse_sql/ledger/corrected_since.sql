-- Which later deliveries hold the word on records that this one had brought, of one record type: the latest first.
select b.batch_id, d.file_name, (b.received_at at time zone 'Asia/Shanghai')::date::text, count(distinct h.record_uid)
from {history} h
join {core} c using (agency, record_uid)
join ledger.batch b on b.agency = c.agency and b.batch_id = c.batch_id
join ledger.delivery d on d.agency = b.agency and d.delivery_id = b.delivery_id
where h.agency = %(agency)s and b.feed = %(feed)s and b.word <> %(word)s
  and h.batch_id in (select batch_id from ledger.batch
                     where agency = %(agency)s and feed = %(feed)s and word = %(word)s)
  and b.turn > (select max(turn) from ledger.batch where agency = %(agency)s and feed = %(feed)s and word = %(word)s)
group by b.batch_id, d.file_name, b.received_at
order by b.batch_id desc;
