"""What must survive: rows, files, the encrypted archive, retention."""
