"""A call-centre day at a small coffee-machine shop, on a catalogue of our own making."""

from servicecore.cli.demonstration.day import run_day
from servicecore.cli.demonstration.shop import shop_book, shop_settings

__all__ = ["run_day", "shop_book", "shop_settings"]
