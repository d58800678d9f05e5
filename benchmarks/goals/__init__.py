"""One file a goal; ``finding`` looks for them."""
