-- 1.5.0: the product of a notification is the first item of its list of products, and what was done an item of its list
-- of measures.
do $$
begin
    perform pg_temp.prefixed_to_item('overseas_notification', 'product', 'product_');
    perform pg_temp.columns_to_item('overseas_notification', 'measure', array['measure_text'], array['type_text']);
end $$;
