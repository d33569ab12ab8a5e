"""The demo: books made by the real plane on a database of their own, shown and proved."""
