"""The same task as textbooks of Django REST framework solve it: what the product is held beside.

Token in the database, ModelSerializer, a look for duplicates a record, coordinates, areas and cells
record by record, one INSERT each; lists through the default ListSerializer in one transaction.
"""
