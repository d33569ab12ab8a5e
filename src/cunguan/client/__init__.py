"""Client (SDK): what a platform's engineer imports to speak to the custodian's door."""
