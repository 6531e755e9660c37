"""A chat room: a server that passes each line on to everybody else, and clients for it."""
