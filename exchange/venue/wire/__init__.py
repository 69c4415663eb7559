"""The venue as its clients meet it: HTTP, WebSockets, signatures, limits."""
