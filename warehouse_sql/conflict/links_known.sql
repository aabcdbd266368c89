select link, version from ledger.link;
