copy (select row from verdict where not loads) to stdout (format binary);
