module Redshift.Standins.Tests.ChartTests

open Expecto
open XPlot.Plotly

/// Data and layout as they stand in the script.
let private json (chart: PlotlyChart) =
    let script = chart.GetPlottingJS()

    let between (start: string) (stop: string) =
        let from = script.IndexOf start + start.Length
        script.Substring(from, script.IndexOf(stop, from) - from)

    between "var data = " ";\n", between "var layout = " ";\n"

let private data chart = fst (json chart)
let private layout chart = snd (json chart)

/// Expected texts: the members' order and the numbers' form of XPlot 4.1.0 with Newtonsoft.Json 13.
let private traces =
    testList
        "traces"
        [ testCase "only what was set is written" (fun () ->
              let chart = Chart.Plot [ Scatter(x = [ 1; 2 ], y = [ 0.5; 3.0 ], mode = "lines") ]
              Expect.equal (data chart) """[{"type":"scatter","x":[1,2],"y":[0.5,3.0],"mode":"lines"}]""" "data")

          testCase "labels come last" (fun () ->
              let chart = [ [ 1, 2 ]; [ 1, 3 ] ] |> Chart.Line |> Chart.WithLabels [ "train"; "test" ]

              let expected =
                  """[{"type":"scatter","x":[1],"y":[2],"name":"train"},"""
                  + """{"type":"scatter","x":[1],"y":[3],"name":"test"}]"""

              Expect.equal (data chart) expected "data")

          testCase "NaN and infinities are strings, large numbers keep their exponent" (fun () ->
              let chart = Chart.Plot [ Scatter(y = [ nan; -infinity; 1e20; 0.1 + 0.2 ]) ]

              Expect.equal
                  (data chart)
                  """[{"type":"scatter","y":["NaN","-Infinity",1E+20,0.30000000000000004]}]"""
                  "data")

          testCase "texts are escaped" (fun () ->
              let chart = Chart.Plot [ Bar(x = [ "a\"b\\c\n"; "z ≤ 1" ], y = [ 1; 2 ]) ]
              Expect.equal (data chart) """[{"type":"bar","x":["a\"b\\c\n","z ≤ 1"],"y":[1,2]}]""" "data")

          testCase "error bars" (fun () ->
              let bars = Error_y(``type`` = "data", array = [ 0.1; 0.2 ], visible = true)
              let chart = Chart.Plot [ Scatter(x = [ 1; 2 ], y = [ 3; 4 ], error_y = bars) ]

              let expected =
                  """[{"type":"scatter","x":[1,2],"y":[3,4],"""
                  + """"error_y":{"visible":true,"type":"data","array":[0.1,0.2]}}]"""

              Expect.equal (data chart) expected "data")

          testCase "maps of values" (fun () ->
              let chart = Chart.Plot(Heatmap(z = [ [ 0.0; 1.0 ]; [ 2.0; 3.5 ] ], colorscale = "Viridis"))

              Expect.equal
                  (data chart)
                  """[{"type":"heatmap","z":[[0.0,1.0],[2.0,3.5]],"colorscale":"Viridis"}]"""
                  "data")

          testCase "tables" (fun () ->
              let chart = Chart.Plot(Heatmap(z = array2D [ [ 1; 2 ]; [ 3; 4 ] ]))
              Expect.equal (data chart) """[{"type":"heatmap","z":[[1,2],[3,4]]}]""" "data")

          testCase "histograms" (fun () ->
              let chart =
                  Chart.Plot [ Histogram(x = [ 0.1; 0.2 ], xbins = Xbins(start = 0.0, ``end`` = 1.0, size = 0.5)) ]

              Expect.equal
                  (data chart)
                  """[{"type":"histogram","x":[0.1,0.2],"xbins":{"start":0.0,"end":1.0,"size":0.5}}]"""
                  "data") ]

/// XPlot has no parallel coordinates; a type of one's own serves.
type Parcoords(dimensions: seq<obj>, colour: string option) =
    inherit Trace()
    member _.``type`` = "parcoords"
    member _.dimensions = dimensions
    member _.color = Option.toObj colour
    member _.ShouldSerializecolor() = colour.IsSome

let private ownTraces =
    testList
        "traces of one's own"
        [ testCase "public properties are written as ShouldSerialize says" (fun () ->
              let dimension = box {| label = "z"; values = [ 0.1; 0.2 ] |}

              let chart = Chart.Plot [ Parcoords([ dimension ], None) ]

              Expect.equal
                  (data chart)
                  """[{"type":"parcoords","dimensions":[{"label":"z","values":[0.1,0.2]}]}]"""
                  "without colour"

              let coloured = Chart.Plot [ Parcoords([], Some "red") ]
              Expect.equal (data coloured) """[{"type":"parcoords","dimensions":[],"color":"red"}]""" "with colour") ]

let private layouts =
    testList
        "layout"
        [ testCase "none is an empty string" (fun () -> Expect.equal (layout (Chart.Line [ 1; 2 ])) "\"\"" "layout")

          testCase "titles make the layout and its axes" (fun () ->
              let chart =
                  Chart.Line [ 1; 2 ]
                  |> Chart.WithTitle "Redshifts"
                  |> Chart.WithXTitle "z"
                  |> Chart.WithYTitle "n"
                  |> Chart.WithLegend true

              let expected =
                  """{"title":"Redshifts","showlegend":true,"xaxis":{"title":"z","_isSubplotObj":true},"""
                  + """"yaxis":{"title":"n","_isSubplotObj":true}}"""

              Expect.equal (layout chart) expected "layout")

          testCase "log axes, shapes and annotations" (fun () ->
              let options =
                  Options(
                      xaxis = Xaxis(``type`` = "log"),
                      shapes = [ Shape(``type`` = "line", x0 = 0.5, x1 = 0.5, y0 = 0.0, y1 = 1.0, yref = "paper") ],
                      annotations = [ Annotation(text = "median", showarrow = false) ]
                  )

              let chart = Chart.Line [ 1; 2 ] |> Chart.WithOptions options
              let written = layout chart
              Expect.stringContains written "\"type\":\"log\"" "axis"
              Expect.stringContains written "\"yref\":\"paper\"" "shape"
              Expect.stringContains written "\"x0\":0.5" "place"
              Expect.stringContains written "\"text\":\"median\"" "annotation") ]

let private pages =
    testList
        "HTML"
        [ testCase "inline there is an element and a script" (fun () ->
              let chart = Chart.Line [ 1; 2 ] |> Chart.WithId "figure-1" |> Chart.WithSize(640, 480)
              let html = chart.GetInlineHtml()
              Expect.stringStarts html "<div id=\"figure-1\" style=\"width: 640px; height: 480px;\"></div>" "element"
              Expect.stringContains html "Plotly.newPlot('figure-1', data, layout);" "call"
              Expect.isFalse (html.Contains "src=") "no link")

          testCase "a page links to the script chosen" (fun () ->
              let chart = Chart.Line [ 1; 2 ] |> Chart.WithPlotlySrc "plotly.min.js"
              Expect.stringContains (chart.GetHtml()) "<script src=\"plotly.min.js\"></script>" "link")

          testCase "each chart has a name of its own" (fun () ->
              Expect.notEqual (Chart.Line [ 1 ]).Id (Chart.Line [ 1 ]).Id "names") ]

let tests = testList "Chart" [ traces; ownTraces; layouts; pages ]
