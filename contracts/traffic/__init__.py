"""Recorded traffic, judged without sending anything: `contracts watch`.

`source` reads a file in the order of the recorded times, again as it grows; `har`, `har_entries`
and `json_lines` know the formats, and `recorded` is one exchange of either. `relevance` tells which
are of the deployment, `timeline` what they show of its records, and `watching` judges them. No
request leaves this package.
"""
