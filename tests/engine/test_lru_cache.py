from __future__ import annotations

from rtedit_desktop.engine.lru_cache import LRUCache


def test_the_least_lru_cache_goes_when_the_bytes_are_too_many() -> None:
    kept: LRUCache[str] = LRUCache(10)
    for key, size in (("a", 4), ("b", 4)):
        kept.put(key, key.upper(), size)
    assert kept.get("a") == "A"
    kept.put("c", "C", 4)
    assert ("a" in kept, "b" in kept, "c" in kept) == (True, False, True)
    assert kept.bytes == 8 and kept.get("b") is None


def test_the_last_one_stays_whatever_its_size() -> None:
    kept: LRUCache[str] = LRUCache(10)
    kept.put("a", "A", 4)
    kept.put("large", "L", 1000)
    assert len(kept) == 1 and kept.get("large") == "L"
    kept.put("b", "B", 4)
    assert len(kept) == 1 and kept.get("b") == "B"
    kept.clear()
    assert kept.bytes == 0


def test_the_same_key_counts_once() -> None:
    kept: LRUCache[str] = LRUCache(10)
    for size in (4, 6):
        kept.put("a", "A", size)
    assert kept.bytes == 6
