"""How long things are kept: classes of data, each with its period, and the job that removes what is past it."""
