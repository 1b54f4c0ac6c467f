"""What Tessera must hold in speed, measured: `make bench`."""
