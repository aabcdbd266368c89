"""Files at a server (SFTP, S3): listed, downloaded, and remembered once they are registered."""
