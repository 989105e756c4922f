"""The product's server with two more views: the tracking page as a stock Django view makes it, and hello world.

Both pass the product's own middleware and stand on the same server, so that only the view differs.
"""
