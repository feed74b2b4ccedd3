namespace XPlot.Plotly

/// Pieces of HTML and JavaScript with places to fill in.
module Html =

    /// Where pages get plotly.js from unless told otherwise.
    [<Literal>]
    let DefaultPlotlySrc = "https://cdn.plot.ly/plotly-latest.min.js"

    /// A page: [PLOTLYSRC], [CHART].
    let pageTemplate =
        """<!DOCTYPE html>
<html>
    <head>
        <meta charset="UTF-8" />
        <script src="[PLOTLYSRC]"></script>
    </head>
    <body>
        [CHART]
    </body>
</html>"""

    /// A chart within a page: [ID], [WIDTH], [HEIGHT], [PLOTTING].
    let inlineTemplate =
        """<div id="[ID]" style="width: [WIDTH]px; height: [HEIGHT]px;"></div>
        <script>
            [PLOTTING]
        </script>"""

    /// The script of a chart: [PLOTTING].
    let jsTemplate =
        """<script>
            [PLOTTING]
        </script>"""

    /// The statements that draw a chart: [DATA], [LAYOUT], [ID].
    let jsFunctionTemplate =
        """var data = [DATA];
           var layout = [LAYOUT];
           Plotly.newPlot('[ID]', data, layout);"""
