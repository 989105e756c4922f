"""Files as rows of cells, however they are written."""
