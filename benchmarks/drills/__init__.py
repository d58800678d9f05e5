"""One file a drill; ``finding`` looks for them."""
