"""Packs (规则包): one file a jurisdiction and product."""
