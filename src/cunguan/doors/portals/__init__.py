"""Portals (门户): the pages of clients, custodian, platforms and the public; they read, and hand instructions in."""
