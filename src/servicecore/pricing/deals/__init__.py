"""Deals: promotions that count units, sets and tiers, and how they stand beside each other."""
