"""Catalogue (指令目录): the page of all instructions, read from the code that carries them out."""
