"""Acts: one file a kind of thing that happens; each looks at the house and says the next sentence of the story.

Shape   WEIGHT: how often it comes; happens(see) -> one or more sentences, or None when there is nothing to say
        A new kind of instruction is a new file copied from its neighbour; it is found by being here
"""
