namespace Redshift.Core.Figures

open System
open System.Globalization
open Redshift.Core.Evaluation
open XPlot.Plotly

/// A chart with its words. `Id` names its element in a page: letters, digits and hyphens.
type Figure =
    {
        Id: string
        /// What is seen, in a few words.
        Title: string
        /// How many objects, and how to read it.
        Caption: string
        Chart: PlotlyChart
        /// Width by height of the drawing: 1.0 is a square.
        AspectRatio: float
    }

/// One look for all figures: white, thin grey grids, few colours that the colour-blind tell apart (Okabe and Ito 2008).
module Style =

    /// Main data.
    let blue = "#0072B2"
    /// What is compared with it.
    let orange = "#D55E00"
    /// A third series.
    let green = "#009E73"
    /// Lines of reference.
    let grey = "#6B7280"

    /// From low to high where an order is shown: dark violet to amber, of the same steps in lightness.
    let ordered = [ "#3B1F5B"; "#5B3A8C"; "#2F6DA3"; "#1F968B"; "#74B84A"; "#D9A404" ]

    /// Density, from few to many: pale to dark blue, also dark enough at its lower end to be seen on white.
    let density: obj[][] =
        [| 0.0, "#C6DBEF"; 0.25, "#85B7DA"; 0.5, "#4292C6"; 0.75, "#15559F"; 1.0, "#08224F" |]
        |> Array.map (fun (position, colour) -> [| box position; box colour |])

    let private family =
        "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', sans-serif"

    let private text = "#1F2937"
    let private grid = "#E5E7EB"
    let private frame = "#9CA3AF"

    let private font (size: float) = Font(family = family, size = size, color = text)

    /// A horizontal axis with its title, the unit in brackets.
    let xAxis (title: string) =
        Xaxis(
            title = title,
            ``type`` = "linear",
            titlefont = font 13.0,
            tickfont = font 12.0,
            showline = true,
            linecolor = frame,
            linewidth = 1.0,
            ticks = "outside",
            ticklen = 4.0,
            tickcolor = frame,
            showgrid = false,
            zeroline = false
        )

    /// A vertical axis with its title, the unit in brackets.
    let yAxis (title: string) =
        Yaxis(
            title = title,
            ``type`` = "linear",
            titlefont = font 13.0,
            tickfont = font 12.0,
            showline = true,
            linecolor = frame,
            linewidth = 1.0,
            ticks = "outside",
            ticklen = 4.0,
            tickcolor = frame,
            showgrid = true,
            gridcolor = grid,
            gridwidth = 1.0,
            zeroline = false
        )

    /// The layout of a figure with these axes; the legend, where there is one, lies above the drawing.
    let layout (x: Xaxis) (y: Yaxis) (legend: bool) =
        Layout(
            font = font 12.0,
            paper_bgcolor = "#FFFFFF",
            plot_bgcolor = "#FFFFFF",
            margin = Margin(l = 64.0, r = 20.0, t = (if legend then 34.0 else 14.0), b = 52.0),
            autosize = true,
            hovermode = "closest",
            showlegend = legend,
            legend = Legend(orientation = "h", x = 0.0, xanchor = "left", y = 1.02, yanchor = "bottom"),
            xaxis = x,
            yaxis = y
        )

    /// A figure of these traces.
    let figure (id: string) (title: string) (caption: string) (layout: Layout) (traces: Trace list) : Figure =
        { Id = id
          Title = title
          Caption = caption
          Chart = Chart.Plot(traces, layout) |> Chart.WithId id
          AspectRatio = 1.6 }

    /// The aspect ratio of figures that want height.
    let tall = 1.2

    /// A line between points.
    let line (name: string) (colour: string) (dash: string) (x: float[]) (y: float[]) : Trace =
        Scatter(name = name, x = x, y = y, mode = "lines", line = Line(color = colour, width = 2.0, dash = dash))

    /// A thin line of reference: not in the legend, silent under the pointer.
    let reference (colour: string) (x: float[]) (y: float[]) : Trace =
        Scatter(
            x = x,
            y = y,
            mode = "lines",
            line = Line(color = colour, width = 1.4, dash = "dash"),
            showlegend = false,
            hoverinfo = "skip"
        )

    /// A grey band between two curves over the same x.
    let band (name: string) (x: float[]) (low: float[]) (high: float[]) : Trace list =
        let edge (y: float[]) =
            Scatter(
                name = name,
                x = x,
                y = y,
                mode = "lines",
                line = Line(color = grey, width = 0.0),
                hoverinfo = "skip"
            )

        let lower, upper = edge low, edge high
        lower.showlegend <- false
        upper.fill <- "tonexty"
        upper.fillcolor <- "rgba(107, 114, 128, 0.25)"
        [ lower; upper ]

    /// A whole number with commas: 12,345.
    let count (n: int) : string = n.ToString("N0", CultureInfo.InvariantCulture)

    /// A name of files in words: `stellar_mass` is stellar mass.
    let words (name: string) : string = name.Replace('_', ' ')

    /// The `Id` of a figure that is drawn once for each of several targets: `roc-stellarity`.
    let idOf (figure: string) (target: string) : string = $"{figure}-{ClassSample.slug '-' target}"

    /// The part of a caption that says how many objects could not be scored; empty where all were.
    let withoutPrediction (missing: int) : string =
        if missing = 0 then
            ""
        else
            $" Left out: {count missing} without a prediction."

    /// A number with so many digits after the point.
    let digits (places: int) (value: float) : string =
        if Double.IsFinite value then
            let text = value.ToString("F" + string places, CultureInfo.InvariantCulture)
            // Not -0.000; and a minus sign as wide as a plus.
            let text =
                if Seq.forall (fun c -> not (Char.IsDigit c) || c = '0') text then
                    text.TrimStart '-'
                else
                    text

            text.Replace('-', '\u2212')
        else
            "\u2013"

    /// A share (0 to 1) in per cent with so many digits after the point.
    let percent (places: int) (share: float) : string =
        if Double.IsFinite share then
            digits places (100.0 * share) + " %"
        else
            digits places share

    /// Counts in bins [k / perUnit, (k + 1) / perUnit) between the least and the greatest of the finite values, which are
    /// clipped to -1 .. 20 so that a wild one does not stretch the figure: centres and counts.
    let histogram (perUnit: int) (values: float[]) : float[] * int[] =
        let index z = int (floor (Math.Clamp(z, -1.0, 20.0) * float perUnit + 1e-9))
        let indices = values |> Array.filter Double.IsFinite |> Array.map index

        if Array.isEmpty indices then
            [||], [||]
        else
            let first, last = Array.min indices, Array.max indices
            let counts = Array.zeroCreate (last - first + 1)

            for i in indices do
                counts[i - first] <- counts[i - first] + 1

            Array.init counts.Length (fun i -> (float (first + i) + 0.5) / float perUnit), counts
