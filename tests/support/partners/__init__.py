"""Partners of every kind at the other end of a connection: folder, web service, SFTP, object store, database."""
