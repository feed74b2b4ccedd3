module Redshift.Core.Tests.ComparisonTests

open System
open System.Text.Json
open System.Text.RegularExpressions
open Expecto
open Redshift.Core
open Redshift.Core.Evaluation
open Redshift.Core.Figures
open Redshift.Core.Tests.FigureTests

let private truth = Array.init 80 (fun i -> rounded (0.02 + 0.5 * float (i * 37 % 80) / 80.0))

let private options =
    { BootstrapOptions.Default with
        Resamples = 100 }

let private recipe name (predicted: float[]) (first: float[]) seconds perSecond : RecipeScores =
    { Name = name
      Description = $"The recipe {name}"
      WatchingShare = if name = "wide" then 0.2 else 0.0
      Predicted = predicted
      Evaluation =
        PointEvaluation.evaluate options { Filtered = 3; Skipped = 0 } truth predicted
        |> expectOk
      Differences =
        if obj.ReferenceEquals(predicted, first) then
            []
        else
            PairedBootstrap.differences options RecipeComparison.paired truth first predicted
            |> expectOk
      Times =
        { TrainingSeconds = seconds
          ObjectsPerSecond = perSecond
          Threads = 2 } }

let private flat = truth |> Array.mapi (fun i z -> rounded (0.05 + 0.7 * z + 0.05 * sin (float i)))

let private close =
    truth
    |> Array.mapi (fun i z ->
        if i = 4 then
            nan
        else
            rounded (z + 0.01 * sin (2.0 * float i)))

let private wide =
    truth
    |> Array.mapi (fun i z -> if i = 9 then 1.4 else rounded (z + 0.3 * sin (float i)))

let private compared source : RecipeComparison =
    { Source = source
      Survey = "gaia"
      Folds = 5
      Seed = 3UL
      RedshiftRange = Some(0.0, 0.6)
      RowsHash = "0123"
      Truth = truth
      Recipes =
        [ recipe "flat" flat flat 12.34 5000.0
          recipe "close" close flat 100.0 250.4
          recipe "wide" wide flat 3.0 nan ] }

let private comparison = compared "galaxies.csv"
let private json = lazy (JsonDocument.Parse(Json.text (RecipeComparison.toJson comparison)).RootElement)
let private markdown = lazy (ComparisonMarkdown.write comparison)

let private page (comparison: RecipeComparison) =
    ComparisonPage.parts (PlotlyScript.Inline "") [ "data", comparison.Source ] comparison
    |> String.concat ""

/// A row of a table in Markdown by its recipe's name, its cells without blanks around them.
let private row (name: string) (table: int) =
    let rows =
        markdown.Value.Split '\n'
        |> Array.filter (fun line -> line.StartsWith $"| {name} |")

    rows[table].Split '|' |> Array.map _.Trim()

let private panels =
    lazy (TrueAndPredicted.densities truth [ for r in comparison.Recipes -> r.Name, r.Predicted ])

let private data (figure: Figure) = JsonDocument.Parse((dataAndLayout figure).Split('\n')[0]).RootElement
let private layout (figure: Figure) = JsonDocument.Parse((dataAndLayout figure).Split('\n')[1]).RootElement

let private drawings =
    [ testCase "panels have the same axes and colours, and the line of equality across" (fun () ->
          let ends figure axis =
              [ for z in (layout figure).GetProperty(axis: string).GetProperty("range").EnumerateArray() ->
                    z.GetDouble() ]

          let first = ends panels.Value.Head "xaxis"
          Expect.isTrue (first[0] <= 0.02 && first[1] >= 0.5) "all true redshifts are within"
          let colours figure = ((data figure)[0]).GetProperty("zmax").GetDouble()

          for figure in panels.Value do
              Expect.equal (ends figure "xaxis") first $"{figure.Title}: x"
              Expect.equal (ends figure "yaxis") first $"{figure.Title}: y"
              Expect.equal (colours figure) (colours panels.Value.Head) $"{figure.Title}: colours"

              for axis in [ "x"; "y" ] do
                  let line = [ for z in ((data figure)[1]).GetProperty(axis).EnumerateArray() -> z.GetDouble() ]
                  Expect.equal line first $"{figure.Title}: the line's {axis}")
      testCase "a panel says how many objects it has, and counts each once" (fun () ->
          let drawn figure =
              [ for line in ((data figure)[0]).GetProperty("z").EnumerateArray() do
                    for cell in line.EnumerateArray() do
                        if cell.ValueKind = JsonValueKind.Number then
                            10.0 ** cell.GetDouble() ]
              |> List.sum
              |> Math.Round
              |> int

          let outside figure =
              match Regex.Match(figure.Caption, @"Outside the frame: (\d+)") with
              | found when found.Success -> int found.Groups[1].Value
              | _ -> 0

          for figure, n in Seq.zip panels.Value [ 80; 79; 80 ] do
              Expect.stringContains figure.Caption $"n = {n} galaxies" figure.Title
              Expect.isLessThanOrEqual (outside figure) 1 "predictions of all recipes are within the frame"
              Expect.equal (drawn figure + outside figure) n figure.Title)
      testCase "each has its recipe's name and an element of its own" (fun () ->
          Expect.equal (panels.Value |> List.map _.Title) [ "flat"; "close"; "wide" ] "titles"
          Expect.equal (panels.Value |> List.distinctBy _.Id).Length 3 "ids")
      testCase "a recipe without predictions has no panel; one panel is the report's figure" (fun () ->
          let none = Array.map (fun _ -> nan) truth
          let drawn = TrueAndPredicted.densities truth [ "none", none; "flat", flat ]
          Expect.equal (drawn |> List.map _.Title) [ "flat" ] "panels"

          Expect.equal
              ((data drawn.Head).GetRawText())
              ((data (TrueAndPredicted.density truth flat).Value).GetRawText())
              "the same drawing"

          Expect.isEmpty (TrueAndPredicted.densities truth [ "none", none ]) "nothing to be drawn") ]

