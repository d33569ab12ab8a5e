"""Chapters (章节): the kinds of business that an ordinary day does not bring, each a short part of the story.

When    the demo runs; a new chapter is one new file, copied from its neighbour, and one line in telling.py
"""
