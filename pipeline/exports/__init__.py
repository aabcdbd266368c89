"""Taking the warehouse home: records, items and marts as files, with what says of when they are and what they hold."""
