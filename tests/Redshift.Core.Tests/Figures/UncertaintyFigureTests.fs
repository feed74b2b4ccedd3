/// Figures and words of p(z): they carry the evaluation's own numbers.
module Redshift.Core.Tests.UncertaintyFigureTests

open System.Text.Json
open Expecto
open Redshift.Core.Evaluation
open Redshift.Core.Figures

let private honest = lazy (DensityEvaluationTests.normals 1.0 2000)

/// The traces of a figure, in their order.
let private traces (figure: Figure option) =
    let data = (FigureTests.dataAndLayout figure.Value).Split('\n')[0]
    List.ofSeq (JsonDocument.Parse(data).RootElement.EnumerateArray())

let private numbers (name: string) (trace: JsonElement) =
    [ for item in trace.GetProperty(name).EnumerateArray() -> item.GetDouble() ]

let private errors (name: string) (trace: JsonElement) = numbers name (trace.GetProperty "error_y")

let private named (name: string) (all: JsonElement list) =
    all
    |> List.filter (fun trace ->
        match trace.TryGetProperty "name" with
        | true, found -> found.GetString() = name
        | false, _ -> false)

let private near (name: string) (actual: float list) (expected: float list) =
    Expect.equal actual.Length expected.Length name

    for a, e in List.zip actual expected do
        Expect.isTrue (abs (a - e) <= 1e-9 * max 1.0 (abs e)) $"{name}: expected {e}, found {a}"

let private figures =
    [ testCase "the histogram of PIT has the counts and the binomial band" (fun () ->
          let found = PitHistogram.draw honest.Value
          let drawn = traces found
          near "counts" (numbers "y" drawn[0]) (honest.Value.PitHistogram |> Seq.map float |> List.ofSeq)
          // scipy.stats.binom.ppf([0.025, 0.975], 2000, 0.05), scipy 1.10.1.
          near "band" (List.collect (numbers "y") drawn[1..2]) [ 81.0; 81.0; 120.0; 120.0 ]
          near "expected" (numbers "y" drawn[3]) [ 100.0; 100.0 ]
          Expect.stringContains found.Value.Caption "n = 2,000 galaxies" "n")
      testCase "the curve of coverage is the evaluation's, in per cent" (fun () ->
          let drawn = traces (CoverageCurve.draw honest.Value)
          let curve = List.exactlyOne (named "observed" drawn)
          near "nominal" (numbers "x" curve) [ for i in 1..99 -> float i ]
          near "observed" (numbers "y" curve) [ for share in honest.Value.CoverageCurve -> 100.0 * share ]
          let low, high = BinomialBand.shares 0.95 2000 0.5
          near "band at 50 %" [ (numbers "y" drawn[0])[49]; (numbers "y" drawn[1])[49] ] [ 100.0 * low; 100.0 * high ])
      testCase "coverage by predicted redshift: shares, standard errors, few galaxies hollow" (fun () ->
          let bin lo n coverage : CoverageBin =
              { Lo = lo
                Hi = lo + 0.05
                N = n
                Coverage = coverage }

          let evaluation =
              { honest.Value with
                  CoverageBins =
                      [| bin 0.0 99 [ 0.4; 0.6; 0.8; 0.9 ]
                         bin 0.05 0 [ nan; nan; nan; nan ]
                         bin 0.1 100 [ 0.5; 0.7; 0.91; 0.96 ] |] }

          let drawn = traces (CoverageByRedshift.draw evaluation)

          for name, level, few, many in [ "68 %", 0.68, 60.0, 70.0; "90 %", 0.9, 80.0, 91.0; "95 %", 0.95, 90.0, 96.0 ] do
              match named name drawn with
              | [ hollow; filled ] ->
                  near $"{name} of few" (numbers "y" hollow) [ few ]
                  near $"{name} of many" (numbers "y" filled) [ many ]
                  near $"{name}: centre" (numbers "x" filled) [ 0.125 ]
                  near $"{name}: error" (errors "array" filled) [ 100.0 * sqrt (level * (1.0 - level) / 100.0) ]
                  let colour = hollow.GetProperty("marker").GetProperty("color").GetString()
                  Expect.equal colour "#FFFFFF" "hollow"
              | other -> failtest $"{name}: {other.Length} traces"

          let caption = (CoverageByRedshift.draw evaluation).Value.Caption
          Expect.stringContains caption "fewer than 100 galaxies" "said so")
      testCase "errors by sigma are the bins', with their intervals" (fun () ->
          let bins = honest.Value.SigmaBins
          let drawn = traces (ErrorsBySigma.draw honest.Value) |> List.last
          let each (f: SigmaBin -> float) = bins |> Seq.map f |> List.ofSeq
          near "sigma" (numbers "x" drawn) (each _.Sigma)
          near "error" (numbers "y" drawn) (each _.RmsError)
          near "up" (errors "array" drawn) (each (fun bin -> snd bin.RmsErrorInterval.Value - bin.RmsError))
          near "down" (errors "arrayminus" drawn) (each (fun bin -> bin.RmsError - fst bin.RmsErrorInterval.Value))) ]

