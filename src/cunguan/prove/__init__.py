"""Prove (证明): the independent checker; one file a claim.

Everything is recomputed from raw rows with code of its own. It imports the kernel's codes and canonical form and
nothing else of ours: a mistake in a shelf, an operation or the store must not be able to hide itself.
"""
