"""The log's store (留痕存储): its files and its rows; what a leaf is made of stands in transparency/."""