let private page (density: DensityEvaluation option) =
    let results =
        FigureTests.input.Value.Results
        |> Option.map (fun results -> { results with Density = density })

    Report.html
        { Title = "p(z)"
          Subtitle = ""
          Notes = []
          Figures =
            { FigureTests.input.Value with
                Results = results }
          Network = None
          Provenance = []
          Script = PlotlyScript.Inline "" }

let private words =
    [ testCase "the section is there where p(z) is, and only there" (fun () ->
          let found = page (Some honest.Value)
          let has (text: string) = Expect.stringContains found text text
          has "<section id=\"uncertainty\">"
          has "<a href=\"#uncertainty\">"
          let place (id: string) = found.IndexOf $"<section id=\"{id}\">"
          Expect.isTrue (place "evaluation" < place "uncertainty" && place "uncertainty" < place "bins") "its place"

          for metric in DensityMetrics.all do
              has $"<code>{metric.Key}</code>"

          for id in [ "pit"; "coverage"; "coverage-by-predicted"; "error-by-sigma" ] do
              has $"Plotly.newPlot('{id}'"

          let without = page None

          for text in [ "id=\"uncertainty\""; "#uncertainty\">"; "newPlot('pit'"; "<code>crps</code>" ] do
              Expect.isFalse (without.Contains text) text)
      testCase "the words judge the intervals" (fun () ->
          let words said n = page (Some(DensityEvaluationTests.normals said n))
          Expect.stringContains (words 1.0 2000) "that is as it should be" "honest"
          let narrow = words 0.5 2000
          Expect.stringContains narrow "The 68 %, 90 % and 95 % intervals are too narrow" "narrow"
          Expect.stringContains (words 2.0 2000) "The 68 %, 90 % and 95 % intervals are too wide" "wide"
          Expect.stringContains (words 0.96 20000) "intervals are a little too narrow" "a little"

          let share = DensityEvaluation.value "coverage_0.90" (DensityEvaluationTests.normals 0.5 2000)
          Expect.stringContains narrow $"{Style.percent 1 share} and" "the share"
          Expect.stringContains narrow "of n = 2,000 galaxies." "n"
          let first = (DensityEvaluationTests.normals 0.5 2000).SigmaBins[0]
          Expect.stringContains narrow $"the root mean square error is {Style.digits 3 first.RmsError}" "the errors")
      testCase "what could not be scored is said" (fun () ->
          let missing =
              { honest.Value with
                  Missing = 7
                  Impossible = 3 }

          Expect.stringContains (page (Some missing)) "Not scored: 7 whose p(z) is not finite." "missing"
          Expect.stringContains (page (Some missing)) "3 of 2,000 have p = 0" "impossible"

          let none =
              DensityEvaluation.evaluate
                  BootstrapOptions.Default
                  [| 0.1 |]
                  [| nan |]
                  [| nan |]
                  [| DensityScore.Undefined |]

          let page = page (Some none)
          Expect.stringContains page "No object has a p(z) to be scored." "none"
          Expect.isFalse (page.Contains "<code>crps</code>") "no table of nothing") ]

let tests = testList "uncertainty" [ testList "figures" figures; testList "words" words ]
