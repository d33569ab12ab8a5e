"""Closing (日切): which business dates are to be closed, in which order, and how one is asked for."""
