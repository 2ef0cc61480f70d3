"""The shipped catalogue, series and values: readers of the seed files, and writing them into the tables."""
