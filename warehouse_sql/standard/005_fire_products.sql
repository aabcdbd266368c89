-- 1.5.0: the product of a fire is the first item of its list of products.
do $$
begin
    perform pg_temp.prefixed_to_item('fire_incident', 'product', 'product_');
end $$;
