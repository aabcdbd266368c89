select link, version, left_type, right_type from ledger.link;
