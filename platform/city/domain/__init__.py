"""What a city folder must say, checked without a database."""
