select * from {core} where batch_id = %(batch_id)s and source_line = %(line)s;
