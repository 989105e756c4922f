"""What carriers answer when they are asked about a parcel: pure readers, one per carrier's interface."""
