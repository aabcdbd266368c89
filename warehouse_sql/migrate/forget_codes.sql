delete from code.entry;
