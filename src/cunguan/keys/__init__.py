"""Keys: who holds which key, and how a signature is made and verified."""
