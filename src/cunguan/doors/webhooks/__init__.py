"""Webhooks (回调通知): what happened in a platform's books, told to addresses it named; read from the books, never stored beside."""
