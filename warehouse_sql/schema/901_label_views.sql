-- Analysts read the label views, within the rights that they have on core.
grant usage on schema core_zh, core_en to riskhub_analyst;
grant select on all tables in schema core_zh, core_en to riskhub_analyst;
