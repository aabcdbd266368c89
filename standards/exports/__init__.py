"""The standard in the forms of others: each module makes the files of one form, as bytes by their names."""
