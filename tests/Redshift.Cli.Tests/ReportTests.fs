/// Reports as a browser shows them: every figure drawn, nothing fetched from a network.
module Redshift.Cli.Tests.ReportTests

open System
open System.IO
open System.Text.Json.Nodes
open System.Text.RegularExpressions
open Expecto
open Redshift.Cli.Tests.Command
open Redshift.Tests

/// Figures by id, each with the page's text from its element to the next figure's caption.
let private figures (document: string) =
    // The scripts, which hold the same words, are left out.
    let drawn = Regex.Replace(document, "<script[^>]*>.*?</script>", "", RegexOptions.Singleline)

    [ for part in
          Regex.Matches(drawn, "<div class=\"plot([^\"]*)\" id=\"([^\"]+)\".*?<figcaption>", RegexOptions.Singleline) ->
          part.Groups[2].Value, part.Value ]

/// A trace: lines, points and bars are `g.trace` with something in it; a heat map is an image or a path in `g.hm`.
let private trace =
    Regex("<g class=\"trace [^>]*>.*?<path|<g class=\"hm\">.*?<(image|path)", RegexOptions.Singleline)

/// Every figure of a page, so many at least, is drawn by a browser, which fetches nothing for it.
let everyFigureDraws (file: string) (atLeast: int) =
    let page = File.ReadAllText file

    if page.Contains "<script src=" then
        skiptest "plotly.js was not at hand when this was built: the report links to it"

    let opened = Browser.openPage file
    let figures = figures opened.Document
    let planned = Regex.Matches(page, "<div class=\"plot\" id=").Count
    Expect.equal figures.Length planned "every figure of the page is found"
    Expect.isTrue (figures.Length >= atLeast) $"expected at least {atLeast} figures, found {figures.Length}"

    for id, html in figures do
        Expect.isTrue (html.Contains "class=\"main-svg\"") $"{id}: the chart"
        Expect.isTrue (trace.IsMatch html) $"{id}: at least one trace"

    Expect.isEmpty opened.Fetched "nothing is fetched"

let private addresses (page: string) =
    [ for found in Regex.Matches(page, "(?:src|href)=\"([^\"#][^\"]*)\"") -> found.Groups[1].Value ]

let tests =
    testList
        "Reports"
        [ testCase "the demo's, in a browser" (fun () ->
              everyFigureDraws (Path.Combine(fst DemoTests.made.Value, "report.html")) 9)
          testCase "explore's, in a browser" (fun () ->
              Repository.withFolder (fun folder ->
                  succeeds folder [ "explore"; Samples.galaxies.Value; "--out"; "e"; "--quiet" ]
                  |> ignore

                  everyFigureDraws (Path.Combine(folder, "e", "report.html")) 4))
          testCase "of a run with p(z), in a browser; its main metrics on stdout" (fun () ->
              let recipe = JsonNode.Parse(File.ReadAllText Samples.small.Value)
              let body = recipe["network"].["body"].AsArray()
              body[body.Count - 1].["units"] <- 30

              recipe["network"].["head"] <-
                  JsonNode.Parse
                      """{ "type": "binned", "lowest": 0, "highest": 0.6, "bins": 30, "label_width": 0.02 }"""

              recipe["loss"] <- JsonNode.Parse """{ "type": "cross_entropy" }"""

              Repository.withFolder (fun folder ->
                  File.WriteAllText(Path.Combine(folder, "binned.json"), recipe.ToJsonString())

                  let trained =
                      succeeds
                          folder
                          [ "train"
                            "--recipe"
                            "binned.json"
                            "--data"
                            Samples.galaxies.Value
                            "--out"
                            "run"
                            "--quiet" ]

                  let said = trained.Output.Split '\n' |> Array.map (fun line -> line.Split(' ')[0])

                  for key in [ "mae"; "crps"; "log_score"; "coverage_0.68"; "coverage_0.90"; "coverage_0.95" ] do
                      Expect.contains said key "told"

                  for key in [ "pit_ks"; "pit_cvm"; "pit_ad"; "cde_loss"; "n_pit_outliers" ] do
                      Expect.isFalse (Array.contains key said) $"{key} is left to the report"

                  everyFigureDraws (Path.Combine(folder, "run", "report.html")) 13))
          testCase "the browser's log tells what a page fetches" (fun () ->
              Repository.withFolder (fun folder ->
                  let file = Path.Combine(folder, "page.html")
                  File.WriteAllText(file, "<html><body><img src=\"http://example.invalid/a.png\"></body></html>")
                  Expect.contains (Browser.openPage file).Fetched "http://example.invalid/a.png" "the picture"))
          testCase "no address in the page, and a policy that forbids any" (fun () ->
              let page = File.ReadAllText(Path.Combine(fst DemoTests.made.Value, "report.html"))
              let html = Regex.Replace(page, "<script>.*?</script>", "", RegexOptions.Singleline)

              let allowed (address: string) =
                  address.StartsWith "data:" || address.StartsWith "https://cdn.plot.ly/plotly-"

              Expect.isEmpty (addresses html |> List.filter (allowed >> not)) "addresses"
              Expect.stringContains html "Content-Security-Policy\" content=\"default-src 'none'" "the policy") ]
