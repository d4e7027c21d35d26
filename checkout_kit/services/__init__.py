"""What the kit does: no Flask, no SQL, no HTTP; time, storage and plugins handed in."""
