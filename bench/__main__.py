"""Run every measurement: `python -m bench [--small]`."""

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent

sys.path.insert(0, str(HERE))
for measurement in sorted(HERE.glob("measure_*.py")):
    runpy.run_path(str(measurement), run_name="__main__")
