"""All of a merchant's data, out as files and in again: nobody is kept here by their data."""
