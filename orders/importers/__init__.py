"""Other people's order data, turned into ours. Pure: what comes in is what goes out, nothing is read or stored."""
