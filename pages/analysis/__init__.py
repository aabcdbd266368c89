"""Pages for analysts.  They read with the rights of an analyst's login, so closed rows and columns stay closed."""
