"""Speech on this machine: the speech process, and the client to it or any other Wyoming server."""
