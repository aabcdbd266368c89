select * from {core} where agency = %(agency)s and record_uid = %(record_uid)s;
