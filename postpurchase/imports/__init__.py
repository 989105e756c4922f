"""Orders, products and customers from files.

    file ─▶ rows as they stand (staged) ─▶ mapping ─▶ entries, one per order ─▶ dry run ─▶ import, chunk by chunk

``tables`` reads CSV and XLSX, ``fields`` and ``values`` say what a column means, ``orders_from_rows`` and
``records_from_rows`` make the bodies that the API takes too; all of that is pure. ``services`` keep rows and go on.
"""
