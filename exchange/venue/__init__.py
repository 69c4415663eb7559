"""A local exchange that speaks Bybit V5 in front of the simulator."""
