"""Uploaded and stored content behind one interface: files in the data folder, or S3-compatible storage by setting."""
