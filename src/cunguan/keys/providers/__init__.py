"""Key providers (密钥提供者): where the keys lie that never stand beside what they protect: file, PKCS #11, Vault."""
