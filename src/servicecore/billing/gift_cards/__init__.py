"""Gift cards: issued, funded, reserved, paid with, refunded, locked, extended and voided."""
