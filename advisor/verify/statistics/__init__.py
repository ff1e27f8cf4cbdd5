"""What measured figures are worth: intervals, paired differences, and when a candidate cannot win any more.

`draws` gives bootstrap values of a metric that are paired between candidates; `interval` and `difference` summarize
them; `Race` decides after each stage who goes on.
"""

from advisor.verify.statistics.bootstrap import difference, draws, interval
from advisor.verify.statistics.race import Dropped, Race, cost_of_all

__all__ = ["Dropped", "Race", "cost_of_all", "difference", "draws", "interval"]
