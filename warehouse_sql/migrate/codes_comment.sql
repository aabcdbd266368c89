comment on index code.entry_once is {version};
