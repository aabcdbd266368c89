-- Beside core, for as long as this transaction lasts: what the reading would bring.
create temporary table {coming} (like {core} including defaults) on commit drop;
