"""Photos as plain data: geometry, faces, regions, and the protocol of the service that opens and saves them."""
