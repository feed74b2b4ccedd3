namespace Redshift.Core.Figures

open System
open MathNet.Numerics.Statistics
open XPlot.Plotly

/// True and predicted redshifts side by side and against each other. Arrays have one number an object; what is not
/// finite is left out and not counted.
module TrueAndPredicted =

    let private both (truth: float[]) (predicted: float[]) =
        Array.zip truth predicted
        |> Array.filter (fun (t, p) -> Double.IsFinite t && Double.IsFinite p)
        |> Array.unzip

    // A column of bars would hide the other; steps show both.
    let private steps name colour fill (centres: float[], counts: int[]) : Trace =
        Scatter(
            name = name,
            x = centres,
            y = counts,
            mode = "lines",
            line = Line(color = colour, width = 2.0, shape = "hvh"),
            fill = (if fill then "tozeroy" else "none"),
            fillcolor = "rgba(0, 114, 178, 0.15)"
        )

    /// Histograms of both, bins of 0.01; none of no objects.
    let histograms (truth: float[]) (predicted: float[]) : Figure option =
        match both truth predicted with
        | [||], _ -> None
        | truth, predicted ->
            let y = Style.yAxis "Galaxies per bin of 0.01"
            y.rangemode <- "tozero"

            let figure =
                Style.figure
                    "true-and-predicted"
                    "True and predicted redshifts"
                    $"n = {Style.count truth.Length} galaxies in bins of 0.01."
                    (Style.layout (Style.xAxis "Redshift z") y true)
                    [ steps "true" Style.blue true (Style.histogram 100 truth)
                      steps "predicted" Style.orange false (Style.histogram 100 predicted) ]

            Some { figure with AspectRatio = Style.tall }

    /// Cells along each side of the two-dimensional histogram.
    let private cells = 64

    /// From which to which redshift both axes run: all true ones and the predictions but for two in a thousand.
    let private limits (truth: float[]) (predicted: float[]) =
        let sorted = Array.sort predicted
        let quantile tau = SortedArrayStatistics.QuantileCustom(sorted, tau, QuantileDefinition.R7)
        let low = min (Array.min truth) (quantile 0.001)
        let high = max (Array.max truth) (quantile 0.999)
        let low, high = floor (low * 20.0) / 20.0, ceil (high * 20.0) / 20.0
        low, (if high > low then high else low + 0.05)

    let private grid low high (truth: float[]) (predicted: float[]) =
        let counts = Array.init cells (fun _ -> Array.zeroCreate<int> cells)
        let index z = min (cells - 1) (int ((z - low) / (high - low) * float cells))
        let mutable outside = 0

        for t, p in Array.zip truth predicted do
            if p < low || p > high then
                outside <- outside + 1
            else
                let row = counts[index p]
                row[index t] <- row[index t] + 1

        counts, outside

    /// The decimal logarithm of the counts, nothing where there is none.
    let private logarithms (counts: int[][]) : obj[][] =
        counts
        |> Array.map (Array.map (fun n -> if n = 0 then null else box (log10 (float n))))

    let private colourBar top =
        let ticks =
            [| for power in 0..9 do
                   for step in [ 1.0; 3.0 ] do
                       let n = step * 10.0 ** float power

                       if n <= float top then
                           n |]

        Colorbar(
            title = "galaxies",
            tickvals = Array.map log10 ticks,
            ticktext = (ticks |> Array.map (int >> Style.count)),
            thickness = 12.0,
            outlinewidth = 0.0,
            ticks = "outside",
            ticklen = 3.0
        )

    let private topOf (counts: int[][]) = counts |> Array.map Array.max |> Array.max

    /// The counts in cells from `low` to `high` on both axes, and the line of equality; the colours run up to `top`.
    let private panelOf what id title (low, high) top (counts: int[][]) outside galaxies =
        let centres = Array.init cells (fun i -> low + (float i + 0.5) / float cells * (high - low))

        let heat =
            Heatmap(
                x = centres,
                y = centres,
                z = logarithms counts,
                zmin = 0.0,
                zmax = max 1.0 (log10 (float top)),
                colorscale = Style.density,
                colorbar = colourBar top,
                hoverinfo = "x+y"
            )

        let x = Style.xAxis $"True {what}"
        let y = Style.yAxis $"Predicted {what}"
        x.range <- [| low; high |]
        y.range <- [| low; high |]

        let left =
            if outside = 0 then
                ""
            else
                $" Outside the frame: {Style.count outside}."

        let figure =
            Style.figure
                id
                title
                $"n = {Style.count galaxies} galaxies; the darker, the more (logarithmic). Dashed: predicted = true.{left}"
                (Style.layout x y false)
                [ heat; Style.reference Style.orange [| low; high |] [| low; high |] ]

        { figure with AspectRatio = Style.tall }

    let private panel id title ends top counts outside galaxies =
        panelOf "redshift" id title ends top counts outside galaxies

    let private single what id (truth: float[]) (predicted: float[]) : Figure option =
        match both truth predicted with
        | [||], _ -> None
        | truth, predicted ->
            let ends = limits truth predicted
            let counts, outside = grid (fst ends) (snd ends) truth predicted
            Some(panelOf what id $"Predicted against true {what}" ends (topOf counts) counts outside truth.Length)

    /// Predicted against true values of another target as counts in cells; none of no objects.
    let values (target: string) : float[] -> float[] -> Figure option =
        single (Style.words target) (Style.idOf "predicted-against-true" target)

    /// Predicted against true redshift as counts in cells, colour in logarithm, with the line of equality; none of no
    /// objects.
    let density (truth: float[]) (predicted: float[]) : Figure option =
        single "redshift" "predicted-against-true" truth predicted

    /// The same for several sets of predictions of the same objects, by name: all with the same axes and colours, so that
    /// they can be held against each other. None for one without predictions.
    let densities (truth: float[]) (predictions: (string * float[]) list) : Figure list =
        let drawn =
            predictions
            |> List.indexed
            |> List.choose (fun (place, (name, predicted)) ->
                match both truth predicted with
                | [||], _ -> None
                | truth, predicted -> Some(place, name, truth, predicted))

        let ends = drawn |> List.map (fun (_, _, truth, predicted) -> limits truth predicted)

        if drawn.IsEmpty then
            []
        else
            let low, high = ends |> List.map fst |> List.min, ends |> List.map snd |> List.max

            let counted =
                drawn
                |> List.map (fun (_, _, truth, predicted) -> grid low high truth predicted)

            let top = counted |> List.map (fst >> topOf) |> List.max

            List.map2
                (fun (place, name, truth: float[], _) (counts, outside) ->
                    panel $"predicted-against-true-{place + 1}" name (low, high) top counts outside truth.Length)
                drawn
                counted
