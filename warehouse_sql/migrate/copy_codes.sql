copy code.entry (list, code, label_zh, label_en, parent, valid_from, valid_to, replaced_by, source) from stdin;
