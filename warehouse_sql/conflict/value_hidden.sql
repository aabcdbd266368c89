null::text
