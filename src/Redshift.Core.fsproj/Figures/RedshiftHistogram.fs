namespace Redshift.Core.Figures

open XPlot.Plotly

/// How many galaxies there are at each redshift.
module RedshiftHistogram =

    /// Bins of 0.01 of the finite redshifts; none of no redshifts.
    let draw (redshifts: float[]) : Figure option =
        match Style.histogram 100 redshifts with
        | [||], _ -> None
        | centres, counts ->
            let bars =
                Bar(
                    name = "galaxies",
                    x = centres,
                    y = counts,
                    marker = Marker(color = Style.blue, line = Line(width = 0.0))
                )

            let layout = Style.layout (Style.xAxis "Redshift z") (Style.yAxis "Galaxies per bin of 0.01") false

            layout.bargap <- 0.08

            Some(
                Style.figure
                    "redshift-histogram"
                    "Redshifts of the catalogue"
                    $"n = {Style.count (Array.sum counts)} galaxies in bins of 0.01."
                    layout
                    [ bars ]
            )
