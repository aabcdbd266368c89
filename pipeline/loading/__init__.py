"""What a batch changes in the warehouse: new, changed, ended, refused."""
