"""Plane: the only writer of money. Lanes decide in order and write each batch once."""
