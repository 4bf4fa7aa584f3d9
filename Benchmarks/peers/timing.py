"""How a peer times a call: after a warm-up, every repetition by itself."""

import json
import statistics
import time

# Seconds of warm-up and of repetitions.
FULL, QUICK = (1.0, 2.0), (0.1, 0.2)


def measure(benchmark, variant, call, seconds, updates=1):
    """Prints a line of JSON: the median and the minimum of a call's time, in µs for each of its updates."""
    warm_up, length = seconds
    end = time.perf_counter() + warm_up
    call()
    call()
    while time.perf_counter() < end:
        call()
    times = []
    end = time.perf_counter() + length
    while time.perf_counter() < end or len(times) < 10:
        start = time.perf_counter_ns()
        call()
        times.append((time.perf_counter_ns() - start) / 1000 / updates)
    print(json.dumps({"name": benchmark, "variant": variant, "median": statistics.median(times), "minimum": min(times),
                      "unit": "µs", "repetitions": len(times)}), flush=True)


def wanted(benchmarks, only):
    """The functions of a peer by benchmark, as far as they were asked for."""
    return {name: function for name, function in benchmarks.items() if not only or name in only}
