"""Who acts, and what an audit entry says, byte for byte."""

from audit.domain.entries import SYSTEM, Actor, EntryFacts, canonical, next_digest

__all__ = ["SYSTEM", "Actor", "EntryFacts", "canonical", "next_digest"]
