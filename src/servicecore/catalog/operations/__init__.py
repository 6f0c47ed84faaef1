"""What can be done to the catalogue: one operation a file."""
