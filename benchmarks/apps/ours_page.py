"""The script of `ours`, run for each visit: that of the app, with the version of the synthetic register."""

from benchmarks.apps import common, ours_map
from views import catalog, visit

if __name__ == "__main__":
    common.page()
    common.count_run()
    ours_map.load()
    catalog.version = ours_map.version
    visit.main()
