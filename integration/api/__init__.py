"""The REST door of receiving and reading."""
