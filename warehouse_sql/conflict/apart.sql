(l.agency, l.feed) <> (r.agency, r.feed)
