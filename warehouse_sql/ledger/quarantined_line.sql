select source_file as member, source_sheet as sheet, original, findings, state
from quarantine.row
where batch_id = %(batch_id)s and source_line = %(line)s;
