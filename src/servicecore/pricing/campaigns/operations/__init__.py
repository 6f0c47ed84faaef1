"""What can be done to campaigns and their codes, one operation a file."""