let private texts =
    [ testCase "comparison.md is the golden one" (fun () -> Files.expectGolden "comparison.md" markdown.Value)
      testCase "the best of each column is bold, and no other" (fun () ->
          // The columns: MSE, R², NMAD, outliers, bias, slope, seconds, speed.
          let bold name = [ for cell in (row name 0).[2..9] -> cell.StartsWith "**" ]
          Expect.equal (bold "close") [ true; true; true; true; true; true; false; false ] "close"
          Expect.equal (bold "flat") [ false; false; false; true; false; false; false; true ] "flat"
          Expect.equal (bold "wide") [ false; false; false; false; false; false; true; false ] "wide")
      testCase "best of equals are all, of what is not defined none" (fun () ->
          Expect.equal (RecipeComparison.best [ 2.0; 1.0; nan; 1.0 ]) [ false; true; false; true ] "equals"
          Expect.equal (RecipeComparison.best [ nan; infinity ]) [ false; false ] "none")
      testCase "a difference is bold where its interval is below 0" (fun () ->
          Expect.isTrue ((row "close" 1).[2].StartsWith "**−") "close"
          Expect.isFalse ((row "wide" 1).[2].StartsWith "**") "wide")
      testCase "the lead says who is ahead and whether that may be chance" (fun () ->
          Expect.stringContains markdown.Value "close has the smallest σ(NMAD)" "who"
          Expect.stringContains markdown.Value "It differs from flat's by −0." "by how much"
          Expect.stringContains markdown.Value "more than chance" "surely"

          let behind =
              { comparison with
                  Recipes =
                      [ recipe "close" close close 1.0 1.0; recipe "again" (Array.map rounded close) close 1.0 1.0 ] }

          Expect.stringContains
              (ComparisonMarkdown.write behind)
              "That it is smaller than that of again may be chance."
              "of the first")
      testCase "what a catalogue is called cannot become markup" (fun () ->
          let hostile = "<script>alert('x')</script> & \"<b>\" | `x` [y](z)"
          let html = page (compared hostile)
          Expect.equal (Regex.Matches(html, "<script").Count) 2 "scripts: plotly.js and the drawings"
          Expect.stringContains html "&lt;script&gt;alert(" "escaped"
          let markdown = ComparisonMarkdown.write (compared hostile)

          Expect.stringContains
              markdown
              "\\<script\\>alert('x')\\</script\\> & \"\\<b\\>\" \\| \\`x\\` \\[y\\](z)"
              "in Markdown")
      testCase "the page has the table, every panel and where it came from" (fun () ->
          let html = page comparison

          for figure in panels.Value do
              Expect.equal (Regex.Matches(html, $"id=\"{figure.Id}\"").Count) 1 figure.Id
              Expect.equal (Regex.Matches(html, $"Plotly\\.newPlot\\('{figure.Id}'").Count) 1 figure.Id

          for text in
              [ "<td class=\"number\">20 %</td>"
                "href=\"close/report.html\""
                "default-src 'none'"
                "<dd>galaxies.csv</dd>" ] do
              Expect.stringContains html text text

          Expect.stringContains html "<b>5,000</b>" "the best in bold"
          Expect.equal (page comparison) html "the same input, the same page") ]

let private numbers =
    [ testCase "comparison.json has each recipe's metrics, intervals, differences and times" (fun () ->
          let recipes = [ for r in json.Value.GetProperty("recipes").EnumerateArray() -> r ]

          for recipe, expected in Seq.zip recipes comparison.Recipes do
              Expect.equal (recipe.GetProperty("name").GetString()) expected.Name "name"
              Expect.equal (recipe.GetProperty("n_missing").GetInt32()) expected.Evaluation.Missing "missing"

              for score in expected.Evaluation.Scores do
                  let value = recipe.GetProperty("metrics").GetProperty(score.Metric.Key)
                  Expect.equal (value.GetDouble()) score.Value score.Metric.Key
                  let ends = recipe.GetProperty("intervals").GetProperty(score.Metric.Key)
                  Expect.equal (ends[0].GetDouble(), ends[1].GetDouble()) score.Interval.Value score.Metric.Key

              let differences = recipe.GetProperty "difference_to_first"

              if expected.Name = "flat" then
                  Expect.equal (differences.ValueKind) JsonValueKind.Null "of the first"
              else
                  for difference in expected.Differences do
                      let found = differences.GetProperty(difference.Metric.Key)
                      Expect.equal (found.GetProperty("value").GetDouble()) difference.Value difference.Metric.Key

                      Expect.equal
                          (found.GetProperty("interval").[1].GetDouble())
                          (snd difference.Interval.Value)
                          "upper end"

          let times = recipes[2].GetProperty "times"
          Expect.equal (times.GetProperty("training_seconds").GetDouble()) 3.0 "seconds"
          Expect.equal (times.GetProperty("objects_per_second").ValueKind) JsonValueKind.Null "not defined")
      testCase "and what was compared on what" (fun () ->
          let number (name: string) = json.Value.GetProperty(name).GetInt32()
          Expect.equal (number "n", number "n_filtered", number "folds", number "seed") (80, 3, 5, 3) "counts"
          Expect.equal (json.Value.GetProperty("redshift_range").[1].GetDouble()) 0.6 "range"
          Expect.equal (json.Value.GetProperty("rows_sha256").GetString()) "0123" "rows") ]

let tests =
    testList "comparison" [ testList "figures" drawings; testList "texts" texts; testList "numbers" numbers ]
