"""Bybit, as its clients meet it: the wire without I/O, and the client in front of it."""
