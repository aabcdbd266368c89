({record} {alias} join {item} {item_alias} using (agency, record_uid))
