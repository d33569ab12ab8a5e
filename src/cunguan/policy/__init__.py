"""Policy (监管规则): what the law and the product allow, in dated packs that a lawyer reads."""
