"""The pages of feeds, records and quarantined rows."""
