"""Pure training science: functions of numbers, without I/O, clock or randomness.

Distances are metres, times seconds, speeds m/s (race index equations: m/min), paces s/km, grades fractions,
heart rates bpm, temperatures degC. A plain function answers None where its inputs do not determine a value;
functions that answer a `Figure` say why in a reason. Sources are in each docstring, the conventions in
`docs/science.md`.
"""
