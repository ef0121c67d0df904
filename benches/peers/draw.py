"""Draws the scaling curves: `python draw.py MEASURED.json OUT.svg`, run by scaling.py. The same figures give the same bytes."""

import json
import sys

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot
from matplotlib.ticker import FuncFormatter, MaxNLocator

PANELS = [
    ("threads", "threads"),
    ("records", "records in the index"),
    ("hits", "rows about a record, %"),
    ("columns", "columns of a row, 4 of them searched"),
]
COLOUR = "#1f5fa8"


def short(number, _=None):
    """200000 as 200k."""
    for unit, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= unit:
            return f"{number / unit:g}{letter}"
    return f"{number:g}"


def panel(axes, points, name, label):
    x = [point["x"] for point in points]

    def rate(which):
        return [point["bytes"] / point["seconds"][which] / 1e9 for point in points]

    middle, low, high = rate("median"), rate("max"), rate("min")
    below = [m - n for m, n in zip(middle, low)]
    above = [n - m for m, n in zip(middle, high)]
    bars = axes.errorbar(
        x, middle, yerr=[below, above], color=COLOUR, marker="o", markersize=4, capsize=3, linewidth=1.5
    )
    for part in bars.get_children():
        # A point on an axis is drawn whole.
        part.set_clip_on(False)
    if name == "records":
        axes.set_xscale("log")
        axes.minorticks_off()
        axes.margins(x=0.12)
    else:
        axes.set_xlim(0, max(x) * 1.08)
    axes.set_xticks(x)
    axes.xaxis.set_major_formatter(FuncFormatter(short))
    axes.set_xlabel(label)
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    return max(high)


def main():
    measured, svg = sys.argv[1:]
    with open(measured) as text:
        curves = json.load(text)["curves"]
    matplotlib.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "leaktrace",
            "font.family": "sans-serif",
            "font.sans-serif": ["Helvetica", "Arial", "DejaVu Sans"],
            "font.size": 10,
            "axes.axisbelow": True,
        }
    )
    figure, grid = pyplot.subplots(2, 2, figsize=(8, 5.2), layout="constrained", facecolor="white")
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12, wspace=0.04, hspace=0.04)
    highest = [panel(axes, curves[name], name, label) for axes, (name, label) in zip(grid.flat, PANELS)]
    ticks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(0, max(highest))
    for axes in grid.flat:
        axes.set_yticks(ticks)
        axes.set_ylim(0, ticks[-1])
        axes.set_ylabel("GB/s")
    figure.savefig(svg, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
