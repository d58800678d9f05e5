"""CAP 1.2 messages (OASIS 2010): bytes to text, text to tree, tree to message, message to columns.

Nothing a message names is ever fetched: no DTD, no entity, no XInclude, no schema, no resource.
"""
