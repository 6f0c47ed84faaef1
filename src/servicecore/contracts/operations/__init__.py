"""What can be done to a contract."""
