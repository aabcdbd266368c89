-- The version of the standard whose codes the table holds stands in a comment on its index.
select obj_description('code.entry_once'::regclass, 'pg_class');
