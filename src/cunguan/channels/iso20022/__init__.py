"""ISO 20022 (国际报文标准): a bank that is spoken to in pain and camt files."""
