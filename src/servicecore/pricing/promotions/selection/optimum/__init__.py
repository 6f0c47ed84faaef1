"""The best combination of the offers of a cart: exact, with a certificate (F01)."""
