"""What can be done to redemptions, one operation a file."""
