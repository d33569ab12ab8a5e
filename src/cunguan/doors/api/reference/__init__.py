"""Reference: the pages a platform's engineer reads, rendered from the document and from the codes."""
