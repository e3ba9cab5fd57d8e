"""The script of `ours`, run for each visit."""

from benchmarks.apps import common, ours_map

if __name__ == "__main__":
    common.page()
    ours_map.show(ours_map.load())
    ours_map.load_rest()
