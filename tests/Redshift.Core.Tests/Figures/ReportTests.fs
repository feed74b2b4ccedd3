module Redshift.Core.Tests.ReportTests

open System
open System.Text.RegularExpressions
open Expecto
open Redshift.Core.Figures

let private hostile = "<script>alert('x')</script> & \"<b>\""

let private page script =
    Report.html
        { Title = "Report " + hostile
          Subtitle = hostile
          Notes = [ hostile ]
          Figures =
            { FigureTests.input.Value with
                FluxTitle = "flux </script><script>alert(1)</script>" }
          Network = None
          Provenance = [ hostile, hostile ]
          Script = script }

let private inlined = lazy (page (PlotlyScript.Inline "var a = '</script>'; var b = '<!-- <script>';"))

let private count (pattern: string) (text: string) = Regex.Matches(text, pattern, RegexOptions.IgnoreCase).Count

let tests =
    testList
        "report"
        [ testCase "what a catalogue is called cannot become markup" (fun () ->
              // One script is plotly.js, one draws; every other mention must have been escaped.
              Expect.equal (count "<script" inlined.Value) 2 "opening script tags"
              Expect.equal (count "</script" inlined.Value) 2 "closing script tags"
              Expect.equal (count "<!--" inlined.Value) 0 "comments"
              Expect.stringContains inlined.Value "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" "escaped")
          testCase "a page with its script in it fetches nothing" (fun () ->
              Expect.equal (count "(src|href)=\"(?!#|data:)" inlined.Value) 0 "addresses"
              Expect.equal (count "@import|url\\(" inlined.Value) 0 "in the style sheet"
              Expect.stringContains inlined.Value "default-src 'none'" "the policy")
          testCase "a page without it links to the pinned version and says so" (fun () ->
              let text = page (PlotlyScript.Link PlotlyScript.address)

              Expect.stringContains
                  text
                  "<script src=\"https://cdn.plot.ly/plotly-2.35.2.min.js\"></script>"
                  "the link"

              Expect.stringContains text "without a network the figures stay empty" "the words")
          testCase "the embedded script, where there is one, is the pinned version" (fun () ->
              match PlotlyScript.available () with
              | PlotlyScript.Inline text ->
                  Expect.stringContains (text.Substring(0, 100)) $"plotly.js v{PlotlyScript.version}" "its first line"
              | PlotlyScript.Link address -> Expect.equal address PlotlyScript.address "the address")
          testCase "every figure has its element and is drawn in it" (fun () ->
              for figure in FigureTests.figures.Value do
                  Expect.equal (count $"id=\"{figure.Id}\"" inlined.Value) 1 figure.Id
                  Expect.equal (count $"Plotly\\.newPlot\\('{figure.Id}'" inlined.Value) 1 figure.Id)
          testCase "flags have a table with their meanings" (fun () ->
              Expect.equal (count "id=\"flags\"" inlined.Value) 1 "section"

              for _, name, meaning in Redshift.Core.Flags.RedshiftFlags.all do
                  Expect.stringContains inlined.Value name name
                  Expect.stringContains inlined.Value meaning meaning)
          testCase "the same input gives the same page" (fun () ->
              let again = page (PlotlyScript.Inline "var a = '</script>'; var b = '<!-- <script>';")
              Expect.isTrue (String.Equals(again, inlined.Value)) "text")
          testCase "a page of nothing has no empty sections" (fun () ->
              let text =
                  Report.html
                      { Title = "Nothing"
                        Subtitle = ""
                        Notes = []
                        Figures = FigureInput.Empty
                        Network = None
                        Provenance = []
                        Script = PlotlyScript.Inline "" }

              Expect.equal (count "<section|<script" text) 0 "sections and scripts") ]
