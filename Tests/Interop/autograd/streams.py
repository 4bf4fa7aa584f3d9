"""The streams of random numbers once more, in numpy: Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011) and what is made of
its words."""

import numpy as np


def words(key, position, count):
    """The 32-bit words at `position` and behind. Word i is word i mod 4 of what the cipher makes of i / 4."""
    places = np.uint64(position) + np.arange(count, dtype=np.uint64)
    low = np.uint64(0xFFFFFFFF)
    block = places >> np.uint64(2)
    c = [block & low, block >> np.uint64(32), np.zeros_like(block), np.zeros_like(block)]
    k = [key & 0xFFFFFFFF, key >> 32]
    for _ in range(10):
        first, second = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [(second >> np.uint64(32)) ^ c[1] ^ np.uint64(k[0]), second & low,
             (first >> np.uint64(32)) ^ c[3] ^ np.uint64(k[1]), first & low]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return np.choose((places & np.uint64(3)).astype(np.int64), c)


def uniform(key, position, count):
    """In 0 ..< 1, from the upper 24 bits."""
    return (words(key, position, count) >> np.uint64(8)) * 2.0**-24


def exponential(words):
    return -np.log((0x100000000 - words.astype(np.float64) - 0.5) * 2.0**-32)


def normal(key, position, count):
    """Box and Muller (1958): the words at an even position and behind it make the numbers at both."""
    start = position - position % 2
    pairs = words(key, start, 2 * ((position + count - start + 1) // 2)).reshape(-1, 2)
    radius, angle = np.sqrt(2 * exponential(pairs[:, 0])), 2 * np.pi * 2.0**-32 * pairs[:, 1].astype(np.float64)
    numbers = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1).ravel()
    return numbers[position - start:][:count]


def gumbel(key, position, count):
    return -np.log(exponential(words(key, position, count)))


def mask(key, position, count, probability):
    """1 with the probability, to 32 bits."""
    return (words(key, position, count) >= round((1 - probability) * 2.0**32)).astype(np.float64)
