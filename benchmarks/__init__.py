"""Measurements of the served product, each beside something else in the same run.

Not a part of the product: it starts a site of its own and speaks to it over HTTP, as partners do.
"""
