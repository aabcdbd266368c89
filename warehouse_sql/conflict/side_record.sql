{record} {alias}
