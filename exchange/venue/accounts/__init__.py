"""The accounts of the venue: typed, in front of the simulator, without any wire."""
