"""How everything looks: colours that colour-blind people can tell apart, in light and dark."""

from __future__ import annotations

from importlib.resources import files

# at least 3:1 on white and on the dark background; sign, icon or dash always says the same as the colour
BAD = "#d0622a"
NEUTRAL = "#7f8896"
GOOD = "#2f7fc1"
BAD_FILL = "#b94e18"
GOOD_FILL = "#2873b3"
MORE = ("#0f9d76", "#a06cc9", "#b07d12", "#c75d93")
CATEGORICAL = (BAD, GOOD, *MORE, NEUTRAL)
ON_CELL = "#0f1622"  # text on a coloured cell, in both themes: theme.css leaves exactly this colour alone
GRID = "rgba(127,136,150,0.25)"
DIVERGING = ((0.0, "#2f7fc1"), (0.25, "#b7d3ec"), (0.5, "#f3f1ee"), (0.75, "#f0c6a8"), (1.0, "#d0622a"))

_LIGHT = {
    "primaryColor": "#2156a5",
    "backgroundColor": "#ffffff",
    "secondaryBackgroundColor": "#f3f5f9",
    "textColor": "#0f1622",
    "linkColor": "#1d4f9c",
    "borderColor": "#d9dee7",
    "orangeColor": BAD_FILL,
    "orangeTextColor": "#8f3a0d",
    "orangeBackgroundColor": "#fdebe0",
    "blueTextColor": "#1b548a",
    "blueBackgroundColor": "#e5f0fa",
    "grayTextColor": "#4a5361",
    "grayBackgroundColor": "#eceff4",
    "yellowTextColor": "#6b4e00",
    "greenTextColor": "#0b6149",
    "greenBackgroundColor": "#e0f4ec",
}
_DARK = {
    "primaryColor": "#7aa9f7",
    "backgroundColor": "#12161d",
    "secondaryBackgroundColor": "#1a2029",
    "textColor": "#eef1f6",
    "linkColor": "#8fb8ff",
    "borderColor": "#2d3643",
    "orangeColor": "#f0a070",
    "orangeTextColor": "#f6ae82",
    "orangeBackgroundColor": "#3d2413",
    "blueTextColor": "#9cc8f2",
    "blueBackgroundColor": "#152c42",
    "grayTextColor": "#b9c1ce",
    "grayBackgroundColor": "#262e3a",
    "yellowTextColor": "#f0cf7a",
    "greenTextColor": "#7fdcb8",
    "greenBackgroundColor": "#12332a",
}
_BOTH = {
    "baseRadius": "0.5rem",
    "baseFontSize": 15,
    "headingFontSizes": ["1.65rem", "1.25rem", "1.05rem"],
    "headingFontWeights": [650, 620, 620],
    "metricValueFontSize": "1.6rem",
    "showWidgetBorder": True,
    "showSidebarBorder": True,
    "chartCategoricalColors": list(CATEGORICAL),
}


def options() -> dict[str, object]:
    """Streamlit's theme options."""
    made: dict[str, object] = {f"theme.{name}": value for name, value in _BOTH.items()}
    made |= {f"theme.light.{name}": value for name, value in _LIGHT.items()}
    made |= {f"theme.dark.{name}": value for name, value in _DARK.items()}
    made |= {"theme.light.sidebar.backgroundColor": "#f3f5f9", "theme.dark.sidebar.backgroundColor": "#161b23"}
    return made


def css() -> str:
    """Our own style sheet, whole."""
    return files("dashboard").joinpath("theme.css").read_text(encoding="utf-8")
