"""Draws the demo shops' product pictures: flat little illustrations, one family of drawing per kind of product.

    data/products.toml -> pictures.py (which family, which colours) -> *_shapes.py (SVG) -> render.py (PNG)

Only `render.py` needs a browser, and only when a picture changes: the PNGs are part of the project.
"""
