-- How the pages of analysts find events: by their day, by a key of a product, by that of an enterprise.  Searching for text
-- from its beginning needs an index in byte order.
create index if not exists risk_event_newest on mart.risk_event (event_date desc nulls last, agency, record_uid);
create index if not exists event_product_by_gtin on mart.event_product (gtin) where gtin is not null;
create index if not exists event_product_by_model on mart.event_product (model) where model is not null;
create index if not exists event_product_by_brand on mart.event_product (brand) where brand is not null;
create index if not exists event_product_by_name on mart.event_product (name text_pattern_ops) where name is not null;
create index if not exists event_product_by_hs_code on mart.event_product (hs_code text_pattern_ops) where hs_code is not null;
create index if not exists event_party_by_uscc on mart.event_party (uscc) where uscc is not null;
create index if not exists event_party_by_name on mart.event_party (name text_pattern_ops) where name is not null;
