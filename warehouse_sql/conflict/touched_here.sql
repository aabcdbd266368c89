{alias}.agency = t.agency and {alias}.record_uid = t.record_uid
