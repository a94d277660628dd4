"""Which accessibility class an item gets, and whether anybody chose it."""
