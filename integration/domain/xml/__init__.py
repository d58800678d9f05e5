"""XML from outside: its bytes decoded strictly, its tree built within bounds, nothing fetched."""
