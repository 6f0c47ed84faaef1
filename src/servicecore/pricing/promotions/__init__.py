"""Promotions: offers, and the folders of parts that they are made of."""
