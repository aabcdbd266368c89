copy arriving (row, record_uid, row_hash) from stdin (format binary)
