copy (select row from verdict where fate = 'refused') to stdout (format binary);
