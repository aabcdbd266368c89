select *
from {core}
where source_record_no = %(key)s
  and (%(source)s::text is null or agency || '/' || feed = %(source)s);
