"""The tests of everything in this repository; `make test` runs them all."""
