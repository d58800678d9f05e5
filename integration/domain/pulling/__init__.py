"""Pulling: what may be fetched, in which steps, how often, and what a source's settings say."""
