"""The benchmarks: the kit beside a bare app, in ratios; run by ``make bench``."""
