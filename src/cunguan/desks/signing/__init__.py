"""Signing (交易签名): what a client saw is what his passkey signed."""
